// Package explain says why a question is answered as it is, and what would
// change the answer.
//
// It promises that what it says is true: every change is tried on a copy of the
// standing before it is named, each does away with the refusal it answers, and
// all of them in order lead to a yes; where nothing can, it says so and names
// what stands in the way. The answer itself is policy.Decide's and nobody
// else's. The package is pure: it gives codes and values, and is handed the
// words when it is to speak.
package explain
