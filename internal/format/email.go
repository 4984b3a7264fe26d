package format

import (
	"fmt"
	"log/slog"
	"net/mail"
	"regexp"
	"strings"
)

// Email is an address for letters. It prints as its mask and is shown no other
// way. Being well written does not make it verified. (policy 2.3.7)
type Email struct{ address string }

var (
	emailLocal  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
	emailDomain = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$`)
)

// ParseEmail reads a bare address: no display name, comment or quoted part,
// Latin letters, a domain of at least two labels, at most 254 bytes. The domain
// becomes lower case; the part before @ stays as typed.
func ParseEmail(s string) (Email, error) {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return Email{}, problem(ValueEmpty)
	case len(s) > 254:
		return Email{}, problem(ValueLong)
	case strings.ContainsFunc(s, func(r rune) bool { return r > 0x7e }):
		return Email{}, problem(EmailLetters)
	}
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s || a.Name != "" {
		return Email{}, problem(EmailForm)
	}
	at := strings.LastIndexByte(s, '@')
	local, domain := s[:at], strings.ToLower(s[at+1:])
	if len(local) > 64 || !emailLocal.MatchString(local) || !emailDomain.MatchString(domain) {
		return Email{}, problem(EmailForm)
	}
	return Email{local + "@" + domain}, nil
}

// Address tells the address as it is kept.
func (e Email) Address() string { return e.address }

// Key is the form under which addresses are compared: telephones raise the
// first letter by themselves, and no mail server in use tells case apart.
func (e Email) Key() string { return strings.ToLower(e.address) }

// String is the mask.
func (e Email) String() string { return maskEmail(e.address) }

// Format prints the mask for every verb.
func (e Email) Format(f fmt.State, _ rune) { redact(f, e.String()) }

// LogValue is the mask.
func (e Email) LogValue() slog.Value { return slog.StringValue(e.String()) }
