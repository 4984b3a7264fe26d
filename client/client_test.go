package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"kupuya/client"
)

// holder answers every request with a status and a body and keeps what was asked.
func holder(t testing.TB, status int, body string) (*client.Client, *http.Request, *map[string]any) {
	var got http.Request
	asked := map[string]any{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = *r
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if len(raw) > 0 {
			if err := json.Unmarshal(raw, &asked); err != nil {
				t.Error(err)
			}
		}
		w.WriteHeader(status)
		if _, err := io.WriteString(w, body); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(srv.Close)
	return client.New(srv.URL+"/", "kup_test", nil), &got, &asked
}

func TestARefusalIsAnAnswer(t *testing.T) {
	t.Parallel()
	c, req, asked := holder(t, 200, `{"allowed":false,"reason":"no_consent","clause":"3.3","basis":"consent","edition":"mega24/2026-1","until":null,"as_of":"2026-11-23T06:00:00Z"}`)
	a, err := c.May(t.Context(), client.Question{Subject: "s", Purpose: "P03", Category: "D09", Operation: "use"})
	if err != nil || a.Allowed || a.Reason != "no_consent" || a.Clause != "3.3" || a.Until != nil || a.AsOf.IsZero() {
		t.Errorf("%+v %v", a, err)
	}
	if req.Header.Get("Authorization") != "Bearer kup_test" || req.URL.Path != "/v1/may" || (*asked)["purpose"] != "P03" {
		t.Errorf("asked %s %v", req.URL, *asked)
	}
}

func TestNoAnswerIsNeverAYes(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"nothing": "", "not json": "<html>", "a problem": `{"code":"unavailable","status":503,"retry_after":1}`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status := 503
			if name != "a problem" {
				status = 200
			}
			c, _, _ := holder(t, status, body)
			if a, err := c.May(t.Context(), client.Question{}); err == nil || a.Allowed {
				t.Errorf("%+v without an error", a)
			}
		})
	}
	c, _, _ := holder(t, 200, `{"answers":[]}`)
	if _, err := c.MayAll(t.Context(), make([]client.Question, 2)); err == nil {
		t.Error("too few answers were taken for all")
	}
}

func TestAProblemSaysWhatToDo(t *testing.T) {
	t.Parallel()
	c, _, _ := holder(t, 429, `{"code":"too_many","status":429,"detail":"…","retry_after":17}`)
	_, err := c.Read(t.Context(), client.Reading{})
	var p *client.Problem
	if !errors.As(err, &p) || p.Code != "too_many" || p.RetryAfter != 17 {
		t.Errorf("%v", err)
	}
}

func TestAWithdrawalCarriesItsKey(t *testing.T) {
	t.Parallel()
	c, req, asked := holder(t, 200, `{"purpose":"P03","effective_at":"2026-11-23T06:00:00Z","receipt":"r"}`)
	w, err := c.Withdraw(t.Context(), "a/b", "P03", "call", "key-1") // policy 4.5b: by any channel
	if err != nil || w.Receipt != "r" || !w.Effective.Equal(time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v %v", w, err)
	}
	if req.Header.Get("Idempotency-Key") != "key-1" || req.URL.EscapedPath() != "/v1/subjects/a%2Fb/consents/P03/withdraw" || (*asked)["channel"] != "call" {
		t.Errorf("asked %s %v", req.URL.EscapedPath(), *asked)
	}
}

func ExampleClient_May() {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"allowed":false,"reason":"consent_withdrawn","clause":"3.3","as_of":"2026-11-23T06:00:00Z"}`)
	}))
	defer srv.Close()
	c := client.New(srv.URL, "kup_…", nil)
	answer, err := c.May(context.Background(), client.Question{MSISDN: "+996991000001", Purpose: "P03", Category: "D09", Operation: "use"})
	if err != nil {
		fmt.Println("closed:", err) // down means no
		return
	}
	fmt.Println(answer.Allowed, answer.Reason, answer.Clause)
	// Output: false consent_withdrawn 3.3
}
