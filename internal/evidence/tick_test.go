package evidence

import (
	"strings"
	"testing"
	"time"

	"kupuya/internal/privacy"
)

func tickOf(s Shown) Tick {
	no := false
	return Tick{
		Bound: s.Bind(), TextHash: s.TextHash, Lang: s.Lang, Prefilled: &no,
		ShownAt: noon.Add(-10 * time.Second), TickedAt: noon.Add(-time.Second),
	}
}

func tickBody(s Shown, prefilled string) string {
	return `{"bound":"` + s.Bind() + `","text_hash":"` + s.TextHash + `","lang":"ky",` + prefilled +
		`"shown_at":"2026-11-23T12:00:00.000+06:00","ticked_at":"2026-11-23T06:00:05Z"}`
}

func TestTickThatSomebodyMade(t *testing.T) {
	t.Parallel()
	s := shown(AimConsent("P03"))
	tick, err := ParseTick([]byte(tickBody(s, `"prefilled":false,`)))
	if err != nil {
		t.Fatal(err)
	}
	p, err := tick.Prove(s, privacy.ChannelApp, noon)
	if err != nil || p.Grade != privacy.GradeTick || p.Bound != s.Bind() || p.Channel != privacy.ChannelApp {
		t.Fatalf("%+v, %v", p, err)
	}
	later := tick
	later.TickedAt = later.TickedAt.Add(time.Second)
	if q, err := later.Prove(s, privacy.ChannelApp, noon); err != nil || q.Digest == p.Digest {
		t.Errorf("another tick has the same digest, %v", err)
	}
}

func TestTickThatProvesNothing(t *testing.T) {
	t.Parallel()
	yes := true
	for name, c := range map[string]struct {
		change func(*Tick)
		code   privacy.Code
		prob   string
	}{
		"a box ticked in advance":                  {func(t *Tick) { t.Prefilled = &yes }, privacy.EvidenceInvalid, Prefilled},
		"a box of which nobody says how it stood":  {func(t *Tick) { t.Prefilled = nil }, privacy.EvidenceInvalid, Prefilled},
		"a text that is not the edition's":         {func(t *Tick) { t.TextHash = HashText("other") }, privacy.TextMismatch, ""},
		"a text in another language":               {func(t *Tick) { t.Lang = privacy.Russian }, privacy.TextMismatch, ""},
		"no text at all":                           {func(t *Tick) { t.TextHash = "" }, privacy.TextMismatch, ""},
		"a tick for something else":                {func(t *Tick) { s := shown(AimAccept); t.Bound = s.Bind() }, privacy.EvidenceInvalid, Bound},
		"ticked before it was shown":               {func(t *Tick) { t.TickedAt = t.ShownAt.Add(-time.Second) }, privacy.EvidenceInvalid, TickTime},
		"ticked in the moment it was shown":        {func(t *Tick) { t.TickedAt = t.ShownAt }, privacy.EvidenceInvalid, TickTime},
		"ticked faster than anybody sees":          {func(t *Tick) { t.TickedAt = t.ShownAt.Add(299 * time.Millisecond) }, privacy.EvidenceInvalid, TickTime},
		"ticked more than a day later":             {func(t *Tick) { t.TickedAt = t.ShownAt.Add(25 * time.Hour) }, privacy.EvidenceInvalid, TickTime},
		"nobody says when":                         {func(t *Tick) { t.ShownAt, t.TickedAt = time.Time{}, time.Time{} }, privacy.EvidenceInvalid, TickTime},
		"nobody says when it was shown, only when": {func(t *Tick) { t.ShownAt = time.Time{} }, privacy.EvidenceInvalid, TickTime},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := shown(AimConsent("P03"))
			tick := tickOf(s)
			c.change(&tick)
			p, err := tick.Prove(s, privacy.ChannelApp, noon)
			if e := wantCode(t, err, c.code); e.Problem != c.prob {
				t.Errorf("problem %q, want %q", e.Problem, c.prob)
			}
			if p != (Proof{}) {
				t.Errorf("a proof all the same: %+v", p)
			}
		})
	}
}

func TestTickBodyThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := shown(AimAccept)
	good := tickBody(s, `"prefilled":false,`)
	for name, body := range map[string]string{
		"nothing":                    ``,
		"no object":                  `true`,
		"a member nobody asked for":  strings.Replace(good, `{`, `{"grade":"sms",`, 1),
		"a member twice":             strings.Replace(good, `{`, `{"lang":"ru",`, 1),
		"a member in capitals":       strings.Replace(good, `"lang"`, `"Lang"`, 1),
		"a missing hash":             strings.Replace(good, `"text_hash":"`+s.TextHash+`",`, ``, 1),
		"null in place of a hash":    strings.Replace(good, `"`+s.TextHash+`"`, `null`, 1),
		"a number as a moment":       strings.Replace(good, `"2026-11-23T06:00:05Z"`, `1700000000`, 1),
		"prefilled said in words":    tickBody(s, `"prefilled":"false",`),
		"prefilled said as a number": tickBody(s, `"prefilled":0,`),
		"something after the object": good + `{}`,
		"an object cut short":        good[:len(good)-1],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseTick([]byte(body))
			wantProblem(t, err, Form)
		})
	}
	_, err := ParseTick([]byte(good + strings.Repeat(" ", 5000)))
	wantProblem(t, err, Long)
	for _, silent := range []string{``, `"prefilled":null,`} {
		tick, err := ParseTick([]byte(tickBody(s, silent)))
		if err != nil {
			t.Fatal(err)
		}
		_, err = tick.Prove(s, privacy.ChannelApp, noon)
		wantProblem(t, err, Prefilled)
	}
}

func FuzzParseTick(f *testing.F) {
	s := shown(AimAccept)
	f.Add([]byte(tickBody(s, `"prefilled":false,`)))
	f.Add([]byte(tickBody(s, `"prefilled":true,`)))
	f.Add([]byte(tickBody(s, ``)))
	f.Add([]byte(`{"bound":null}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		tick, err := ParseTick(raw)
		if err != nil {
			return
		}
		if p, err := tick.Prove(s, privacy.ChannelApp, noon); err == nil &&
			(*tick.Prefilled || tick.TextHash != s.TextHash || p.Grade != privacy.GradeTick) {
			t.Errorf("proved %+v by %+v", p, tick)
		}
	})
}
