// Package handset shows, in a demonstration only, every SMS that each number
// received. It promises that nobody takes it for the real thing: each page says
// in three languages that it is a demonstration, nothing on it is kept by a
// browser, and a message is shown as text whatever stands in it.
package handset

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kupuya/internal/i18n"
	"kupuya/internal/notify"
	"kupuya/internal/privacy"
	"kupuya/internal/web/respond"
)

//go:embed handset.html handset.css
var files embed.FS

var page = template.Must(template.ParseFS(files, "handset.html"))

// most is how many messages a page shows, so that it stays light.
const most = 100

// Handler serves the page at /handset, the same messages as JSON at
// /handset/messages, and the style sheet. A number may be asked for by ?to=, a
// language by ?lang=.
func Handler(h *notify.Handset) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /handset", func(w http.ResponseWriter, r *http.Request) { show(w, r, h) })
	mux.HandleFunc("GET /handset/messages", func(w http.ResponseWriter, r *http.Request) { list(w, r, h) })
	mux.HandleFunc("GET /handset/style.css", style)
	return mux
}

// list gives what a number received, newest first, as [{to,text,at}].
func list(w http.ResponseWriter, r *http.Request, h *notify.Handset) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(h.Messages(Number(r.URL.Query().Get("to")))) // a reader who has gone misses nothing
}

// Number reads a number as people type it and gives it in E.164. What is no
// number of Kyrgyzstan comes back without blanks and signs, and finds nothing. A
// plus in an address arrives as a blank, so it makes no difference.
func Number(typed string) string {
	bare := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \u00a0-()+", r) {
			return -1
		}
		return r
	}, typed)
	switch {
	case strings.Trim(bare, "0123456789") != "" || bare == "":
		return bare
	case len(bare) == 12 && strings.HasPrefix(bare, "996"):
		return "+" + bare
	case len(bare) == 10 && bare[0] == '0':
		return "+996" + bare[1:]
	case len(bare) == 9:
		return "+996" + bare
	}
	return "+" + bare
}

// view is what the page is made from.
type view struct {
	Lang     privacy.Lang
	To       string // E.164; empty for every number
	Paused   bool
	Messages []notify.Received
}

// T gives the words of the catalogue.
func (v *view) T(key string) string { return i18n.Text(v.Lang, key) }

// In gives the words of the catalogue in another language.
func (v *view) In(lang privacy.Lang, key string) string { return i18n.Text(lang, key) }

// Langs lists the languages.
func (v *view) Langs() []privacy.Lang { return privacy.Langs[:] }

// At is the address of the page in a language, for a number, still or not.
func (v *view) At(lang privacy.Lang, to string, paused bool) string {
	q := url.Values{"lang": {string(lang)}}
	if to != "" {
		q.Set("to", to)
	}
	if paused {
		q.Set("pause", "1")
	}
	return "/handset?" + q.Encode()
}

// Moment tells when a message came.
func (v *view) Moment(t time.Time) string { return i18n.Moment(v.Lang, t) }

// Stamp tells it to a machine.
func (v *view) Stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func show(w http.ResponseWriter, r *http.Request, h *notify.Handset) {
	q := r.URL.Query()
	lang, named := privacy.ParseLang(q.Get("lang"))
	if !named {
		lang = i18n.Match(r.Header.Get("Accept-Language"))
	}
	v := &view{Lang: lang, To: Number(q.Get("to")), Paused: q.Get("pause") != ""}
	v.Messages = h.Messages(v.To)
	v.Messages = v.Messages[:min(len(v.Messages), most)]
	var body bytes.Buffer
	if err := page.Execute(&body, v); err != nil {
		respond.Write(w, respond.Of(privacy.E("handset.show", privacy.Internal, err), lang, ""))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", string(lang))
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body.Bytes()) // a reader who has gone misses nothing
}

func style(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "max-age=600")
	http.ServeFileFS(w, r, files, "handset.css")
}
