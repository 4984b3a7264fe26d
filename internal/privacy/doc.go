// Package privacy holds the words of the house: Subject, Category, Purpose,
// Operation, Basis, Consent, Block, Actor, Error.
//
// It promises that every room means the same thing by a word. Each kind of id
// and code is a type of its own, so that the compiler catches a swap; the
// standing of a subject changes only through the methods here, which are pure:
// they take the moment as an argument, do no I/O and read no clock. The package
// imports the standard library only.
package privacy
