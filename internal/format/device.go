package format

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// ParseIP reads an address of version 4 or 6 in its shortest writing; a version
// 4 address in version 6 clothes becomes version 4. Zones are refused. (policy 2.3.11)
func ParseIP(s string) (string, error) {
	a, err := netip.ParseAddr(strings.TrimSpace(s))
	if err != nil || a.Zone() != "" {
		return "", problem(IPForm)
	}
	return a.Unmap().String(), nil
}

// TruncateIP keeps the network of an address, the first 24 bits of version 4
// and 48 of version 6, as "192.0.2.0/24"; "" for what is no address. It is the
// form that outlives the first term of keeping. (policy 2.3.11)
func TruncateIP(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	bits := 48
	if a = a.Unmap(); a.Is4() {
		bits = 24
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

var (
	cookieID = regexp.MustCompile(`^[!#-+\--:<-\[\]-~]{1,256}$`) // what RFC 6265 lets stand in a cookie value
	blobRef  = regexp.MustCompile(`^blob:[0-9a-f-]{36}$`)
	hexHash  = regexp.MustCompile(`^([0-9a-f]{2}){16,64}$`)
	codeWord = regexp.MustCompile(`^[a-z0-9_.-]{1,64}$`)
)

// matched reads text that must fit a pattern once trimmed.
func matched(s string, re *regexp.Regexp, code string) (string, error) {
	if s = strings.TrimSpace(s); !re.MatchString(s) {
		return "", problem(code)
	}
	return s, nil
}

func parseCookie(s string) (string, error) { return matched(s, cookieID, CookieForm) }
func parseImage(s string) (string, error)  { return matched(s, blobRef, ImageForm) }
func parseHash(s string) (string, error)   { return matched(strings.ToLower(s), hexHash, HashForm) }
func parseCode(s string) (string, error)   { return matched(strings.ToLower(s), codeWord, CodeForm) }

// ParseURL reads an address that was asked for: http or https with a host, or a
// path from the root. The fragment is dropped, since no server is asked for it;
// a name or password in the address is refused. (policy 2.3.12)
func ParseURL(s string) (string, error) {
	s, err := clean(s)
	if err != nil {
		return "", err
	}
	if len(s) > 2048 {
		return "", problem(ValueLong)
	}
	u, err := url.Parse(s)
	if err != nil || u.User != nil || u.Opaque != "" || strings.Contains(s, " ") {
		return "", problem(URLForm)
	}
	u.Fragment, u.RawFragment = "", ""
	switch u.Scheme {
	case "http", "https":
		if u.Hostname() == "" {
			return "", problem(URLForm)
		}
		u.Host = strings.ToLower(u.Host)
	case "":
		if u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") {
			return "", problem(URLForm)
		}
	default:
		return "", problem(URLForm)
	}
	if s = u.String(); len(s) > 2048 {
		return "", problem(ValueLong)
	}
	return s, nil
}

// ParseTime reads a moment as RFC 3339 has it and gives it in UTC. Years run
// from 1900 to 2200. (policy 2.3.12)
func ParseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(s))
	t = t.UTC()
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		return time.Time{}, problem(TimeForm)
	}
	return t, nil
}
