// Package portal shows the policy to anybody who wants to read it, without
// signing in, in three languages.
//
// It promises: what is shown is the edition as it was published and nothing
// else; every clause, every edition and every language has an address of its
// own that stays; a page needs neither script nor third party, says by law who
// the Holder is, and can be read on a small telephone, by a screen reader and on
// paper. (policy 1.3; DC-114 p.2, DC-115 p.1)
package portal

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"kupuya/internal/holder"
	"kupuya/internal/i18n"
	"kupuya/internal/policy/diff"
	"kupuya/internal/privacy"
)

// Policy is where the pages take the policy from; *holder.Holder is one. Errors
// are of the closed set: NotInForce where there is no edition in force, NotFound
// for an edition that was never published.
type Policy interface {
	Current(ctx context.Context) (holder.Document, error)
	Edition(ctx context.Context, id privacy.EditionID) (holder.Document, error)
	Editions(ctx context.Context) ([]holder.EditionRow, error) // oldest first
	Compare(ctx context.Context, a, b privacy.EditionID) (diff.Report, error)
}

// Deps is what the pages need. Only Log may be missing.
type Deps struct {
	Policy Policy
	Log    *slog.Logger // of failures that readers see as "an error on our side"
}

type portal struct{ Deps }

// route is one row of the table: a pattern below /{lang} and its page.
type route struct {
	pattern string
	page    func(*portal, *view, *http.Request) error
}

// routes are the pages. Each exists once per language.
var routes = []route{
	{"", (*portal).start},
	{"/policy", (*portal).current},
	{"/policy/{edition...}", (*portal).edition},
	{"/policy/diff/{pair...}", (*portal).compare},
	{"/editions", (*portal).editions},
	{"/register", (*portal).register},
}

// Handler serves the pages, the style sheet and the redirects to them.
func Handler(d Deps) http.Handler {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	p := &portal{d}
	mux := http.NewServeMux()
	for _, lang := range privacy.Langs {
		for _, r := range routes {
			mux.Handle("GET /"+string(lang)+r.pattern, p.page(lang, r.page))
		}
	}
	mux.HandleFunc("GET "+stylePath, style)
	mux.HandleFunc("GET /{$}", choose)
	mux.HandleFunc("GET /policy", choose)
	mux.HandleFunc("GET /policy/{edition...}", choose)
	mux.HandleFunc("GET /kg", kyrgyz)
	mux.HandleFunc("GET /kg/{rest...}", kyrgyz)
	mux.HandleFunc("GET /", p.missing)
	return trimmed(mux)
}

// trimmed sends an address with a slash too many to the one page it means.
func trimmed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path := r.URL.EscapedPath(); path != "/" && strings.HasSuffix(path, "/") {
			redirect(w, r, "/"+strings.Trim(path, "/"), http.StatusPermanentRedirect)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// choose sends a reader who named no language to the page in their own, so that
// an edition has one address for all languages too. (policy 1.3, AC3)
func choose(w http.ResponseWriter, r *http.Request) {
	lang := i18n.Match(r.Header.Get("Accept-Language"))
	w.Header().Set("Vary", "Accept-Language")
	redirect(w, r, "/"+string(lang)+strings.TrimSuffix(r.URL.EscapedPath(), "/"), http.StatusFound)
}

// kyrgyz sends "kg", the country's code that is often written for the language,
// to where the language is. (clauses.md 8.1)
func kyrgyz(w http.ResponseWriter, r *http.Request) {
	redirect(w, r, "/ky"+strings.TrimPrefix(r.URL.EscapedPath(), "/kg"), http.StatusPermanentRedirect)
}

func redirect(w http.ResponseWriter, r *http.Request, to string, status int) {
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	http.Redirect(w, r, to, status)
}

// missing is the page for an address that is none.
func (p *portal) missing(w http.ResponseWriter, r *http.Request) {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	lang, named := privacy.ParseLang(first)
	if !named {
		lang = i18n.Match(r.Header.Get("Accept-Language"))
		w.Header().Set("Vary", "Accept-Language")
	}
	p.page(lang, func(*portal, *view, *http.Request) error {
		return privacy.E("portal.missing", privacy.NotFound, nil)
	})(w, r)
}
