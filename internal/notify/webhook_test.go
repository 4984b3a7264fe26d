package notify_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"kupuya/internal/clock"
	"kupuya/internal/notify"
)

// receiver verifies what comes with the public library of the standard.
func receiver(t *testing.T, secret string, got *[]string) *httptest.Server {
	t.Helper()
	wh, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || wh.Verify(body, r.Header) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		*got = append(*got, r.Header.Get("webhook-id")+" "+string(body))
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(s.Close)
	return s
}

var inside = notify.HookRules{Plain: true, Private: true}

func TestAReceiverBuiltOnThePublicLibraryVerifiesWhatWeSign(t *testing.T) {
	t.Parallel()
	now := clock.System{}.Now()
	old, fresh, other := notify.NewSecret(), notify.NewSecret(), notify.NewSecret()
	for name, c := range map[string]struct {
		secrets []string
		at      time.Time
		taken   bool
	}{
		"one secret":                           {[]string{fresh}, now, true},
		"a rotation, the receiver has the old": {[]string{other, fresh}, now, true},
		"another secret":                       {[]string{other, old}, now, false},
		"too old":                              {[]string{fresh}, now.Add(-6 * time.Minute), false},
		"too new":                              {[]string{fresh}, now.Add(6 * time.Minute), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			s := receiver(t, fresh, &got)
			err := notify.NewWebhooks(inside).Post(t.Context(), notify.Webhook{URL: s.URL, ID: "msg_1", Time: c.at, Body: []byte(`{"type":"x"}`), Secrets: c.secrets})
			if (err == nil) != c.taken || c.taken != (len(got) == 1 && got[0] == `msg_1 {"type":"x"}`) {
				t.Errorf("%v, the receiver took %v", err, got)
			}
			var refusal *notify.Refusal
			if !c.taken && (!errors.As(err, &refusal) || refusal.Status != http.StatusUnauthorized) {
				t.Errorf("not refused as 401: %v", err)
			}
		})
	}
}

// The example of the standard's own specification.
func TestTheSignatureIsThatOfTheStandardsExample(t *testing.T) {
	t.Parallel()
	got, err := notify.Sign([]string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; err != nil || got != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}

func TestABadSecretSignsNothingAndIsNotShown(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "whsec_", "whsec_!!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAA", "whsec_" + strings.Repeat("A", 88)} {
		got, err := notify.Sign([]string{bad}, "m", time.Unix(0, 0), nil)
		if got != "" || !errors.Is(err, notify.ErrSecret) || bad != "" && strings.Contains(err.Error(), bad) && bad != "whsec_" {
			t.Errorf("%q: %q %v", bad, got, err)
		}
	}
	for _, id := range []string{"", "a.b"} { // a dot would let one message pass for another
		if _, err := notify.Sign([]string{notify.NewSecret()}, id, time.Unix(0, 0), nil); err == nil {
			t.Errorf("the id %q was signed", id)
		}
	}
	if a, b := notify.NewSecret(), notify.NewSecret(); a == b || !strings.HasPrefix(a, "whsec_") {
		t.Errorf("secrets %s and %s", a, b)
	}
}

func TestAnAddressOfTheInsideIsNeverSpokenTo(t *testing.T) {
	t.Parallel()
	var spoken atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { spoken.Add(1) }))
	t.Cleanup(s.Close)
	port := s.URL[strings.LastIndexByte(s.URL, ':'):]
	strict, plain := notify.NewWebhooks(notify.HookRules{}), notify.NewWebhooks(notify.HookRules{Plain: true})
	for _, address := range []string{
		"http://127.0.0.1" + port, "http://localhost" + port, "http://[::1]" + port, "http://0.0.0.0" + port, "http://[::ffff:127.0.0.1]" + port,
		"http://10.0.0.1", "http://172.16.9.9", "http://192.168.1.1", "http://169.254.169.254/latest", "http://100.64.0.1", "http://198.18.0.1",
		"http://[fe80::1%25lo]", "http://[fd00::1]", "http://[64:ff9b::7f00:1]", "http://[2002:7f00:1::]", "http://[2001:db8::1]",
		"http://224.0.0.1", "http://240.0.0.1", "http://255.255.255.255", "http://2130706433" + port, "http://127.1" + port,
	} {
		err := plain.Post(t.Context(), notify.Webhook{URL: address, ID: "m", Time: time.Unix(0, 0), Secrets: []string{notify.NewSecret()}})
		if err == nil || strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{
		"http://shop.example/hook", "ftp://shop.example", "https://", "https:///hook", "https://user:secret@shop.example", "https://shop.example/#part",
		"https://10.0.0.1/hook", "javascript:alert(1)", "shop.example", "", "https://[::1]", "://", "https://" + strings.Repeat("a", 500),
	} {
		if err := strict.Check(address); !errors.Is(err, notify.ErrAddress) {
			t.Errorf("%q is taken: %v", address, err)
		}
	}
	if err := strict.Check("https://hooks.shop.example/kupuya?x=1"); err != nil {
		t.Errorf("a good address: %v", err)
	}
	if n := spoken.Load(); n > 0 {
		t.Errorf("the inside was spoken to %d times", n)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	var spoken atomic.Int64
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { spoken.Add(1) }))
	t.Cleanup(inner.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		outer := httptest.NewServer(http.RedirectHandler(inner.URL, status))
		t.Cleanup(outer.Close)
		err := notify.NewWebhooks(inside).Post(t.Context(), notify.Webhook{URL: outer.URL, ID: "m", Time: time.Unix(0, 0), Secrets: []string{notify.NewSecret()}})
		var refusal *notify.Refusal
		if !errors.As(err, &refusal) || refusal.Status != status {
			t.Errorf("%d: %v", status, err)
		}
	}
	if spoken.Load() > 0 {
		t.Error("a redirect was followed")
	}
}

func TestAnEndlessAnswerIsNotReadToItsEnd(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := fmt.Fprint(w, strings.Repeat("x", 1<<16)); err != nil {
				return
			}
		}
	}))
	t.Cleanup(s.Close)
	if err := notify.NewWebhooks(inside).Post(t.Context(), notify.Webhook{URL: s.URL, ID: "m", Time: time.Unix(0, 0), Secrets: []string{notify.NewSecret()}}); err != nil {
		t.Errorf("what was taken is said not to be: %v", err)
	}
}

func TestWhoIsStoppedSendsNothingMore(t *testing.T) {
	t.Parallel()
	begun, done := make(chan struct{}), make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done()
		close(done)
	}))
	t.Cleanup(s.Close)
	ctx, stop := context.WithCancel(t.Context())
	out := make(chan error)
	go func() {
		out <- notify.NewWebhooks(inside).Post(ctx, notify.Webhook{URL: s.URL, ID: "m", Time: time.Unix(0, 0), Secrets: []string{notify.NewSecret()}})
	}()
	<-begun
	stop()
	if err := <-out; !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), s.URL) {
		t.Errorf("stopped: %v", err)
	}
	<-done
	s.Close()
	err := notify.NewWebhooks(inside).Post(t.Context(), notify.Webhook{URL: s.URL, ID: "m", Time: time.Unix(0, 0), Secrets: []string{notify.NewSecret()}})
	if err == nil || strings.Contains(err.Error(), s.URL) || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("an endpoint that is gone: %v", err)
	}
}

func FuzzAnyAddressIsCheckedWithoutPanic(f *testing.F) {
	for _, s := range []string{"https://a.example", "http://[::1]:80", "https://%zz", "https://a.example:99999", "//x"} {
		f.Add(s)
	}
	strict := notify.NewWebhooks(notify.HookRules{})
	f.Fuzz(func(t *testing.T, address string) {
		if err := strict.Check(address); err == nil && !strings.HasPrefix(strings.ToLower(address), "https://") {
			t.Errorf("%q is taken", address)
		}
	})
}
