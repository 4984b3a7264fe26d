package format

import (
	"strings"
	"testing"
)

func TestParseEmail(t *testing.T) {
	t.Parallel()
	run(t, []reading{
		{"an address", "aida@example.org", "aida@example.org", ""},
		{"the domain becomes lower case, the rest stays", " Aida.K+mega@Example.ORG ", "Aida.K+mega@example.org", ""},
		{"a domain in its ASCII form", "a@xn--80ak6aa92e.example", "a@xn--80ak6aa92e.example", ""},
		{"254 bytes", "a@" + strings.Repeat("b.", 124) + "exam", "a@" + strings.Repeat("b.", 124) + "exam", ""},
		{"255 bytes", "a@" + strings.Repeat("b.", 124) + "examp", "", ValueLong},
		{"64 bytes before @", strings.Repeat("a", 64) + "@example.org", strings.Repeat("a", 64) + "@example.org", ""},
		{"65 bytes before @", strings.Repeat("a", 65) + "@example.org", "", EmailForm},
		{"a Cyrillic look-alike", "аida@example.org", "", EmailLetters},
		{"a display name", "Aida <aida@example.org>", "", EmailForm},
		{"brackets alone", "<aida@example.org>", "", EmailForm},
		{"a quoted part", `"a b"@example.org`, "", EmailForm},
		{"a comment", "aida(x)@example.org", "", EmailForm},
		{"two addresses", "a@example.org,b@example.org", "", EmailForm},
		{"a header smuggled in", "a@example.org\r\nBcc: b@example.org", "", EmailForm},
		{"no domain", "aida@", "", EmailForm},
		{"a bare host", "aida@localhost", "", EmailForm},
		{"an address literal", "aida@[192.0.2.1]", "", EmailForm},
		{"numbers for a domain", "aida@192.0.2.1", "", EmailForm},
		{"two dots", "aida..k@example.org", "", EmailForm},
		{"a label that ends in a hyphen", "aida@example-.org", "", EmailForm},
		{"nothing", "", "", ValueEmpty},
	}, func(s string) (string, error) { return readEmail(s, plainly) })
}

func TestEmailKeyForgivesCase(t *testing.T) {
	t.Parallel()
	a, _ := ParseEmail("Aida@example.org")
	b, _ := ParseEmail("aida@EXAMPLE.org")
	c, _ := ParseEmail("aidaa@example.org")
	if a.Key() != b.Key() || a.Key() == c.Key() {
		t.Errorf("keys %q %q %q", a.Key(), b.Key(), c.Key())
	}
}

func TestTruncateIP(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"192.0.2.77": "192.0.2.0/24", "::ffff:192.0.2.77": "192.0.2.0/24",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1::/48", "fe80::1%eth0": "fe80::/48", "": "", "192.0.2": "",
	} {
		if got := TruncateIP(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
