// Package policy holds one edition of a privacy policy and decides by it.
//
// It promises that what the edition does not name is refused, that every answer
// says why (reason, clause, basis, edition), and that the same standing, the
// same question and the same moment always give the same answer. A Permit, the
// only thing that opens personal data, comes from Decide and from nowhere else.
// The package is pure: it reads no clock, does no I/O and imports the standard
// library, privacy and law only. A decision allocates nothing.
package policy
