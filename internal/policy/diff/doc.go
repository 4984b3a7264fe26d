// Package diff says what changes from one edition of the policy to another.
//
// It promises that no widening goes unseen: whatever the later edition allows
// and the earlier one did not, for any subject at any moment, is covered by a
// change of class Wider; that a change whose direction cannot be told counts as
// wider; that comparing backwards gives the same changes turned round; and that
// each change names its clause, the article it rests on, and what it asks of the
// Holder: nothing, to tell, to tell a month ahead and let everybody refuse, or
// to ask again. (policy 1.3, 6.3; DC-78 p.2, DC-114 p.5)
//
// What it cannot do is read: a sentence behind which a rule stands may be
// rewritten as wording, and a person must judge whether it still says the same.
// A sentence that is itself the rule, such as the Holder's name or the meaning
// of automated decisions, is never mere wording.
//
// The package is pure: standard library, policy, law and privacy only.
package diff
