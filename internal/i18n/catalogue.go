package i18n

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"kupuya/internal/privacy"
)

//go:embed *.json
var files embed.FS

// catalogue holds the sentences of each language. It is never changed.
var catalogue = load()

// load reads every language. The files are part of the program, so a fault in
// them is a state that no running house can be in.
func load() map[privacy.Lang]map[string]sentence {
	all := make(map[privacy.Lang]map[string]sentence, len(privacy.Langs))
	for _, lang := range privacy.Langs {
		raw, err := files.ReadFile(string(lang) + ".json")
		if err != nil {
			panic(err)
		}
		if all[lang], err = read(raw); err != nil {
			panic(fmt.Sprintf("i18n: %s.json: %v", lang, err))
		}
	}
	return all
}

// read takes one flat JSON object of texts. A key that stands twice, an empty
// text and anything but a text are refused.
func read(raw []byte) (map[string]sentence, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("not an object: %w", err)
	}
	texts := map[string]sentence{}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, err
		}
		key, _ := t.(string) // a name, as the decoder has it
		var text string
		if err := dec.Decode(&text); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		if _, twice := texts[key]; twice || strings.TrimSpace(text) == "" {
			return nil, fmt.Errorf("%s: twice, or empty", key)
		}
		if texts[key], err = parse(text); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	return texts, nil
}

// Arg is the value of one placeholder.
type Arg struct {
	name    string
	value   string
	count   int
	counted bool
}

// A gives a placeholder its value. An empty value counts as none.
func A(name, value string) Arg { return Arg{name: name, value: value} }

// N gives a placeholder a count. It is written in the manner of the language and
// chooses the form of the sentence.
func N(name string, count int) Arg { return Arg{name: name, count: count, counted: true} }

// Text is the sentence of a key in a language: in Kyrgyz where the language
// lacks it, and the key itself where Kyrgyz lacks it too, which the tests of
// this room make impossible for the closed sets. (clauses.md 8.3)
func Text(lang privacy.Lang, key string, args ...Arg) string {
	m := find(lang, key, args)
	if m == nil {
		lang = privacy.Kyrgyz
		if m = find(lang, key, args); m == nil {
			return key
		}
	}
	if len(m) == 1 && m[0].text != "" {
		return m[0].text
	}
	var b strings.Builder
	m.write(&b, func(name string) string {
		for _, a := range args {
			switch {
			case a.name != name:
			case a.counted:
				return Number(lang, int64(a.count))
			default:
				return a.value
			}
		}
		return ""
	})
	return b.String()
}

// find gives the form of a key for the count among args, or the key without
// forms; nil for none.
func find(lang privacy.Lang, key string, args []Arg) sentence {
	texts := catalogue[lang]
	for _, a := range args {
		if a.counted {
			if m := texts[key+"#"+form(lang, a.count)]; m != nil {
				return m
			}
		}
	}
	return texts[key]
}

// tags are the languages in the words of the standard, in the order of
// privacy.Langs.
var tags = func() (t []language.Tag) {
	for _, lang := range privacy.Langs {
		t = append(t, language.MustParse(string(lang)))
	}
	return t
}()

func tag(lang privacy.Lang) language.Tag {
	for i, l := range privacy.Langs {
		if l == lang {
			return tags[i]
		}
	}
	return tags[0]
}

// form names the plural form of a whole number.
func form(lang privacy.Lang, n int) string {
	switch plural.Cardinal.MatchPlural(tag(lang), max(n, -n), 0, 0, 0, 0) {
	case plural.One:
		return "one"
	case plural.Few:
		return "few"
	case plural.Many:
		return "many"
	}
	return "other"
}
