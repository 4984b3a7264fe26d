package vault

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a plain value or a key. It does not print, log or marshal itself;
// whoever needs the bytes says so by converting to []byte. (design section 2,
// principle 6)
type Secret []byte

const redacted = "[sealed]"

// String says that there is something and not what.
func (Secret) String() string { return redacted }

// Format prints the same for every verb.
func (Secret) Format(f fmt.State, _ rune) {
	// fmt keeps the error of the writer behind f and reports it itself.
	_, _ = io.WriteString(f, redacted)
}

// LogValue keeps it out of logs.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText keeps it out of JSON and other encodings.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
