// Package draft turns the text that an operator has into the draft of a pack.
//
// It promises that nothing is lost: every character of the text that is not
// blank ends up in one clause, one heading, one marker of a list, or is left out
// with a reason, and the report says which. It promises that clauses keep their
// ids when a changed text is imported again, and that no retired id is given
// twice. What it suggests for the rules it takes from vocabularies, names the
// words that led to it and how sure it is; a lawyer decides. Read and Make touch
// neither disk nor clock, except that a PDF is read by poppler's pdftotext; Save
// is the only one that writes files, and it writes over nobody's work.
package draft
