package filing_test

import (
	"bytes"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kupuya/internal/i18n"
	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/policy/filing"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/policies"
)

// loaded is the pack that comes with the program.
var loaded = sync.OnceValues(func() (*policyfile.Pack, *law.Registry) {
	packFS, err := fs.Sub(policies.FS, "mega24/2026-1")
	check(err)
	pack, err := policyfile.LoadPack(packFS)
	check(err)
	lawFS, err := fs.Sub(policies.FS, "law-kg")
	check(err)
	reg, err := policyfile.LoadLaw(lawFS)
	check(err)
	return pack, reg
})

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// build makes the document after a change of the rules.
func build(t testing.TB, lang privacy.Lang, change func(r *policy.Rules)) filing.Document {
	t.Helper()
	c, ed := content(t, change)
	return filing.Build(c, ed, lang)
}

func content(t testing.TB, change func(r *policy.Rules)) (*policy.Content, *policy.Edition) {
	t.Helper()
	pack, reg := loaded()
	r := pack.Rules
	r.Purposes, r.Categories = slices.Clone(r.Purposes), slices.Clone(r.Categories)
	r.Recipients, r.Safeguards = slices.Clone(r.Recipients), slices.Clone(r.Safeguards)
	r.Filing.ToFill, r.Filing.Groups = slices.Clone(r.Filing.ToFill), slices.Clone(r.Filing.Groups)
	if change != nil {
		change(&r)
	}
	ed, err := policy.Compile(r, pack.Hash, reg, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return &policy.Content{Rules: r, Texts: pack.Texts, Law: reg}, ed
}

func TestTheSameEditionGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, lang := range privacy.Langs {
		d := build(t, lang, nil)
		first, err := d.JSON()
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			again := build(t, lang, nil)
			text, err := again.JSON()
			if err != nil || !bytes.Equal(first, text) || again.Markdown(i18n.In(lang)) != d.Markdown(i18n.In(lang)) || again.HTML(i18n.In(lang)) != d.HTML(i18n.In(lang)) {
				t.Fatalf("%s: other bytes, %v", lang, err)
			}
		}
		back, err := filing.Parse(first)
		if err != nil || !reflect.DeepEqual(*back, d) {
			t.Errorf("%s: read back it is another: %v", lang, err)
		}
		if changes := filing.Compare(back, &d); len(changes) != 0 {
			t.Errorf("%s: nothing changed, and yet %v", lang, changes)
		}
	}
}

func TestTheEntryHasItsTwelveFieldsAndTheRecordEveryPurpose(t *testing.T) {
	t.Parallel()
	pack, _ := loaded()
	d := build(t, privacy.English, nil)
	if len(d.Fields) != 12 {
		t.Fatalf("%d fields", len(d.Fields))
	}
	for i, f := range d.Fields {
		if f.No != i+1 || len(f.Items) == 0 {
			t.Errorf("field %d %s has %d items", f.No, f.Key, len(f.Items))
		}
	}
	want := 0
	for _, p := range pack.Rules.Purposes {
		if p.Template {
			continue
		}
		a := d.Record[want]
		want++
		if a.Purpose != p.ID || len(a.Data) != len(p.Rows) || len(a.Operations) == 0 || len(a.Articles) == 0 || len(a.Terms) == 0 || len(a.Sources) == 0 || len(a.Groups) == 0 {
			t.Errorf("record of %s: %+v", p.ID, a)
		}
	}
	if want != len(d.Record) || d.Automated == "" {
		t.Errorf("%d records for %d purposes", len(d.Record), want)
	}
}

// The published entry is the state of the engine: what it says of purposes,
// data, operations and recipients is what decisions are made from. (law B12)
func TestTheEntryIsWhatTheDecisionsDo(t *testing.T) {
	t.Parallel()
	c, ed := content(t, nil)
	d := filing.Build(c, ed, privacy.English)
	for _, a := range d.Record {
		var said []privacy.CategoryID
		for _, item := range a.Data {
			said = append(said, privacy.CategoryID(item.ID))
			basis, _, _ := ed.Basis(a.Purpose, privacy.CategoryID(item.ID))
			if item.Codes[0] != "basis."+string(basis) {
				t.Errorf("%s %s is said to stand on %s, and stands on %s", a.Purpose, item.ID, item.Codes[0], basis)
			}
		}
		for _, cat := range c.Rules.Categories {
			if _, _, has := ed.Basis(a.Purpose, cat.ID); has != slices.Contains(said, cat.ID) {
				t.Errorf("%s %s: decided %v, said %v", a.Purpose, cat.ID, has, !has)
			}
		}
	}
}

func TestWhatIsMissingIsNamedWithItsRule(t *testing.T) {
	t.Parallel()
	d := build(t, privacy.Kyrgyz, nil)
	if d.Complete() != 11 || len(d.Missing) != 6 {
		t.Errorf("%d complete, missing %v", d.Complete(), d.Missing)
	}
	if empty, filled := filing.Unflagged(content(t, nil)); empty != nil || filled != nil {
		t.Errorf("empty without a flag %v, flagged and filled %v", empty, filled)
	}
	w := privacy.Words{Ky: "а", Ru: "б", En: "c"}
	fill := func(r *policy.Rules) {
		f := &r.Filing
		f.Ownership, f.Subordination, f.Head, f.Phone, f.Email, f.Fax = w, w, w, "+996000", "a@mega24.example", "none"
	}
	whole := build(t, privacy.Kyrgyz, fill)
	if whole.Complete() != 12 || len(whole.Missing) != 0 {
		t.Errorf("%d complete, missing %v", whole.Complete(), whole.Missing)
	}
	if _, filled := filing.Unflagged(content(t, fill)); len(filled) != 6 {
		t.Errorf("flagged and filled: %v", filled)
	}
	for rule, c := range map[string]struct {
		field int
		empty func(*policy.Rules)
	}{
		"filing.array":            {1, func(r *policy.Rules) { r.Filing.Array.Ru = "" }},
		"holder.address":          {2, func(r *policy.Rules) { r.Holder.Address = privacy.Words{} }},
		"purposes[P01].terms.why": {4, func(r *policy.Rules) { r.Purposes[0].Terms.Why.En = "" }},
		"filing.groups":           {6, func(r *policy.Rules) { r.Filing.Groups = nil }},
		"categories[D06].sources": {7, func(r *policy.Rules) { r.Categories[5].Sources = nil }},
		"filing.informing":        {8, func(r *policy.Rules) { r.Filing.Informing = privacy.Words{} }},
		"filing.measures":         {9, func(r *policy.Rules) { r.Filing.Measures = nil }},
		"holder.officer":          {10, func(r *policy.Rules) { r.Holder.Officer.Ky = "" }},
	} {
		got := build(t, privacy.Kyrgyz, func(r *policy.Rules) { fill(r); c.empty(r) })
		if len(got.Missing) != 1 || got.Missing[0] != (filing.Missing{Field: c.field, Rule: rule}) || got.Complete() != 11 {
			t.Errorf("%s: %v", rule, got.Missing)
		}
	}
}

func TestAChangeOfTheRulesShowsInItsField(t *testing.T) {
	t.Parallel()
	filed := build(t, privacy.Russian, nil)
	digest, err := filed.Digest()
	check(err)
	for name, c := range map[string]struct {
		change func(*policy.Rules)
		want   []string // field key and id
	}{
		"another category": {func(r *policy.Rules) {
			r.Categories = append(r.Categories, policy.Category{ID: "D14", Classification: privacy.ClassPersonal, Title: privacy.Words{Ky: "а", Ru: "б", En: "c"}, Sources: []privacy.SourceID{"sdk"}})
		}, []string{"terms D14", "data D14", "sources D14"}},
		"a longer term":            {func(r *policy.Rules) { r.Purposes[0].Terms.Storage = "5y" }, []string{"terms P01"}},
		"another recipient's land": {func(r *policy.Rules) { r.Recipients[0].Country = "KZ" }, []string{"recipients sms-gateway", "abroad sms-gateway", "abroad none"}},
		"a recipient less":         {func(r *policy.Rules) { dropRecipient(r, "court") }, []string{"recipients court"}},
		"another operation": {func(r *policy.Rules) {
			r.Purposes[0].Operations = append(slices.Clone(r.Purposes[0].Operations), "accumulate")
		}, []string{"purposes P01"}},
		"another officer":            {func(r *policy.Rules) { r.Holder.Officer.Ru = "другой" }, []string{"person officer"}},
		"a safeguard that came true": {func(r *policy.Rules) { r.Safeguards[2].Approved = []string{"officer", "security"} }, []string{"measures fraud-documents"}},
		"nothing the form asks for":  {func(r *policy.Rules) { r.Purposes[1].Off.Ru = "иначе" }, nil},
		"another edition's name":     {func(r *policy.Rules) { r.Edition = "mega24/2026-2" }, nil},
		"words of another language":  {func(r *policy.Rules) { r.Filing.Array.En = "other" }, nil},
	} {
		now := build(t, privacy.Russian, c.change)
		var got []string
		for _, x := range filing.Compare(&filed, &now) {
			got = append(got, x.Key+" "+x.ID)
			if x.Before == nil && x.After == nil {
				t.Errorf("%s: %s %s went nowhere", name, x.Key, x.ID)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if sum, err := now.Digest(); err != nil || (sum == digest) != (len(c.want) == 0) {
			t.Errorf("%s: the digest is the same: %v", name, sum == digest)
		}
	}
}

func dropRecipient(r *policy.Rules, id privacy.RecipientID) {
	r.Recipients = slices.DeleteFunc(r.Recipients, func(x policy.Recipient) bool { return x.ID == id })
	for i := range r.Purposes {
		r.Purposes[i].Recipients = slices.DeleteFunc(slices.Clone(r.Purposes[i].Recipients), func(x privacy.RecipientID) bool { return x == id })
	}
}

func TestTheFormsForPeopleSayEverythingAndRunNothing(t *testing.T) {
	t.Parallel()
	for _, lang := range privacy.Langs {
		d := build(t, lang, func(r *policy.Rules) {
			r.Filing.Phone = `<script>alert("x")</script>`
		})
		md, page := d.Markdown(i18n.In(lang)), d.HTML(i18n.In(lang))
		if strings.Contains(page, "<script") || strings.Contains(md, "\n<") {
			t.Errorf("%s: a value is read as a mark", lang)
		}
		for _, text := range []string{md, page} {
			if strings.Contains(text, "filing.field.") || strings.Contains(text, "filing.item.") || strings.Contains(text, "basis.") || strings.Contains(text, "class.") {
				t.Errorf("%s: a key is shown instead of words", lang)
			}
		}
		for _, f := range d.Fields {
			for _, item := range f.Items {
				if f.Key != "holder" && !strings.Contains(page, strings.NewReplacer("&", "&amp;", "'", "&#39;", `"`, "&#34;", "<", "&lt;", ">", "&gt;").Replace(item.Text)) {
					t.Errorf("%s: the page leaves out %q", lang, item.Text)
				}
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	d := build(f, privacy.English, nil)
	text, err := d.JSON()
	check(err)
	f.Add(text)
	f.Add([]byte(`{"v":1,"fields":[]}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := filing.Parse(b)
		if err != nil {
			return
		}
		filing.Compare(got, &d)
		if len(filing.Compare(got, got)) != 0 {
			t.Error("an entry differs from itself")
		}
	})
}
