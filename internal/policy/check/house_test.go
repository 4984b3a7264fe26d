package check_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/policy/check"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
)

const policies = "../../../policies/"

// today is a day on which the pack of the house is lawful.
var today = time.Date(2026, 11, 24, 12, 0, 0, 0, law.Bishkek)

// house is the pack of the house, read once; tests change copies of it.
var house = sync.OnceValues(func() (policy.Content, error) {
	p, err := policyfile.LoadPack(os.DirFS(policies + "mega24/2026-1"))
	if err != nil {
		return policy.Content{}, err
	}
	reg, err := policyfile.LoadLaw(os.DirFS(policies + "law-kg"))
	return policy.Content{Rules: p.Rules, Texts: p.Texts, Law: reg}, err
})

// pack gives a copy that a test may change.
func pack(t testing.TB) *policy.Content {
	t.Helper()
	c, err := house()
	if err != nil {
		t.Fatal(err)
	}
	out := policy.Content{Rules: clone(reflect.ValueOf(c.Rules)).Interface().(policy.Rules), Texts: map[privacy.Lang]policy.Text{}, Law: c.Law}
	for lang, text := range c.Texts {
		text.Clauses = slices.Clone(text.Clauses)
		out.Texts[lang] = text
	}
	return &out
}

// clone copies a value with everything it points to.
func clone(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			p := reflect.New(v.Type().Elem())
			p.Elem().Set(clone(v.Elem()))
			out.Set(p)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			out.Field(i).Set(clone(v.Field(i)))
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				out.Index(i).Set(clone(v.Index(i)))
			}
		}
	}
	return out
}

func run(c *policy.Content) []check.Finding {
	r := check.Run(check.Input{Content: *c, On: today})
	return r.Findings
}

// of gives the findings of a code.
func of(all []check.Finding, code check.Code) []check.Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f check.Finding) bool { return f.Code != code })
}

func purpose(c *policy.Content, id privacy.PurposeID) *policy.Purpose {
	for i := range c.Rules.Purposes {
		if c.Rules.Purposes[i].ID == id {
			return &c.Rules.Purposes[i]
		}
	}
	panic("no purpose " + id)
}

func row(c *policy.Content, p privacy.PurposeID, cat privacy.CategoryID) *policy.Row {
	rows := purpose(c, p).Rows
	for i := range rows {
		if rows[i].Category == cat {
			return &rows[i]
		}
	}
	panic("no row " + cat)
}

func category(c *policy.Content, id privacy.CategoryID) *policy.Category {
	for i := range c.Rules.Categories {
		if c.Rules.Categories[i].ID == id {
			return &c.Rules.Categories[i]
		}
	}
	panic("no category " + id)
}

func recipient(c *policy.Content, id privacy.RecipientID) *policy.Recipient {
	for i := range c.Rules.Recipients {
		if c.Rules.Recipients[i].ID == id {
			return &c.Rules.Recipients[i]
		}
	}
	panic("no recipient " + id)
}

func right(c *policy.Content, id string) *policy.Right {
	for i := range c.Rules.Rights {
		if c.Rules.Rights[i].ID == id {
			return &c.Rules.Rights[i]
		}
	}
	panic("no right " + id)
}

// write puts other words into a clause of one language.
func write(c *policy.Content, lang privacy.Lang, id privacy.ClauseID, text string) {
	t := c.Texts[lang]
	for i := range t.Clauses {
		if t.Clauses[i].ID == id {
			t.Clauses[i].Text = text
		}
	}
}

// replace changes words of a clause of one language.
func replace(c *policy.Content, lang privacy.Lang, id privacy.ClauseID, old, to string) {
	t := c.Texts[lang]
	was := t.Clause(id).Text
	if !strings.Contains(was, old) {
		panic(old + " does not stand in " + string(id))
	}
	write(c, lang, id, strings.Replace(was, old, to, 1))
}

// without takes the entries away that match.
func without[T any](list []T, drop func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), drop)
}

// tables are the law of the house as tables, for tests that change it.
func tables(t testing.TB, change func(*law.Tables)) *law.Registry {
	t.Helper()
	reg := pack(t).Law
	out := law.Tables{
		Regimes: []law.Regime{
			{ID: law.Law58, Title: privacy.Words{Ky: "а", Ru: "б", En: "c"}, Act: "law58", To: day("2026-02-05")},
			{ID: law.DC, Title: privacy.Words{Ky: "а", Ru: "б", En: "c"}, Act: "dc", From: day("2026-02-05")},
		},
		Acts: reg.Acts(), Deadlines: reg.Deadlines(), Holds: reg.Holds(),
		Years: []law.Year{{Year: 2026, Complete: true}, {Year: 2027, Complete: true}},
	}
	change(&out)
	made, err := law.NewRegistry(out)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func day(s string) law.Date {
	d, err := law.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func act(t *law.Tables, id law.ActID) *law.Act {
	for i := range t.Acts {
		if t.Acts[i].ID == id {
			return &t.Acts[i]
		}
	}
	panic("no act " + id)
}
