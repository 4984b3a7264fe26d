package diff

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// shown writes pieces as a person reads them.
func shown(pieces []Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		switch p.State {
		case Removed:
			b.WriteString("[" + p.Text + "]")
		case Added:
			b.WriteString("{" + p.Text + "}")
		default:
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestWordsShowsWhatWentAndWhatCame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, b, want string }{
		{"", "", ""},
		{"", "Data.", "{Data.}"},
		{"Data.", "", "[Data.]"},
		{"Data are kept.", "Data are kept.", "Data are kept."},
		{"Data are kept for a year.", "Data are kept for two years.", "Data are kept for [a year]{two years}."},
		{"Жашаган же турган дарек", "Жашаган дарек", "Жашаган [же турган ]дарек"},
		{"Жарнама, сунуш.", "Жарнама жана сунуш.", "Жарнама[,]{ жана} сунуш."},
		{"one two three", "one three", "one [two ]three"},
		{"күйгүзмөйүнчө өчүк", "күйгүзгөндө өчүк", "[күйгүзмөйүнчө]{күйгүзгөндө} өчүк"},
	} {
		if got := shown(Words(c.a, c.b)); got != c.want {
			t.Errorf("%q to %q: %s, want %s", c.a, c.b, got, c.want)
		}
	}
}

// made gives back both sentences of a difference.
func made(pieces []Piece) (a, b string) {
	for _, p := range pieces {
		if p.State != Added {
			a += p.Text
		}
		if p.State != Removed {
			b += p.Text
		}
	}
	return a, b
}

func FuzzWords(f *testing.F) {
	f.Add("Маалымат 1 жыл сакталат.", "Маалымат эки жыл сакталат!")
	f.Add("a  b", "a b ")
	f.Add("\xff", "é")
	f.Fuzz(func(t *testing.T, a, b string) {
		pieces := Words(a, b)
		if x, y := made(pieces); x != a || y != b {
			t.Fatalf("%q, %q became %q, %q", a, b, x, y)
		}
		for i, p := range pieces {
			if p.Text == "" || i > 0 && pieces[i-1].State == p.State || i > 0 && pieces[i-1].State == Added && p.State == Removed {
				t.Fatalf("pieces %+v", pieces)
			}
		}
		if a == b && len(pieces) > 1 {
			t.Fatalf("the same sentence in pieces: %+v", pieces)
		}
	})
}

// A sentence without end is replaced whole rather than compared for hours.
func TestVeryLongSentencesAreReplacedWhole(t *testing.T) {
	t.Parallel()
	a, b := strings.Repeat("a b ", 5000), strings.Repeat("c d ", 5000)
	if got := Words(a, b); len(got) != 3 { // the space at the end stays
		t.Errorf("%d pieces", len(got))
	}
}

func texts(t *testing.T, clauses ...string) map[privacy.Lang]policy.Text {
	t.Helper()
	out := map[privacy.Lang]policy.Text{}
	for _, lang := range privacy.Langs {
		text := policy.Text{Lang: lang, Title: "t"}
		for _, c := range clauses {
			id, words, ok := strings.Cut(c, " ")
			if !ok {
				t.Fatal(c)
			}
			text.Clauses = append(text.Clauses, policy.Clause{ID: privacy.ClauseID(id), Text: words, Section: id[:1]})
		}
		text.Source = fmt.Sprint(text.Clauses)
		out[lang] = text
	}
	return out
}

func TestClausesStandSideBySideInTheOrderOfTheLaterText(t *testing.T) {
	t.Parallel()
	a := texts(t, "1.1 one", "1.2 two", "1.3 three", "1.4 four")
	b := texts(t, "1.1 one", "1.4 four", "1.5 five", "1.3 three or so")
	r := Compare(policy.Content{Texts: a}, policy.Content{Texts: b})
	var got []string
	for _, c := range r.Texts {
		got = append(got, string(c.ID)+" "+string(c.State)+" "+shown(c.In[privacy.Russian]))
	}
	if want := []string{"1.1 same one", "1.2 removed [two]", "1.4 same four", "1.5 added {five}", "1.3 changed three{ or so}"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	got = nil
	for _, c := range r.Changes {
		got = append(got, string(c.Kind)+" "+c.Path)
	}
	want := []string{"text.removed text[1.2]", "text.added text[1.5]", "text.changed text[1.3]", "text.order text.ky", "text.order text.ru", "text.order text.en"}
	if !slices.Equal(got, want) || r.Class() != Wording || r.Effect() != None {
		t.Errorf("%q, %s", got, r.Class())
	}
	if n := len(r.Texts.Changed()); n != 3 || r.Texts.Clause("1.9") != nil || r.Texts.Clause("1.5").State != Added {
		t.Errorf("%d clauses changed", n)
	}
}

func TestASilentChangeOfTheFileIsSaid(t *testing.T) {
	t.Parallel()
	a := texts(t, "1.1 one")
	for _, c := range []struct {
		edit func(x *policy.Text)
		want string
	}{
		{func(x *policy.Text) { x.Source += "\n" }, "text.layout text.ru"},
		{func(x *policy.Text) { x.Title += "!"; x.Source += "!" }, "text.heading text.ru"},
		{func(x *policy.Text) { x.Sections = []policy.Section{{Number: "1", Title: "x"}}; x.Source += "!" }, "text.heading text.ru"},
	} {
		b := texts(t, "1.1 one")
		ru := b[privacy.Russian]
		c.edit(&ru)
		b[privacy.Russian] = ru
		r := Compare(policy.Content{Texts: a}, policy.Content{Texts: b})
		if len(r.Changes) != 1 || string(r.Changes[0].Kind)+" "+r.Changes[0].Path != c.want {
			t.Errorf("%+v, want %s", r.Changes, c.want)
		}
	}
	gone := texts(t, "1.1 one")
	delete(gone, privacy.English)
	r := Compare(policy.Content{Texts: a}, policy.Content{Texts: gone})
	if c := r.Texts.Clause("1.1"); c.State != Changed || shown(c.In[privacy.English]) != "[one]" || shown(c.In[privacy.Kyrgyz]) != "one" {
		t.Errorf("%+v", c)
	}
}
