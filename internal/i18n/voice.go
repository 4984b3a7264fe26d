package i18n

import (
	"time"

	"kupuya/internal/privacy"
)

// Voice speaks one language. Pure rooms that put something into words are
// handed one, so that they need not know the catalogue.
type Voice struct{ lang privacy.Lang }

// In gives the voice of a language.
func In(lang privacy.Lang) Voice { return Voice{lang} }

// Lang is the language it speaks.
func (v Voice) Lang() privacy.Lang { return v.lang }

// Say gives the sentence of a key; pairs are names of placeholders, each before
// its value.
func (v Voice) Say(key string, pairs ...string) string {
	args := make([]Arg, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		args = append(args, A(pairs[i], pairs[i+1]))
	}
	return Text(v.lang, key, args...)
}

// Day tells a day as the language writes it.
func (v Voice) Day(t time.Time) string { return Date(v.lang, t) }
