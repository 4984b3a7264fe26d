// Package draft is being written.
package draft
