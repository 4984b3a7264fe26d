// Package archtest holds the house to its own plan: who may import whom, what
// every room must say of itself, what the core may never do, and that every
// clause of the policy is carried out and tested somewhere. It reads the sources
// itself, in the test's own process, so that no cache can fool it.
package archtest
