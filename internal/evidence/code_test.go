package evidence

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf16"

	"pgregory.net/rapid"

	"kupuya/internal/privacy"
)

var key = []byte("a key of the node, only for tests")

func challenge(t *testing.T, s Shown) Challenge {
	t.Helper()
	c, err := NewChallenge(key, "c1", "482913", s, noon, DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryCodeIsEquallyLikely(t *testing.T) {
	t.Parallel()
	var tens [10]int
	for range 20_000 {
		c, err := NewCode(rand.Reader)
		if err != nil || len(c) != 6 {
			t.Fatalf("%q, %v", c, err)
		}
		tens[c[0]-'0']++
	}
	for d, n := range tens { // 2000 each; a deviation of 300 happens once in 10^11 runs
		if n < 1700 || n > 2300 {
			t.Errorf("%d of 20000 codes begin with %d", n, d)
		}
	}
}

func TestCodeKeepsLeadingZerosAndSkipsTheUnevenRest(t *testing.T) {
	t.Parallel()
	words := binary.BigEndian.AppendUint32(nil, 4_294_000_000) // the first number that would favour low codes
	words = binary.BigEndian.AppendUint32(words, 4_293_000_007)
	c, err := NewCode(bytes.NewReader(words))
	if err != nil || c != "000007" {
		t.Errorf("got %q, %v; want 000007", c, err)
	}
	if _, err := NewCode(iotest.ErrReader(errors.New("no entropy"))); err == nil {
		t.Error("a code was made without randomness")
	}
}

func TestCodeHashTellsChallengesAndKeysApart(t *testing.T) {
	t.Parallel()
	h := CodeHash(key, "c1", "482913")
	for name, other := range map[string][]byte{
		"another key":        CodeHash([]byte("x"), "c1", "482913"),
		"another challenge":  CodeHash(key, "c2", "482913"),
		"another code":       CodeHash(key, "c1", "482914"),
		"a shifted boundary": CodeHash(key, "c14", "82913"),
	} {
		if bytes.Equal(h, other) {
			t.Errorf("%s has the same hash", name)
		}
	}
}

func TestCheckOfACode(t *testing.T) {
	t.Parallel()
	l := DefaultLimits()
	for name, try := range map[string]struct {
		change func(*Challenge)
		code   string
		aim    Aim
		after  time.Duration
		want   privacy.Code
		tries  int
		state  State
		count  int
		wait   time.Duration
	}{
		"the right code opens once":                        {code: "482913", state: Used},
		"the right code opens until the last moment":       {code: "482913", after: 5*time.Minute - time.Millisecond, state: Used},
		"blanks and a hyphen do no harm":                   {code: " 482-913 ", state: Used},
		"the right code is late after five minutes":        {code: "482913", after: 5 * time.Minute, want: privacy.CodeExpired, state: Open},
		"a wrong code tells the tries left":                {code: "482914", want: privacy.CodeWrong, tries: 1, state: Open, count: 4},
		"the fourth wrong code leaves one":                 {change: tried(3), code: "000000", want: privacy.CodeWrong, tries: 4, state: Open, count: 1},
		"the fifth wrong code locks":                       {change: tried(4), code: "000000", want: privacy.TooMany, tries: 5, state: Locked, wait: 5 * time.Minute},
		"the fifth try may be right":                       {change: tried(4), code: "482913", tries: 4, state: Used},
		"the right code after the lock stays out":          {change: func(c *Challenge) { c.Tries, c.State = 5, Locked }, code: "482913", after: time.Minute, want: privacy.TooMany, tries: 5, state: Locked, wait: 4 * time.Minute},
		"too many tries lock even when nobody said so":     {change: tried(5), code: "482913", want: privacy.TooMany, tries: 5, state: Locked, wait: 5 * time.Minute},
		"a lock that is over is merely late":               {change: func(c *Challenge) { c.Tries, c.State = 5, Locked }, code: "482913", after: time.Hour, want: privacy.CodeExpired, tries: 5, state: Locked},
		"a replayed code is told so":                       {change: func(c *Challenge) { c.State = Used }, code: "482913", want: privacy.CodeUsed, state: Used},
		"a replayed code is told so also when late":        {change: func(c *Challenge) { c.State = Used }, code: "482913", after: time.Hour, want: privacy.CodeUsed, state: Used},
		"a superseded code is told so":                     {change: func(c *Challenge) { c.State = Superseded }, code: "482913", want: privacy.CodeSuperseded, state: Superseded},
		"a challenge of no state opens nothing":            {change: func(c *Challenge) { c.State = "" }, code: "482913", want: privacy.CodeExpired},
		"a challenge of an unknown state opens nothing":    {change: func(c *Challenge) { c.State = "ready" }, code: "482913", want: privacy.CodeExpired, state: "ready"},
		"five digits cost no try":                          {code: "48291", want: privacy.EvidenceInvalid, state: Open},
		"letters cost no try":                              {code: "48291З", want: privacy.EvidenceInvalid, state: Open},
		"digits of another script are no code":             {code: "٤٨٢٩١٣", want: privacy.EvidenceInvalid, state: Open},
		"a code for P03 does not accept the edition":       {code: "482913", aim: AimAccept, want: privacy.EvidenceInvalid, state: Open},
		"a code for P03 does not allow P06":                {code: "482913", aim: AimConsent("P06"), want: privacy.EvidenceInvalid, state: Open},
		"a wrong code for something else costs no try":     {code: "000000", aim: AimAccept, want: privacy.EvidenceInvalid, state: Open},
		"a locked challenge does not speak of other aims":  {change: func(c *Challenge) { c.State = Locked }, code: "482913", aim: AimAccept, want: privacy.TooMany, state: Locked, wait: 5 * time.Minute},
		"a challenge without a hash opens to no code":      {change: func(c *Challenge) { c.CodeHash = nil }, code: "482913", want: privacy.CodeWrong, tries: 1, state: Open, count: 4},
		"a hash moved to another challenge opens to none":  {change: func(c *Challenge) { c.ID = "c2" }, code: "482913", want: privacy.CodeWrong, tries: 1, state: Open, count: 4},
		"a flood of blanks is not read":                    {code: strings.Repeat(" ", 100) + "482913", want: privacy.EvidenceInvalid, state: Open},
		"an expired challenge does not count another try":  {code: "000000", after: time.Hour, want: privacy.CodeExpired, state: Open},
		"a challenge that never expires does not exist":    {change: func(c *Challenge) { c.Expires = time.Time{} }, code: "482913", want: privacy.CodeExpired, state: Open},
		"a bound hash of another text does not open":       {change: func(c *Challenge) { c.Bound = HashText("x") }, code: "482913", want: privacy.EvidenceInvalid, state: Open},
		"an aim that was changed in the row does not open": {change: func(c *Challenge) { c.Aim = AimAccept }, code: "482913", want: privacy.EvidenceInvalid, state: Open},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := challenge(t, shown(AimConsent("P03")))
			if try.change != nil {
				try.change(&c)
			}
			asked := shown(AimConsent("P03"))
			if try.aim != "" {
				asked = shown(try.aim)
			}
			after, p, err := c.Check(key, try.code, asked, privacy.ChannelApp, noon.Add(try.after), l)
			if privacy.CodeOf(err) != try.want {
				t.Fatalf("got %v, want %q", err, try.want)
			}
			if after.Tries != try.tries || after.State != try.state {
				t.Errorf("left at %d tries, %q; want %d, %q", after.Tries, after.State, try.tries, try.state)
			}
			if (err == nil) != (p.Grade == privacy.GradeSMS) {
				t.Errorf("proof %+v with error %v", p, err)
			}
			if err != nil {
				if e := wantCode(t, err, try.want); e.Count != try.count || e.Wait != try.wait {
					t.Errorf("tries left %d, wait %s; want %d, %s", e.Count, e.Wait, try.count, try.wait)
				}
			}
			if text := strings.ToLower(errText(err)); strings.Contains(text, "482913") {
				t.Errorf("the error shows the code: %s", text)
			}
		})
	}
}

func tried(n int) func(*Challenge) { return func(c *Challenge) { c.Tries = n } }

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// Whatever is tried in whatever order, a challenge opens at most once and never
// after five wrong codes.
func TestAChallengeNeverOpensTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := shown(AimAccept)
		c, err := NewChallenge(key, "c1", "482913", s, noon, DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		opened, wrong := 0, 0
		for i := range rapid.IntRange(1, 30).Draw(t, "tries") {
			code := rapid.SampledFrom([]string{"482913", "000000", "111111", "x"}).Draw(t, "code")
			var err error
			c, _, err = c.Check(key, code, s, privacy.ChannelApp, noon.Add(time.Duration(i)*time.Second), DefaultLimits())
			switch {
			case err == nil:
				opened++
				if wrong >= 5 {
					t.Fatal("opened after five wrong codes")
				}
			case code != "482913" && code != "x":
				wrong++
			}
		}
		if opened > 1 || c.Tries > 5 {
			t.Fatalf("opened %d times, %d tries", opened, c.Tries)
		}
	})
}

func TestResendWaits(t *testing.T) {
	t.Parallel()
	l := DefaultLimits()
	for name, c := range map[string]struct {
		state State
		after time.Duration
		wait  time.Duration
	}{
		"a code that was just sent":                {Open, 0, time.Minute},
		"a code sent nearly a minute ago":          {Open, 59 * time.Second, time.Second},
		"a code sent a minute ago":                 {Open, time.Minute, 0},
		"a code tried too often":                   {Locked, time.Minute, 4 * time.Minute},
		"a code tried too often, after its end":    {Locked, 5 * time.Minute, 0},
		"a code that was used a moment ago":        {Used, time.Second, 59 * time.Second},
		"a code superseded before its first aging": {Superseded, 30 * time.Second, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			last := challenge(t, shown(AimAccept))
			last.State = c.state
			wait, ok := last.Resend(noon.Add(c.after), l)
			if wait != c.wait || ok != (c.wait == 0) {
				t.Errorf("wait %s, %v; want %s", wait, ok, c.wait)
			}
		})
	}
	if wait, ok := new(Challenge).Resend(noon, l); wait != 0 || !ok {
		t.Error("the first code has to wait")
	}
}

func TestLimitsOfSending(t *testing.T) {
	t.Parallel()
	l := DefaultLimits()
	now := noon.Add(20 * time.Minute)
	for name, c := range map[string]struct {
		counts Counts
		wait   time.Duration
	}{
		"nothing sent yet":                          {Counts{}, 0},
		"one below every limit":                     {Counts{4, 14, 99, 499}, 0},
		"five to one number wait for the hour":      {Counts{NumberHour: 5}, 40 * time.Minute},
		"fifteen to one number wait for the day":    {Counts{NumberHour: 5, NumberDay: 15}, 17*time.Hour + 40*time.Minute},
		"a hundred from one address wait an hour":   {Counts{AddressHour: 100}, 40 * time.Minute},
		"five hundred from one address wait a day":  {Counts{AddressDay: 500}, 17*time.Hour + 40*time.Minute},
		"a count beyond the limit is refused alike": {Counts{NumberHour: 60}, 40 * time.Minute},
	} {
		if wait, ok := l.Allow(c.counts, now); wait != c.wait || ok != (c.wait == 0) {
			t.Errorf("%s: wait %s, %v; want %s", name, wait, ok, c.wait)
		}
	}
	if _, ok := (Limits{}).Allow(Counts{}, now); ok {
		t.Error("limits that nobody set allow a code")
	}
}

func TestCodeTextFitsOneSMS(t *testing.T) {
	t.Parallel()
	aims := []Aim{AimSession, AimAccept, AimConsent("P06.ads"), "extract", "destroy", ""}
	for _, lang := range privacy.Langs {
		texts := map[string]bool{}
		for _, aim := range aims {
			for _, host := range []string{"mega24.kg", "privacy.kupuya.example"} {
				text, err := CodeText(lang, aim, "482913", host)
				if err != nil {
					t.Fatal(err)
				}
				if n := len(utf16.Encode([]rune(text))); n > 70 {
					t.Errorf("%s %s %s has %d units: %s", lang, aim, host, n, text)
				}
				first, last, lines := strings.Cut(text, "\n")
				if !lines || last != "@"+host+" #482913" || !strings.Contains(first, "482913") {
					t.Errorf("%s %s: %q", lang, aim, text)
				}
				if host == "mega24.kg" {
					texts[text] = true
					if !strings.HasSuffix(first, tellNobody.In(lang)) {
						t.Errorf("%s %s: nobody is told to keep it: %s", lang, aim, text)
					}
				}
			}
		}
		if len(texts) != len(codeTexts) {
			t.Errorf("%s has %d texts for %d aims", lang, len(texts), len(codeTexts))
		}
	}
	for kind, w := range codeTexts {
		if !w.Complete() {
			t.Errorf("%s is missing a language", kind)
		}
	}
	if _, err := CodeText(privacy.English, AimSession, "482913", strings.Repeat("a", 60)+".example"); err == nil {
		t.Error("a text of two parts was made")
	}
}
