package policyfile

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/policy/check"
	"kupuya/internal/privacy"
)

// A mutation is the pack with one thing taken out or weakened.
type mutation struct {
	what string // "Purposes[P03].Terms.Storage = while"
	pack policy.Content
	err  error // the mutated files do not load
}

// equivalent names the mutations that change nothing anybody is promised, each
// with its reason. Everything else must be noticed.
var equivalent = []struct{ pattern, reason string }{
	{`^ReviewNotes`, "notes for counsel; no rule and no page reads them"},
	{`^Filing`, "what the register asks for beside the rules; room filing says what is missing there"},
	{`^Categories\[D04\]\.HighRisk = true`, "special data count as a high risk in any case"},
}

// repeated is a mutation that gives a row a basis.
var repeated = regexp.MustCompile(`^Purposes\[([^]]*)\]\.Rows\[[^]]*\]\.Basis = (.*)$`)

func purposeOf(p *Pack, id string) *policy.Purpose {
	for i := range p.Rules.Purposes {
		if string(p.Rules.Purposes[i].ID) == id {
			return &p.Rules.Purposes[i]
		}
	}
	return &policy.Purpose{}
}

// closed are the words that a string of the rules may be, by type or by path.
var closed = []struct {
	path  *regexp.Regexp
	words []string
}{
	{regexp.MustCompile(`\.Basis$`), []string{"contract", "law", "vital", "public-task", "legitimate-interest", "consent"}},
	{regexp.MustCompile(`\.Evidence$`), []string{"tick", "drawn", "sms"}},
	{regexp.MustCompile(`\.Minor$`), []string{"open", "guardian", "locked"}},
	{regexp.MustCompile(`\.Default$`), []string{"on", "off"}},
	{regexp.MustCompile(`\.From$`), []string{"collected", "consent", "agreement", "request"}},
	{regexp.MustCompile(`\.(Processing|Storage)$`), []string{"while", "none", "7d", "30d", "90d", "1y", "3y", "6y", "50y"}},
	{regexp.MustCompile(`^Notice\.Ahead$`), []string{"now", "7d", "29d"}},
	{regexp.MustCompile(`^Notice\.Mode$`), []string{"none"}},
	{regexp.MustCompile(`\.Classification$|\.Class$`), []string{"public", "internal", "personal"}},
	{regexp.MustCompile(`\.Deadline$`), []string{"tax_hold", "access_or_copy", "erase", "no_such_deadline"}},
	{regexp.MustCompile(`\.Act$`), []string{"rules97", "communications", "nobody"}},
	{regexp.MustCompile(`\.Article$`), []string{"999"}},
	{regexp.MustCompile(`\.Country$`), []string{"US"}},
	{regexp.MustCompile(`\.Counsel$`), []string{"yes"}},
	{regexp.MustCompile(`\.Agreement\.To$`), []string{"2020-01-01", "2099-01-01"}},
}

// mutate gives the rules with one thing changed, for everything in them. The
// walk follows the types, so that a member added tomorrow is walked too.
func mutate(r policy.Rules, each func(what string, r policy.Rules)) {
	root := reflect.ValueOf(&r).Elem()
	attempt := func(what string, v, changed reflect.Value) {
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		v.Set(changed)
		each(what, clone(root).Interface().(policy.Rules))
		v.Set(old)
	}
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		if w, ok := v.Interface().(privacy.Words); ok {
			mutateWords(path, w, func(what string, w privacy.Words) { attempt(what, v, reflect.ValueOf(w)) })
			return
		}
		switch v.Kind() {
		case reflect.String:
			if v.String() != "" {
				attempt(path+" left out", v, reflect.Zero(v.Type()))
			}
			for _, c := range closed {
				for _, word := range c.words {
					if c.path.MatchString(path) && word != v.String() {
						attempt(path+" = "+word, v, reflect.ValueOf(word).Convert(v.Type()))
					}
				}
			}
		case reflect.Bool:
			attempt(fmt.Sprintf("%s = %v", path, !v.Bool()), v, reflect.ValueOf(!v.Bool()))
		case reflect.Pointer:
			if !v.IsNil() {
				attempt(path+" left out", v, reflect.Zero(v.Type()))
				walk(path, v.Elem())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(strings.TrimPrefix(path+"."+v.Type().Field(i).Name, "."), v.Field(i))
			}
		case reflect.Slice:
			for i := range v.Len() {
				at := fmt.Sprintf("%s[%s]", path, entry(v.Index(i), i))
				without := reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()), v.Slice(0, i))
				attempt(at+" taken out", v, reflect.AppendSlice(without, v.Slice(i+1, v.Len())))
				walk(at, v.Index(i))
			}
		}
	}
	walk("", root)
}

// entry names an entry of a list as its first member does.
func entry(v reflect.Value, i int) string {
	if v.Kind() == reflect.String {
		return v.String()
	}
	if v.Kind() == reflect.Struct && v.Field(0).Kind() == reflect.String && v.Field(0).String() != "" {
		return v.Field(0).String()
	}
	return fmt.Sprint(i)
}

// mutateWords leaves out a language, or all, or puts two in each other's place.
func mutateWords(path string, w privacy.Words, each func(string, privacy.Words)) {
	if w == (privacy.Words{}) {
		return
	}
	for _, x := range []struct {
		what string
		to   privacy.Words
	}{
		{"left out", privacy.Words{}},
		{"without ky", privacy.Words{Ru: w.Ru, En: w.En}},
		{"without ru", privacy.Words{Ky: w.Ky, En: w.En}},
		{"without en", privacy.Words{Ky: w.Ky, Ru: w.Ru}},
		{"ky and ru swapped", privacy.Words{Ky: w.Ru, Ru: w.Ky, En: w.En}},
		{"ky and en swapped", privacy.Words{Ky: w.En, Ru: w.Ru, En: w.Ky}},
		{"ru and en swapped", privacy.Words{Ky: w.Ky, Ru: w.En, En: w.Ru}},
	} {
		if x.to != w {
			each(path+" "+x.what, x.to)
		}
	}
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

// texts reads the texts of a pack from their files, as LoadPack does.
func texts(files map[privacy.Lang][]byte) (map[privacy.Lang]policy.Text, error) {
	out := map[privacy.Lang]policy.Text{}
	for _, lang := range privacy.Langs {
		t, err := parseText(textFile(lang), lang, files[lang])
		if err != nil {
			return nil, err
		}
		if source, ok := out[privacy.Kyrgyz]; ok {
			if err := sameAnchors(&source, t, textFile(privacy.Kyrgyz), textFile(lang)); err != nil {
				return nil, err
			}
		}
		t.Source = string(files[lang])
		out[lang] = *t
	}
	return out, nil
}

// mutateTexts takes each anchor and each clause out of one language and of all,
// and puts the words of two languages in each other's place.
func mutateTexts(t *testing.T, p *Pack, each func(what string, texts map[privacy.Lang]policy.Text, err error)) {
	t.Helper()
	files := map[privacy.Lang][]byte{}
	for _, lang := range privacy.Langs {
		data, err := os.ReadFile(mega24 + "/" + textFile(lang))
		if err != nil {
			t.Fatal(err)
		}
		files[lang] = data
	}
	try := func(what string, langs []privacy.Lang, change func(lang privacy.Lang, data []byte) []byte) {
		changed := map[privacy.Lang][]byte{}
		for _, lang := range privacy.Langs {
			changed[lang] = files[lang]
			if slices.Contains(langs, lang) {
				changed[lang] = change(lang, files[lang])
			}
		}
		got, err := texts(changed)
		each(what, got, err)
	}
	source := p.Texts[privacy.Kyrgyz]
	for _, c := range source.Clauses {
		anchor := []byte(fmt.Sprintf(" {#%s}", c.ID))
		without := func(_ privacy.Lang, data []byte) []byte { return bytes.Replace(data, anchor, nil, 1) }
		gone := func(_ privacy.Lang, data []byte) []byte {
			end := bytes.Index(data, anchor) + len(anchor)
			begin := bytes.LastIndexByte(data[:end], '\n') + 1
			return slices.Concat(data[:begin], data[end:])
		}
		for _, langs := range [][]privacy.Lang{{"ky"}, {"ru"}, {"en"}, privacy.Langs[:]} {
			try(fmt.Sprintf("anchor %s taken out of %v", c.ID, langs), langs, without)
			try(fmt.Sprintf("clause %s taken out of %v", c.ID, langs), langs, gone)
		}
		for _, pair := range [][2]privacy.Lang{{"ky", "ru"}, {"ky", "en"}, {"ru", "en"}} {
			words := func(lang privacy.Lang) []byte { t := p.Texts[lang]; return []byte(t.Clause(c.ID).Text) }
			try(fmt.Sprintf("clause %s: %s and %s swapped", c.ID, pair[0], pair[1]), pair[:], func(lang privacy.Lang, data []byte) []byte {
				other := pair[0]
				if lang == other {
					other = pair[1]
				}
				return bytes.Replace(data, slices.Concat(words(lang), anchor), slices.Concat(words(other), anchor), 1)
			})
		}
	}
}

// Nothing of the pack can be left out, weakened or mistranslated without being
// noticed: by the reader of the files, by compiling, by a finding or by one of
// the questions of the pack.
func TestEveryMutationOfThePackIsNoticed(t *testing.T) {
	t.Parallel()
	p, reg := loadMega24(t), registry(t)
	on := time.Date(2026, 11, 24, 12, 0, 0, 0, law.Bishkek)
	base := map[string]bool{}
	for _, f := range judged(p.Rules, p.Texts, reg, on) {
		base[named(f)] = true
	}
	work := make(chan mutation)
	var all sync.WaitGroup
	var lock sync.Mutex
	score := map[string]int{}
	var survivors []string
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for m := range work {
				by := noticedBy(m, p, reg, on, base)
				lock.Lock()
				score[by]++
				if by == "nobody" {
					survivors = append(survivors, m.what)
				}
				lock.Unlock()
			}
		})
	}
	n, excused := 0, make([]int, len(equivalent))
	send := func(m mutation) {
		if x := repeated.FindStringSubmatch(m.what); x != nil && string(purposeOf(p, x[1]).Basis) == x[2] {
			return // a row that names its purpose's own basis says nothing new
		}
		for i, x := range equivalent {
			if regexp.MustCompile(x.pattern).MatchString(m.what) {
				excused[i]++
				return
			}
		}
		if n++; testing.Short() && n%10 != 0 {
			return
		}
		work <- m
	}
	mutate(p.Rules, func(what string, r policy.Rules) {
		send(mutation{what: what, pack: policy.Content{Rules: r, Texts: p.Texts, Law: reg}})
	})
	mutateTexts(t, p, func(what string, texts map[privacy.Lang]policy.Text, err error) {
		send(mutation{what: what, err: err, pack: policy.Content{Rules: p.Rules, Texts: texts, Law: reg}})
	})
	close(work)
	all.Wait()
	slices.Sort(survivors)
	for _, s := range survivors {
		t.Errorf("nobody notices: %s", s)
	}
	total := 0
	for _, by := range []string{"loading", "compiling", "a finding", "a question"} {
		total += score[by]
	}
	t.Logf("%d of %d mutations noticed: %d by loading, %d by compiling, %d by a finding, %d by a question; %d left out as equivalent",
		total, total+len(survivors), score["loading"], score["compiling"], score["a finding"], score["a question"], sum(excused))
	for i, x := range equivalent {
		if excused[i] == 0 {
			t.Errorf("no mutation is like %s; take it off the list", x.pattern)
		}
	}
}

func sum(list []int) (n int) {
	for _, v := range list {
		n += v
	}
	return n
}

// noticedBy says what notices a mutation first.
func noticedBy(m mutation, p *Pack, reg *law.Registry, on time.Time, base map[string]bool) string {
	if m.err != nil {
		return "loading"
	}
	ed, err := policy.Compile(m.pack.Rules, p.Hash, reg, time.Time{})
	if err != nil {
		return "compiling"
	}
	if len(p.Expect.Run(ed)) > 0 {
		return "a question"
	}
	report := check.Run(check.Input{Content: m.pack, Edition: ed, On: on})
	for _, f := range report.Findings {
		if f.Severity != check.Note && !base[named(f)] {
			return "a finding"
		}
	}
	return "nobody"
}

func judged(r policy.Rules, texts map[privacy.Lang]policy.Text, reg *law.Registry, on time.Time) []check.Finding {
	report := check.Run(check.Input{Content: policy.Content{Rules: r, Texts: texts, Law: reg}, On: on})
	return report.Findings
}

// named tells findings apart.
func named(f check.Finding) string {
	return fmt.Sprint(f.Code, f.Severity, f.Clause, f.Lang, f.Path, f.Args)
}
