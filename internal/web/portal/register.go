package portal

import (
	"net/http"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// registerPage is the register of processing, made from the rules alone.
type registerPage struct {
	*holder.Document
	Categories []category
	Recipients []recipient
	Purposes   []purpose
	Whose      []string // keys of the words
	Safety     []privacy.Words
	Abroad     bool
	Told       string // the clause on how changes are told
	TellClause privacy.ClauseID
	Withdrawal []policy.WithdrawalWay
	Text       policy.Text
}

// category is a kind of data with the sources by name.
type category struct {
	*policy.Category
	From []privacy.Words
}

// recipient is a recipient with the days of its agreement read.
type recipient struct {
	*policy.Recipient
	From, To time.Time // To is the last day; zero while the agreement lasts
	Data     []privacy.Words
}

// register shows the register of processing of the edition in force: it is the
// rules, so it cannot differ from what the decisions do. (DC-167 p.6, law 4.5)
func (p *portal) register(v *view, _ *http.Request) error {
	if v.Current == nil {
		return notInForce()
	}
	r := v.Current.Rules
	text, ok := v.Current.Texts[v.Lang]
	if !ok {
		text = v.Current.Texts[privacy.Kyrgyz]
	}
	page := &registerPage{
		Document: v.Current, Purposes: purposesOf(r),
		Whose: []string{"page.register.whose.subscribers"}, TellClause: r.Notice.Clause, Withdrawal: r.Withdrawal, Text: text,
	}
	if c := text.Clause(r.Notice.Clause); c != nil {
		page.Told = c.Text
	}
	titles, sources := map[privacy.CategoryID]privacy.Words{}, map[privacy.SourceID]privacy.Words{}
	for _, s := range r.Sources {
		sources[s.ID] = s.Title
	}
	for i := range r.Categories {
		c := category{Category: &r.Categories[i]}
		titles[c.ID] = c.Title
		for _, id := range c.Sources {
			c.From = append(c.From, sources[id])
		}
		page.Categories = append(page.Categories, c)
	}
	for i := range r.Recipients {
		x := recipient{Recipient: &r.Recipients[i], From: day(r.Recipients[i].Agreement.From)}
		if end := day(x.Agreement.To); !end.IsZero() {
			x.To = end.AddDate(0, 0, -1)
		}
		for _, id := range x.Fields {
			x.Data = append(x.Data, titles[id])
		}
		page.Abroad = page.Abroad || x.Country != "KG"
		page.Recipients = append(page.Recipients, x)
	}
	for i := range r.Safeguards {
		if counts(&r.Safeguards[i]) {
			page.Safety = append(page.Safety, r.Safeguards[i].Measures)
		}
	}
	page.whose(r)
	v.Template, v.Title, v.Body = "register", v.T("page.register"), page
	return nil
}

// whose adds the groups of people whom some category concerns.
func (p *registerPage) whose(r *policy.Rules) {
	var children, others bool
	for i := range r.Categories {
		children = children || r.Categories[i].Child
		others = others || r.Categories[i].ThirdPersons
	}
	if children {
		p.Whose = append(p.Whose, "page.register.whose.children")
	}
	if others {
		p.Whose = append(p.Whose, "page.register.whose.others")
	}
}

// day reads a day of the rules as noon in Kyrgyzstan; zero for none.
func day(s string) time.Time {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return time.Time{}
	}
	return t.Add(6 * time.Hour)
}
