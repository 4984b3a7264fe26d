// Package whatif is being written.
package whatif
