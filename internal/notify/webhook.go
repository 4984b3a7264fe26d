package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Webhook is one message to another system, signed as Standard Webhooks says
// (standardwebhooks.com). ID is the same whenever it is sent again.
type Webhook struct {
	URL     string
	ID      string
	Time    time.Time // of this try
	Body    []byte    // JSON
	Secrets []string  // whsec_…; each signs, so that a new one can take the place of an old
}

// Poster hands one webhook to its receiver. It returns nil only when the
// receiver took it.
type Poster interface {
	Post(ctx context.Context, w Webhook) error
}

// The headers of Standard Webhooks.
const (
	HeaderID        = "webhook-id"
	HeaderTimestamp = "webhook-timestamp"
	HeaderSignature = "webhook-signature"
)

// secretPrefix tells a signing secret from other random text.
const secretPrefix = "whsec_"

// NewSecret makes a signing secret of 32 random bytes.
func NewSecret() string {
	var b [32]byte
	rand.Read(b[:]) // never fails
	return secretPrefix + base64.StdEncoding.EncodeToString(b[:])
}

// ErrSecret says that a signing secret is not one. It does not show it.
var ErrSecret = errors.New("notify: a webhook secret is not whsec_ and the base64 of 24 to 64 bytes")

// Sign gives the value of the signature header: one signature per secret, with a
// space between.
func Sign(secrets []string, id string, at time.Time, body []byte) (string, error) {
	signatures := make([]string, len(secrets))
	for i, s := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, secretPrefix))
		if err != nil || !strings.HasPrefix(s, secretPrefix) || len(key) < 24 || len(key) > 64 {
			return "", ErrSecret
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		mac.Write(body)
		signatures[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	if len(signatures) == 0 || id == "" || strings.Contains(id, ".") {
		return "", ErrSecret
	}
	return strings.Join(signatures, " "), nil
}

const (
	hookTimeout = 10 * time.Second
	maxAnswer   = 4 << 10 // of an answer, which nobody reads further
)

// Webhooks posts over HTTPS to addresses of the open internet. It follows no
// redirect and uses no proxy, so that nobody who names an address can make it
// speak to the inside of the house.
type Webhooks struct {
	client *http.Client
	rules  HookRules
}

// HookRules loosen what is refused. The zero value is for production.
type HookRules struct {
	Plain   bool // http:// is allowed
	Private bool // addresses that are not of the open internet are allowed
}

// NewWebhooks makes a Poster under rules.
func NewWebhooks(rules HookRules) *Webhooks {
	return &Webhooks{rules: rules, client: &http.Client{
		Timeout:       hookTimeout,
		Transport:     transport(rules),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// ErrAddress says that an endpoint cannot be one.
var ErrAddress = errors.New("notify: the address is no https:// address of the open internet")

// Check refuses an address that could never be posted to. The address behind a
// name is looked at when it is dialled, each time.
func (w *Webhooks) Check(address string) error {
	u, err := url.Parse(address)
	if err != nil || len(address) > 500 {
		return ErrAddress
	}
	if !(u.Scheme == "https" || u.Scheme == "http" && w.rules.Plain) ||
		u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.Opaque != "" {
		return ErrAddress
	}
	if ip, literal := literalAddress(u.Hostname()); literal && !w.rules.Private && !open(ip) {
		return ErrAddress
	}
	return nil
}

// Refusal is an answer that does not take a webhook.
type Refusal struct{ Status int }

// Error names the status.
func (r *Refusal) Error() string { return "notify: the endpoint answered " + strconv.Itoa(r.Status) }

// Post implements Poster. Its errors name no address and quote no answer.
func (w *Webhooks) Post(ctx context.Context, h Webhook) error {
	if err := w.Check(h.URL); err != nil {
		return err
	}
	signature, err := Sign(h.Secrets, h.ID, h.Time, h.Body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(h.Body))
	if err != nil {
		return ErrAddress
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "kupuya-webhooks/1")
	req.Header.Set(HeaderID, h.ID)
	req.Header.Set(HeaderTimestamp, strconv.FormatInt(h.Time.Unix(), 10))
	req.Header.Set(HeaderSignature, signature)
	res, err := w.client.Do(req)
	if err != nil {
		return unaddressed(err)
	}
	defer res.Body.Close()
	_, err = io.CopyN(io.Discard, res.Body, maxAnswer) // so that the connection can be used again
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return &Refusal{res.StatusCode}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("notify: the answer broke off: %w", unaddressed(err))
	}
	return nil
}

// unaddressed takes the address out of an error of the client.
func unaddressed(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	switch {
	case errors.Is(err, errInside):
		return errInside
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	}
	return errUnreached
}

// errUnreached is every other way of not getting through.
var errUnreached = errors.New("notify: the endpoint could not be reached")
