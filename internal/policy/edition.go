package policy

import (
	"fmt"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/privacy"
)

// Acts tells from when to when an act is in force; the law registry does.
// A zero end means that it still is.
type Acts interface {
	Interval(act law.ActID) (from, to time.Time, ok bool)
}

// Edition is one compiled, immutable edition.
type Edition struct {
	rules      Rules
	hash       string // hex SHA-256 of the pack
	inForce    time.Time
	purposes   map[privacy.PurposeID]*purpose
	categories map[privacy.CategoryID]int // index into a purpose's rows
	recipients map[privacy.RecipientID]*recipient
	earlier    map[privacy.EditionID]*Edition
}

// purpose is a purpose with one slot per category of the edition.
type purpose struct {
	rule       *Purpose
	basis      privacy.Basis
	inForce    interval
	evidence   privacy.Grade
	ops        privacy.Operations
	acceptance bool
	agreement  bool
	guardian   bool
	locked     bool
	terms      terms
	rows       []row
	recipients []*recipient
}

// row is a category under a purpose, with everything resolved.
type row struct {
	present   bool
	keep      bool
	basis     privacy.Basis
	inForce   interval
	ops       privacy.Operations
	special   bool
	guarded   bool
	terms     terms
	rule      *Row
	processed *Terms
}

type recipient struct {
	rule  *Recipient
	alive interval
	field []bool // by category index
}

// interval is a span of time in which something is in force; a zero end is open.
type interval struct{ from, to time.Time }

func (i interval) holds(t time.Time) bool {
	return !t.Before(i.from) && (i.to.IsZero() || t.Before(i.to))
}

// cut narrows the interval to what both hold.
func (i interval) cut(o interval) interval {
	if o.from.After(i.from) {
		i.from = o.from
	}
	if !o.to.IsZero() && (i.to.IsZero() || o.to.Before(i.to)) {
		i.to = o.to
	}
	return i
}

// Problem is something in the rules that keeps an edition from compiling.
type Problem struct {
	Path string // "purposes[P03].categories[D09]"
	Msg  string // what is wrong and what to do
}

// Error names the place and what is wrong with it.
func (p *Problem) Error() string { return p.Path + ": " + p.Msg }

// Compile turns rules into an edition in force from the moment inForce, or says
// what contradicts what. earlier are the editions under which living consents
// were given: a consent never allows more than the edition it was given under.
// (DC-78 p.2)
func Compile(r Rules, hash string, acts Acts, inForce time.Time, earlier ...*Edition) (*Edition, error) {
	e := &Edition{
		rules: r, hash: hash, inForce: inForce,
		purposes:   make(map[privacy.PurposeID]*purpose, len(r.Purposes)),
		categories: make(map[privacy.CategoryID]int, len(r.Categories)),
		recipients: make(map[privacy.RecipientID]*recipient, len(r.Recipients)),
		earlier:    make(map[privacy.EditionID]*Edition, len(earlier)),
	}
	for _, old := range earlier {
		e.earlier[old.rules.Edition] = old
	}
	c := compiler{e: e, acts: acts, safeguards: map[string]bool{}}
	if err := c.run(); err != nil {
		return nil, err
	}
	return e, nil
}

type compiler struct {
	e          *Edition
	acts       Acts
	safeguards map[string]bool // id → approved by two
}

func (c *compiler) run() error {
	r := &c.e.rules
	if r.Edition == "" {
		return &Problem{"edition", "is missing; name the edition, for example mega24/2026-1"}
	}
	for i := range r.Categories {
		cat := &r.Categories[i]
		at := fmt.Sprintf("categories[%s]", cat.ID)
		if _, twice := c.e.categories[cat.ID]; twice || cat.ID == "" {
			return &Problem{at, "the id is empty or stands twice; give each category its own"}
		}
		if !cat.Classification.Valid() {
			return &Problem{at, "classification is none of public, internal, personal, special, communications-secret"}
		}
		c.e.categories[cat.ID] = i
	}
	for i := range r.Safeguards {
		s := &r.Safeguards[i]
		if err := c.cited(fmt.Sprintf("safeguards[%s]", s.ID), s.Cites); err != nil {
			return err
		}
		c.safeguards[s.ID] = len(s.Approved) >= 2 && s.Approved[0] != s.Approved[1] && s.Exception != ""
	}
	for i := range r.Recipients {
		if err := c.recipient(&r.Recipients[i]); err != nil {
			return err
		}
	}
	for i := range r.Purposes {
		if err := c.purpose(&r.Purposes[i]); err != nil {
			return err
		}
	}
	for i := range r.Purposes {
		p := &r.Purposes[i]
		if p.Parent != "" && c.e.purposes[p.Parent] == nil {
			return &Problem{fmt.Sprintf("purposes[%s].parent", p.ID), "names no purpose of this edition"}
		}
	}
	return c.attributes()
}

func (c *compiler) recipient(r *Recipient) error {
	at := fmt.Sprintf("recipients[%s]", r.ID)
	switch r.Kind {
	case "processor", "partner", "authority", "operator":
	default: // policy 4.4a: nothing is sold, so there is no such kind
		return &Problem{at + ".kind", "is none of processor, partner, authority, operator"}
	}
	if _, twice := c.e.recipients[r.ID]; twice || r.ID == "" {
		return &Problem{at, "the id is empty or stands twice; give each recipient its own"}
	}
	span := interval{}
	for _, d := range []struct {
		text string
		into *time.Time
	}{{r.Agreement.From, &span.from}, {r.Agreement.To, &span.to}} {
		if d.text == "" {
			continue
		}
		t, err := time.ParseInLocation(time.DateOnly, d.text, law.Bishkek)
		if err != nil {
			return &Problem{at + ".agreement", "the date is not of the form 2026-01-31"}
		}
		*d.into = t
	}
	if span.from.IsZero() {
		return &Problem{at + ".agreement.from", "is missing; nothing flows without an agreement in force"}
	}
	out := &recipient{rule: r, alive: span, field: make([]bool, len(c.e.rules.Categories))}
	for _, f := range r.Fields {
		i, ok := c.e.categories[f]
		if !ok {
			return &Problem{at + ".fields", fmt.Sprintf("%q is no category of this edition", f)}
		}
		out.field[i] = true
	}
	c.e.recipients[r.ID] = out
	return nil
}

func (c *compiler) purpose(r *Purpose) error {
	at := fmt.Sprintf("purposes[%s]", r.ID)
	if _, twice := c.e.purposes[r.ID]; twice || r.ID == "" {
		return &Problem{at, "the id is empty or stands twice; give each purpose its own"}
	}
	if !r.Basis.Valid() {
		return &Problem{at + ".basis", "is none of contract, law, vital, public-task, legitimate-interest, consent"}
	}
	p := &purpose{rule: r, basis: r.Basis, rows: make([]row, len(c.e.rules.Categories))}
	for _, need := range r.Requires {
		switch need {
		case "acceptance":
			p.acceptance = true
		case "agreement":
			p.agreement = true
		default:
			return &Problem{at + ".requires", fmt.Sprintf("%q is neither acceptance nor agreement", need)}
		}
	}
	switch r.Minor {
	case "open":
	case "guardian":
		p.guardian = true
	case "locked":
		p.locked = true
	default:
		return &Problem{at + ".minor", "is none of open, guardian, locked"}
	}
	if err := c.consentRule(at, r, p); err != nil {
		return err
	}
	var err error
	if p.ops, err = operations(at, r.Operations); err != nil {
		return err
	}
	if p.inForce, err = c.force(at, r.Cites); err != nil {
		return err
	}
	for _, id := range r.Recipients {
		to := c.e.recipients[id]
		if to == nil {
			return &Problem{at + ".recipients", fmt.Sprintf("%q is no recipient of this edition", id)}
		}
		p.recipients = append(p.recipients, to)
	}
	if r.Template && len(r.Rows) > 0 {
		return &Problem{at, "is a template and permits nothing itself; move its categories to a child purpose"}
	}
	if !r.Template && len(r.Rows) == 0 {
		return &Problem{at + ".categories", "is empty; a purpose without data permits nothing, remove it or list its categories"}
	}
	if !r.Template {
		if p.terms, err = compileTerms(at+".terms", &r.Terms, r.Basis); err != nil {
			return err
		}
	}
	for i := range r.Rows {
		if err := c.row(at, r, p, &r.Rows[i]); err != nil {
			return err
		}
	}
	c.e.purposes[r.ID] = p
	return nil
}

// consentRule holds what is particular to consent: it is off until given, and
// says how strongly it must be proved. (DC-79 p.3-4)
func (c *compiler) consentRule(at string, r *Purpose, p *purpose) error {
	if r.Basis != privacy.BasisConsent {
		if r.Evidence != "" {
			return &Problem{at + ".evidence", "is given though the basis is not consent; remove it"}
		}
		return nil
	}
	grade, ok := privacy.ParseGrade(r.Evidence)
	if !ok || grade < privacy.GradeTick {
		return &Problem{at + ".evidence", "is none of tick, drawn, sms, qualified; continued use never gives a consent"}
	}
	if r.Default != "off" {
		return &Problem{at + ".default", "is not off; a consent is off until it is given"}
	}
	p.evidence = grade
	return nil
}

func (c *compiler) row(at string, r *Purpose, p *purpose, raw *Row) error {
	at = fmt.Sprintf("%s.categories[%s]", at, raw.Category)
	i, ok := c.e.categories[raw.Category]
	if !ok {
		return &Problem{at, "is no category of this edition"}
	}
	if p.rows[i].present {
		return &Problem{at, "stands twice; each purpose and category has exactly one basis (DC-79)"}
	}
	out := row{present: true, keep: raw.Keep, basis: p.basis, inForce: p.inForce, ops: p.ops, rule: raw}
	if raw.Basis != "" {
		if !raw.Basis.Valid() {
			return &Problem{at + ".basis", "is none of the six bases"}
		}
		if raw.Basis == privacy.BasisConsent != (p.basis == privacy.BasisConsent) {
			return &Problem{at + ".basis", "mixes consent with another basis; make a child purpose with its own switch"}
		}
		out.basis = raw.Basis
	}
	var err error
	if len(raw.Cites) > 0 {
		if out.inForce, err = c.force(at, raw.Cites); err != nil {
			return err
		}
	}
	if len(raw.Operations) > 0 {
		if out.ops, err = operations(at, raw.Operations); err != nil {
			return err
		}
		if !p.ops.Has(out.ops) {
			return &Problem{at + ".operations", "is wider than the purpose's; widen the purpose or narrow the row"}
		}
	}
	const keeping = privacy.Record | privacy.Accumulate | privacy.Store
	if r.Transient && out.ops&keeping != 0 {
		return &Problem{at + ".operations", "stores under a transient purpose"}
	}
	src := &r.Terms
	if raw.Terms != nil {
		src = raw.Terms
	}
	if out.terms, err = compileTerms(at+".terms", src, out.basis); err != nil {
		return err
	}
	out.processed = src
	if c.e.rules.Categories[i].Classification == privacy.ClassSpecial {
		out.special = true
		if raw.Safeguard != "" {
			approved, known := c.safeguards[raw.Safeguard]
			if !known {
				return &Problem{at + ".safeguard", fmt.Sprintf("%q is no safeguard of this edition", raw.Safeguard)}
			}
			out.guarded = approved
		}
	}
	p.rows[i] = out
	return nil
}

// force is the interval in which every cited act is in force.
func (c *compiler) force(at string, cites []Citation) (interval, error) {
	if len(cites) == 0 {
		return interval{}, &Problem{at + ".cites", "is empty; name the act and article, or the agreement, that this stands on"}
	}
	if err := c.cited(at, cites); err != nil {
		return interval{}, err
	}
	span := interval{}
	for _, cite := range cites {
		from, to, _ := c.acts.Interval(cite.Act)
		span = span.cut(interval{from, to})
	}
	return span, nil
}

func (c *compiler) cited(at string, cites []Citation) error {
	for _, cite := range cites {
		if _, _, ok := c.acts.Interval(cite.Act); !ok {
			return &Problem{at + ".cites", fmt.Sprintf("%q is no act of the law registry", cite.Act)}
		}
	}
	return nil
}

// attributes checks that attributes point to purposes that exist.
func (c *compiler) attributes() error {
	for i := range c.e.rules.Categories {
		cat := &c.e.rules.Categories[i]
		seen := map[string]bool{}
		for j := range cat.Attributes {
			a := &cat.Attributes[j]
			at := fmt.Sprintf("categories[%s].attributes[%s]", cat.ID, a.ID)
			if a.ID == "" || seen[a.ID] {
				return &Problem{at, "the id is empty or stands twice"}
			}
			seen[a.ID] = true
			for _, list := range [][]privacy.PurposeID{a.Mandatory, a.Only} {
				for _, id := range list {
					p := c.e.purposes[id]
					if p == nil || !p.rows[i].present {
						return &Problem{at, fmt.Sprintf("%q is no purpose that has this category", id)}
					}
				}
			}
			for _, id := range a.Mandatory { // policy 2.2: mandatory only where contract or law asks (US-2.2-3)
				if b := c.e.purposes[id].rows[i].basis; b != privacy.BasisContract && b != privacy.BasisLaw {
					return &Problem{at + ".mandatory", fmt.Sprintf("%q stands on %s; only contract or law makes an attribute mandatory", id, b)}
				}
			}
		}
	}
	return nil
}

func operations(at string, names []string) (privacy.Operations, error) {
	var set privacy.Operations
	for _, n := range names {
		o, ok := privacy.ParseOperation(n)
		if !ok {
			return 0, &Problem{at + ".operations", fmt.Sprintf("%q is none of the thirteen operations or their kinds", n)}
		}
		set |= o
	}
	if set == 0 {
		return 0, &Problem{at + ".operations", "is empty; name what may be done"}
	}
	return set, nil
}

// ID is the edition's id.
func (e *Edition) ID() privacy.EditionID { return e.rules.Edition }

// Hash is the hex SHA-256 of the pack the edition was compiled from.
func (e *Edition) Hash() string { return e.hash }

// InForce is the moment from which the edition decides. (policy 6.4a)
func (e *Edition) InForce() time.Time { return e.inForce }

// Rules gives the rules; they must not be changed.
func (e *Edition) Rules() *Rules { return &e.rules }

// Purpose gives a purpose's rule, or nil.
func (e *Edition) Purpose(id privacy.PurposeID) *Purpose {
	if p := e.purposes[id]; p != nil {
		return p.rule
	}
	return nil
}

// Category gives a category's rule, or nil.
func (e *Edition) Category(id privacy.CategoryID) *Category {
	if i, ok := e.categories[id]; ok {
		return &e.rules.Categories[i]
	}
	return nil
}

// Recipient gives a recipient's rule, or nil.
func (e *Edition) Recipient(id privacy.RecipientID) *Recipient {
	if r := e.recipients[id]; r != nil {
		return r.rule
	}
	return nil
}

// Basis gives the basis and terms of a category under a purpose.
func (e *Edition) Basis(p privacy.PurposeID, c privacy.CategoryID) (privacy.Basis, *Terms, bool) {
	i, ok := e.categories[c]
	pur := e.purposes[p]
	if !ok || pur == nil || !pur.rows[i].present {
		return "", nil, false
	}
	return pur.rows[i].basis, pur.rows[i].processed, true
}

// Under reports whether an attribute may be read or written under a purpose.
func (a *Attribute) Under(p privacy.PurposeID) bool {
	if len(a.Only) == 0 {
		return true
	}
	for _, id := range a.Only {
		if id == p {
			return true
		}
	}
	return false
}

// Cites gives the citations of a category under a purpose.
func (e *Edition) Cites(p privacy.PurposeID, c privacy.CategoryID) []Citation {
	if r := e.row(p, c); r != nil {
		if len(r.rule.Cites) > 0 {
			return r.rule.Cites
		}
		return e.purposes[p].rule.Cites
	}
	return nil
}

// OperationsOf names what may be done with a category under a purpose.
func (e *Edition) OperationsOf(p privacy.PurposeID, c privacy.CategoryID) []string {
	if r := e.row(p, c); r != nil {
		if len(r.rule.Operations) > 0 {
			return r.rule.Operations
		}
		return e.purposes[p].rule.Operations
	}
	return nil
}

// Main is the operation that says whether a row is in use: use where it is
// allowed, otherwise the first that is.
func (e *Edition) Main(p privacy.PurposeID, c privacy.CategoryID) privacy.Operations {
	r := e.row(p, c)
	if r == nil {
		return 0
	}
	if r.ops.Has(privacy.Use) {
		return privacy.Use
	}
	return r.ops & -r.ops
}

func (e *Edition) row(p privacy.PurposeID, c privacy.CategoryID) *row {
	i, known := e.categories[c]
	pur := e.purposes[p]
	if !known || pur == nil || !pur.rows[i].present {
		return nil
	}
	return &pur.rows[i]
}
