package portal

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for the style sheet
	"encoding/hex"
	"net/http"
	"time"
)

//go:embed style.css
var styleSheet []byte

// stylePath carries the sum of the sheet, so that it may be kept for good.
var stylePath = func() string {
	sum := sha256.Sum256(styleSheet)
	return "/assets/portal-" + hex.EncodeToString(sum[:6]) + ".css"
}()

func style(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(styleSheet))
}
