// Package check is being written.
package check
