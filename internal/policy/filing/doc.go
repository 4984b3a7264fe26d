// Package filing makes what the Holder files with the regulator: the entry for
// the register of holders, in twelve fields, and the record of processing
// activities, purpose by purpose.
//
// It promises that both are the edition: they are made from its rules and texts
// alone, so they cannot say something else than the decisions do, and the same
// edition gives the same bytes. What nobody has told is missing, and the rule
// that would fill it is named; nothing is guessed. Two entries are compared
// field by field, so that a change that must be filed shows. The package is
// pure; what it has no words for it names by the keys of the catalogue.
package filing
