// Package filing is being written.
package filing
