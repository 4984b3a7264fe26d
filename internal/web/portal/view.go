package portal

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"strings"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/i18n"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/web/respond"
)

//go:embed *.html
var files embed.FS

// templates holds each page within the layout. It is never changed.
var templates = func() map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, name := range []string{"start", "policy", "diff", "editions", "register", "failure"} {
		all[name] = template.Must(template.ParseFS(files, "layout.html", "purposes.html", name+".html"))
	}
	return all
}()

// view is what every page is made from: its language, its place and what it
// shows. Templates ask it for words.
type view struct {
	Lang     privacy.Lang
	Path     string // after the language, as every language has it: "/policy"
	Template string
	Title    string
	Current  *holder.Document // the edition in force; nil when there is none
	Holder   *policy.Holder   // who answers for the data; nil only before the first edition (DC-115 p.1)
	Body     any
}

// page serves one page in one language.
func (p *portal) page(lang privacy.Lang, fill func(*portal, *view, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &view{Lang: lang, Path: strings.TrimPrefix(r.URL.Path, "/"+string(lang))}
		doc, err := p.Policy.Current(r.Context())
		if err == nil {
			v.Current, v.Holder = &doc, &doc.Rules.Holder
		}
		if err == nil || privacy.CodeOf(err) == privacy.NotInForce {
			err = fill(p, v, r)
		}
		status := http.StatusOK
		if err != nil {
			status = p.failed(v, err, w.Header().Get("X-Request-Id"))
		}
		var body bytes.Buffer
		if err := templates[v.Template].ExecuteTemplate(&body, "layout", v); err != nil {
			p.Log.Error("page not made", "page", v.Template, "err", err)
			respond.Write(w, respond.Of(privacy.E("portal.page", privacy.Internal, err), lang, ""))
			return
		}
		send(w, r, v, status, body.Bytes())
	}
}

// send writes a page. One that was found may be kept by whoever asks each time
// whether it changed, so that a publication is seen at once. (policy 6.4a)
func send(w http.ResponseWriter, r *http.Request, v *view, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(v.Lang))
	if status != http.StatusOK {
		h.Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			_, _ = w.Write(body) // a reader who has gone misses nothing
		}
		return
	}
	sum := sha256.Sum256(body)
	h.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	h.Set("Cache-Control", "public, no-cache")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// failure is what the page of a failure says.
type failure struct {
	Text    string
	Request string // the id in the log; only for an error on our side
}

// failed turns the view into the page of a failure, in words from the catalogue
// alone, and gives its status. request is the id that room web gave the request.
func (p *portal) failed(v *view, err error, request string) int {
	problem := respond.Of(err, v.Lang, "")
	v.Template, v.Title = "failure", problem.Title
	body := failure{Text: problem.Detail}
	if problem.Status >= http.StatusInternalServerError {
		body.Request = request
		p.Log.Error("page failed", "page", v.Path, "request", request, "err", err)
	}
	v.Body = body
	return problem.Status
}

// notInForce is for the pages that show the edition in force when there is none.
func notInForce() error { return privacy.E("portal.page", privacy.NotInForce, nil) }

// T gives the words of the catalogue.
func (v *view) T(key string) string { return i18n.Text(v.Lang, key) }

// On gives the words of the catalogue with a day in them.
func (v *view) On(key string, t time.Time) string {
	return i18n.Text(v.Lang, key, i18n.A("date", i18n.Date(v.Lang, t)))
}

// W gives words of the edition. Where they are not translated they stand in
// Kyrgyz and say so. (clauses.md 8.3)
func (v *view) W(w privacy.Words) template.HTML {
	text := template.HTMLEscapeString(w.In(v.Lang))
	if v.Lang == privacy.Russian && w.Ru == "" || v.Lang == privacy.English && w.En == "" {
		text = `<span lang="ky">` + text + `</span>`
	}
	return template.HTML(text)
}

// Day gives a day in words that a machine can read too.
func (v *view) Day(t time.Time) template.HTML {
	return template.HTML(`<time datetime="` + i18n.Local(t).Format("2006-01-02") + `">` +
		template.HTMLEscapeString(i18n.Date(v.Lang, t)) + `</time>`)
}

// Clause is where a clause of the edition in force is, or of the one shown.
func (v *view) Clause(id privacy.ClauseID) string {
	if v.Template == "policy" {
		return "#c" + string(id)
	}
	return "/" + string(v.Lang) + "/policy#c" + string(id)
}

// Style is where the style sheet is.
func (v *view) Style() string { return stylePath }

// Langs lists the languages of the switch.
func (v *view) Langs() []privacy.Lang { return privacy.Langs[:] }

// Name is the name of a language, in that language.
func (v *view) Name(lang privacy.Lang) string { return i18n.Text(lang, "lang."+string(lang)) }

// Menu lists the pages by their path and the key of their name.
func (v *view) Menu() []item {
	return []item{{"/policy", "page.policy"}, {"/register", "page.register"}, {"/editions", "page.editions"}}
}

type item struct{ Path, Key string }
