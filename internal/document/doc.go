// Package document makes the Holder's papers as PDF: extracts, answers,
// refusals, notices, certificates and acts of destruction, receipts.
//
// It promises four things. A paper says the same in Kyrgyz, Russian and
// English, with every letter of the three; what the font cannot draw is written
// as its code and never left out. The same content gives the same bytes,
// whenever and wherever it is rendered. What is signed can be checked by
// anybody offline, with a common PDF reader or with Verify, and not one byte of
// it can be changed, added or taken away without being found. And nothing that
// the law wants on a paper can be forgotten: a paper that lacks it is not made.
// (policy 5.2, DC-73 p.1, DC-139 p.2)
//
// The papers are plain: one font, one column, no colour that carries meaning,
// real text that can be searched, copied and read aloud. They name their
// language and title. They are not tagged, which the PDF writer cannot do, so
// they are no PDF/UA; whoever reads by ear has the same content as HTML and JSON.
//
// The room is pure: moments come as arguments, nothing is kept and nothing is
// sent.
package document
