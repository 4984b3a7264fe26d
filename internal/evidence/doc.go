// Package evidence proves that somebody agreed, and to what.
//
// It promises three things. Nobody's agreement is made up: a code, a drawn
// signature or a tick proves something only for the exact text, language and
// aim that were shown, bound together in one hash that every method signs.
// (policy 6.1, DC-79 p.4) The grades keep their order, tick below drawn below
// SMS, and continued use below all of them and never for a purpose. (policy
// 6.2a) What was agreed can be checked by anybody: a Receipt is one text file
// that reads as JSON, holds nothing personal, and whose signature fails when a
// single bit of it is changed.
//
// Notice (was told), acceptance (agreed to an edition) and consent (allowed a
// purpose) are three kinds of record that do not stand in for each other.
//
// The room is pure: moments and randomness come as arguments, nothing is kept
// and nothing is sent.
package evidence
