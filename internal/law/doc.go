// Package law holds the law as data: acts with the days on which they are in
// force, deadlines, days off, the terms for which the law makes the Holder keep
// things, and the two regimes between which a fact falls by its date.
//
// It promises that nothing about the law is written into the code of another
// room: an amendment is an edited row of policies/law-kg. What nobody has read
// stays empty and is reported, never guessed; and where the data is in doubt,
// the doubt is counted against the Holder. The package is pure: it reads no
// clock, does no I/O and imports the standard library and privacy only.
//
// Terms are counted as the Civil Code says: a term begins on the day after the
// event (art. 208), a term in months ends on the same number of the last month
// or on its last day (art. 209 p.3), and a last day that is not a working day
// moves to the next working day (art. 209 p.5). Days are days of Bishkek.
package law
