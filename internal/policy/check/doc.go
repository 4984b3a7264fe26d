// Package check judges an edition before anybody is bound by it: do text and
// rules say the same, does every rule stand on law in force that day, are the
// three languages one, is a consent free and as easy to take back as to give,
// does the text still say one of the eighteen things that collide with the law.
//
// It promises the same findings in the same order for the same edition, each
// with a code that never changes its meaning, the clause, the path of the rule,
// the article it rests on and what fills the sentence of the catalogue in three
// languages. It is pure and quick enough to stand as a gate before every
// publication: an edition with an error is not published.
//
// The letter of a code says what it is about:
//
//	A  text and rules say the same          P  collisions of a policy with the law
//	B  bases, consents and their withdrawal R  recipients and transfers
//	C  children                             T  terms of processing and storage
//	D  kinds of data                        W  words and the three languages
//	E  the pack cannot be read or compiled  Q  questions of expect.yaml
//	L  acts, deadlines and holidays
//	N  what a notice must hold
package check
