package notify

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

// errInside says that a name led to an address that is not of the open internet.
var errInside = errors.New("notify: the endpoint's name leads to an address that is not of the open internet")

// transport is the way out of the house for webhooks. The address is looked at
// after the name was resolved and before a byte is sent, so that a name cannot
// lead somewhere else the second time it is asked for.
func transport(rules HookRules) *http.Transport {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: -1, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !rules.Private && !open(at.Addr()) {
			return errInside
		}
		return nil
	}}
	return &http.Transport{
		Proxy:                  nil, // a proxy would resolve the name itself
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    5 * time.Second,
		ResponseHeaderTimeout:  hookTimeout,
		MaxResponseHeaderBytes: 16 << 10,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        30 * time.Second,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
	}
}

// closed are ranges that are no place of the open internet though they look like
// one: shared, documentation, benchmarking and reserved addresses, and those that
// carry an IPv4 address inside. (IANA special-purpose registries)
var closed = func() (out []netip.Prefix) {
	for _, p := range strings.Fields(`0.0.0.0/8 100.64.0.0/10 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15
		198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 ::/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32
		2002::/16 3fff::/20 5f00::/16 fec0::/10`) {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}()

// open reports whether an address is of the open internet.
func open(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsValid() || !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range closed {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// literalAddress gives the address that a host is spelled as, if it is one.
func literalAddress(host string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(host)
	return a, err == nil
}
