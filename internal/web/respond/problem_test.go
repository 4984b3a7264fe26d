package respond_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kupuya/internal/privacy"
	"kupuya/internal/web/respond"
)

func TestEveryCodeHasItsStatusAndItsWordsInThreeLanguages(t *testing.T) {
	t.Parallel()
	for _, code := range privacy.Codes {
		titles := map[string]bool{}
		for _, lang := range privacy.Langs {
			p := respond.Of(&privacy.Error{Code: code}, lang, "")
			if p.Status < 400 || p.Status > 599 || (code == privacy.Internal) != (p.Status == 500) {
				t.Errorf("%s: status %d", code, p.Status)
			}
			if strings.HasPrefix(p.Title, "error.") || strings.HasPrefix(p.Detail, "error.") || strings.Contains(p.Detail, "{") || p.Detail == "" {
				t.Errorf("%s in %s: %q, %q", code, lang, p.Title, p.Detail)
			}
			titles[p.Title] = true
		}
		if len(titles) != len(privacy.Langs) {
			t.Errorf("%s is called the same in two languages: %v", code, titles)
		}
	}
}

func TestWhatIsInsideStaysInside(t *testing.T) {
	t.Parallel()
	secret := errors.New("dial db.internal: Осмонов Бакыт 20501199000077")
	for name, err := range map[string]error{
		"an error of nobody": secret,
		"an error of ours":   privacy.E("holder.Read", privacy.Unavailable, secret),
		"one wrapped":        fmt.Errorf("around: %w", privacy.E("holder.Read", privacy.Conflict, secret)),
	} {
		w := httptest.NewRecorder()
		respond.Write(w, respond.Of(err, privacy.English, "0199c0de-0000-7000-8000-000000000001"))
		for _, part := range []string{"db.internal", "Осмонов", "20501199000077", "holder.Read", "around"} {
			if strings.Contains(w.Body.String(), part) {
				t.Errorf("%s: %s", name, w.Body)
			}
		}
	}
}

func TestAProblemSaysWhatItsErrorSays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want string // members beside the words
		head string // name: value
	}{
		"nobody signed in": {
			&privacy.Error{Code: privacy.Unauthenticated},
			`"status":401,"code":"unauthenticated"`, "Www-Authenticate: Bearer",
		},
		"a name that is not there": {
			&privacy.Error{Code: privacy.UnknownName, Field: "purpose", Name: "P99"},
			`"status":422,"code":"unknown_name","field":"purpose","name":"P99"`, "",
		},
		"a refusal of the policy": {
			&privacy.Error{Code: privacy.Refused, Reason: privacy.NoConsent, Clause: "3.3"},
			`"status":403,"code":"refused","reason":"no_consent","clause":"3.3"`, "",
		},
		"a subject who is not there": {
			&privacy.Error{Code: privacy.Refused, Reason: privacy.NoSubject, Clause: "3.3"},
			`"status":404,"code":"not_found"`, "",
		},
		"the last try of a code": {
			&privacy.Error{Code: privacy.CodeWrong, Count: 0},
			`"status":422,"code":"code_wrong","tries_left":0`, "",
		},
		"too often": {
			&privacy.Error{Code: privacy.TooMany, Wait: 1500 * time.Millisecond},
			`"status":429,"code":"too_many","retry_after":2`, "Retry-After: 2",
		},
		"too often, for no time at all": {
			&privacy.Error{Code: privacy.TooMany},
			`"status":429,"code":"too_many","retry_after":1`, "Retry-After: 1",
		},
		"the store is down": {
			privacy.E("x", privacy.Unavailable, nil),
			`"status":503,"code":"unavailable","retry_after":1`, "Retry-After: 1",
		},
		"a code that nobody knows": {
			&privacy.Error{Code: "new"},
			`"status":500,"code":"internal"`, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			respond.Write(w, respond.Of(c.err, privacy.Russian, "0199c0de-0000-7000-8000-000000000001"))
			var p map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
				t.Fatal(err)
			}
			if p["instance"] != "urn:uuid:0199c0de-0000-7000-8000-000000000001" || p["type"] != "urn:kupuya:problem:"+p["code"].(string) {
				t.Errorf("%s", w.Body)
			}
			for _, known := range []string{"type", "title", "detail", "instance"} {
				delete(p, known)
			}
			var want map[string]any
			if err := json.Unmarshal([]byte("{"+c.want+"}"), &want); err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(p) != fmt.Sprint(want) {
				t.Errorf("%v, want %v", p, want)
			}
			var head bytes
			if err := w.Result().Header.Write(&head); err != nil {
				t.Fatal(err)
			}
			for _, line := range []string{"Content-Type: application/problem+json", "Content-Language: ru", "Cache-Control: no-store", c.head} {
				if !strings.Contains(string(head), line) {
					t.Errorf("no %s in %s", line, head)
				}
			}
		})
	}
}

// bytes is a writer that keeps what it gets.
type bytes []byte

func (b *bytes) Write(p []byte) (int, error) { *b = append(*b, p...); return len(p), nil }

func TestEveryProblemOfAValueHasItsWords(t *testing.T) {
	t.Parallel()
	for _, problem := range []string{"json.form", "json.null", "json.duplicate", "json.utf8", "json.depth", "value.type", "value.twice", "value.long", "value.list", "code.form", "letter.only"} {
		for _, lang := range privacy.Langs {
			if d := respond.Of(&privacy.Error{Code: privacy.BadValue, Problem: problem}, lang, "").Detail; strings.Contains(d, "problem.") {
				t.Errorf("%s in %s: %s", problem, lang, d)
			}
		}
	}
}
