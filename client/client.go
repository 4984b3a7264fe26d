// Package client lets the operator's other systems ask before they use, read
// under a purpose, withdraw and fetch receipts.
//
// It promises what the interface promises and nothing more: a refusal is an
// answer and not an error; an error is a *Problem that says what to do; and an
// answer that did not come is an error, never a yes. It imports the standard
// library only.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client talks to one Holder. It is safe for use by many goroutines.
type Client struct {
	base string
	key  string
	http *http.Client
}

// New makes a client of the Holder at base ("https://mega24.example") with a
// credential (kup_…). A nil transport is http.DefaultTransport; every call is
// bounded by its context and by ten seconds.
func New(base, credential string, transport http.RoundTripper) *Client {
	return &Client{
		base: strings.TrimSuffix(base, "/"), key: credential,
		http: &http.Client{Transport: transport, Timeout: 10 * time.Second},
	}
}

// Question asks whether an operation on a category of one subject is allowed
// for a purpose. Exactly one of Subject and MSISDN is given; Recipient only for
// a transfer, which POST /v1/disclosures carries out.
type Question struct {
	Subject   string `json:"subject,omitempty"`
	MSISDN    string `json:"msisdn,omitempty"` // +996 and nine digits
	Purpose   string `json:"purpose"`          // P03
	Category  string `json:"category"`         // D09
	Operation string `json:"operation"`        // use
	Recipient string `json:"recipient,omitempty"`
}

// Answer says yes or no, and on which clause it rests.
type Answer struct {
	Allowed bool       `json:"allowed"`
	Reason  string     `json:"reason"` // "allowed", or why not, from a closed set
	Clause  string     `json:"clause"`
	Basis   string     `json:"basis"`
	Edition string     `json:"edition"`
	Until   *time.Time `json:"until"` // when a yes lapses by itself; nil when nothing is known to end it
	AsOf    time.Time  `json:"as_of"`
}

// May asks one question.
func (c *Client) May(ctx context.Context, q Question) (Answer, error) {
	var out Answer
	err := c.call(ctx, http.MethodPost, "/v1/may", "", q, &out)
	return out, err
}

// MayAll asks up to a thousand questions at once; answers come in their order.
func (c *Client) MayAll(ctx context.Context, qs []Question) ([]Answer, error) {
	var out struct {
		Answers []Answer `json:"answers"`
	}
	err := c.call(ctx, http.MethodPost, "/v1/may", "", map[string]any{"questions": qs}, &out)
	if err == nil && len(out.Answers) != len(qs) {
		return nil, fmt.Errorf("client: %d answers to %d questions", len(out.Answers), len(qs))
	}
	return out.Answers, err
}

// Reading asks for values under a purpose. Case and Reason are for people; a
// system leaves them empty.
type Reading struct {
	Subject    string   `json:"subject"`
	Purpose    string   `json:"purpose"`
	Categories []string `json:"categories"`
	Operation  string   `json:"operation"`
	Recipient  string   `json:"recipient,omitempty"`
	Case       string   `json:"case,omitempty"`
	Reason     string   `json:"reason,omitempty"`
}

// Values is what was released. Event recorded it before it was released.
type Values struct {
	Values  map[string]map[string]any `json:"values"`
	Absent  []string                  `json:"absent"`
	Refused []Refused                 `json:"refused"`
	Event   string                    `json:"event"`
}

// Refused is a category that was not released, and why.
type Refused struct {
	Category string `json:"category"`
	Reason   string `json:"reason"`
	Clause   string `json:"clause"`
}

// Read asks for values.
func (c *Client) Read(ctx context.Context, r Reading) (Values, error) {
	var out Values
	err := c.call(ctx, http.MethodPost, "/v1/read", "", r, &out)
	return out, err
}

// Withdrawn says what stopped, since when, and the receipt that proves it.
type Withdrawn struct {
	Consent   string    `json:"consent"`
	Purpose   string    `json:"purpose"`
	Effective time.Time `json:"effective_at"`
	Event     string    `json:"event"`
	Receipt   string    `json:"receipt"`
}

// Withdraw passes on a subject's withdrawal that came by channel ("call",
// "sms" …). The same key makes a repeated call one withdrawal.
func (c *Client) Withdraw(ctx context.Context, subject, purpose, channel, key string) (Withdrawn, error) {
	var out Withdrawn
	path := "/v1/subjects/" + url.PathEscape(subject) + "/consents/" + url.PathEscape(purpose) + "/withdraw"
	err := c.call(ctx, http.MethodPost, path, key, map[string]string{"channel": channel}, &out)
	return out, err
}

// Receipt gives a signed receipt; "kupuya receipt verify" checks it offline.
func (c *Client) Receipt(ctx context.Context, subject, receipt string) ([]byte, error) {
	return c.raw(ctx, http.MethodGet, "/v1/subjects/"+url.PathEscape(subject)+"/receipts/"+url.PathEscape(receipt), "", nil)
}

// Problem is a failure as the Holder describes it. (RFC 9457)
type Problem struct {
	Status     int    `json:"status"`
	Code       string `json:"code"` // from a closed set
	Title      string `json:"title"`
	Detail     string `json:"detail"`
	Field      string `json:"field"`
	Name       string `json:"name"`
	Reason     string `json:"reason"`
	Clause     string `json:"clause"`
	Instance   string `json:"instance"`    // of the request, as in the Holder's log
	RetryAfter int    `json:"retry_after"` // seconds to wait; 0 when waiting does not help
}

// Error names the code and the place.
func (p *Problem) Error() string {
	return strings.TrimSpace(fmt.Sprintf("kupuya: %d %s %s %s %s", p.Status, p.Code, p.Field, p.Name, p.Reason))
}

func (c *Client) call(ctx context.Context, method, path, key string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("client: %w", err)
	}
	raw, err := c.raw(ctx, method, path, key, body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return fmt.Errorf("client: an answer that cannot be read: %w", err)
	}
	return nil
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 8 << 20

func (c *Client) raw(ctx context.Context, method, path, key string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+c.key)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	if res.StatusCode >= 300 {
		p := &Problem{Status: res.StatusCode}
		if err := json.Unmarshal(raw, p); err != nil {
			p.Code = "unreadable" // something between us answered
		}
		return nil, p
	}
	return raw, nil
}
