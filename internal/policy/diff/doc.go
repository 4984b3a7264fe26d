// Package diff is being written.
package diff
