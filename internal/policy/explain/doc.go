// Package explain is being written.
package explain
