// Package policies holds the data of the house: the law and the editions. They
// are embedded, so that the demonstration needs nothing but the program.
package policies

import "embed"

// FS holds law-kg and mega24.
//
//go:embed law-kg mega24
var FS embed.FS
