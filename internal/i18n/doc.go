// Package i18n says every sentence of the house in Kyrgyz, Russian and English.
//
// It promises: Kyrgyz is the source language and every key stands in it; what a
// language lacks is shown in Kyrgyz, never in another translation; the words
// come from the catalogue alone, so that no inner error and no value of
// personal data can slip into a sentence. A fourth language is one more file of
// the catalogue and one more line in privacy.Langs. (clauses.md 8.3)
//
// A catalogue is a flat JSON object of dotted keys. In a text, {name} is a
// placeholder and [...] a part that is left out when a placeholder inside it
// has no value. A key ending in #one, #few, #many or #other is the form of a
// sentence for a count; a language whose words do not change with the count has
// the key without an ending.
package i18n
