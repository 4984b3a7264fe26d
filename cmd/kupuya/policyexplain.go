package main

import (
	"fmt"
	"strings"
	"time"

	"kupuya/internal/clock"
	"kupuya/internal/i18n"
	"kupuya/internal/law"
	"kupuya/internal/policy"
	why "kupuya/internal/policy/explain"
	"kupuya/internal/privacy"
)

type policyExplainCmd struct {
	Pack      string  `help:"Folder of the pack, or an edition that comes with the program." default:"mega24/2026-1"`
	Law       string  `help:"Folder of the law registry; the program's own when left out." type:"path"`
	Purpose   string  `help:"Purpose." required:"" placeholder:"P03"`
	Category  string  `help:"Category of data." required:"" placeholder:"D09"`
	Operation string  `help:"Operation." required:"" placeholder:"use"`
	Recipient string  `help:"To whom data would go, for a transfer." placeholder:"ID"`
	Facts     *string `help:"What is true of a made-up subject, with commas: adult minor child age=unknown accepted=no refused agreement=no|ended consent=none|withdrawn|expired|tick|drawn|sms|qualified objected blocked disputed held=90d deleted destroyed account=deleted|destroyed. He is an adult with an accepted edition and a contract unless told otherwise. Left out: what the policy asks for in general." placeholder:"FACTS"`
	On        string  `help:"Day of the question, as 2026-11-23; today when left out." placeholder:"DAY"`
	Lang      string  `help:"ky, ru or en." enum:"ky,ru,en" default:"ky"`
}

// Run explains one answer from a pack alone; nothing is looked up.
func (c *policyExplainCmd) Run(s streams) error {
	now, err := c.moment()
	if err != nil {
		return &exit{2, err}
	}
	flags := packFlag{Pack: c.Pack, Law: c.Law}
	content, err := flags.content()
	if err != nil {
		return &exit{1, err}
	}
	_, ed, err := flags.load(now)
	if err != nil {
		return &exit{1, err}
	}
	q, err := c.question(ed)
	if err != nil {
		return &exit{2, err}
	}
	var subject *privacy.Subject
	if c.Facts != nil {
		if subject, err = why.Facts(*c.Facts, ed, q, now); err != nil {
			return &exit{2, err}
		}
	}
	who := officer()
	x := why.Answer(*content, ed, subject, q, &who, now)
	printExplanation(s, &x, i18n.In(privacy.Lang(c.Lang)))
	return nil
}

// moment is noon of the day asked about, or now.
func (c *policyExplainCmd) moment() (time.Time, error) {
	if c.On == "" {
		return clock.System{}.Now(), nil
	}
	day, err := law.ParseDate(c.On)
	if err != nil {
		return time.Time{}, fmt.Errorf("--on takes a day such as 2026-11-23")
	}
	return day.Start().Add(12 * time.Hour), nil
}

// question refuses names that the edition does not have.
func (c *policyExplainCmd) question(ed *policy.Edition) (policy.Question, error) {
	q := policy.Question{Purpose: privacy.PurposeID(c.Purpose), Category: privacy.CategoryID(c.Category), Recipient: privacy.RecipientID(c.Recipient)}
	var ok bool
	if q.Operation, ok = privacy.ParseOperation(c.Operation); !ok {
		return q, fmt.Errorf("%q is no operation; there are %s", c.Operation, strings.Join(privacy.OperationNames(), ", "))
	}
	switch {
	case ed.Purpose(q.Purpose) == nil:
		return q, fmt.Errorf("%s has no purpose %q", ed.ID(), c.Purpose)
	case ed.Category(q.Category) == nil:
		return q, fmt.Errorf("%s has no category %q", ed.ID(), c.Category)
	case q.Recipient != "" && ed.Recipient(q.Recipient) == nil:
		return q, fmt.Errorf("%s has no recipient %q", ed.ID(), c.Recipient)
	}
	return q, nil
}

func printExplanation(s streams, x *why.Explanation, v i18n.Voice) {
	line := func(format string, args ...any) { fmt.Fprintf(s.out, format+"\n", args...) }
	line("%s %s", x.Question.Purpose, x.Purpose.In(v.Lang()))
	line("%s %s", x.Question.Category, x.Category.In(v.Lang()))
	line("%s%s", operationIn(x.Question.Operation, v), to(x.Recipient.In(v.Lang())))
	line("")
	line("%s: %s", x.Reason, x.Why(v))
	line("%s %s: %s", v.Say("explain.label.clause"), x.Clause, strings.TrimSpace(x.Sentence.In(v.Lang())))
	line("%s: %s", v.Say("explain.label.rule"), x.Rule)
	line("%s: %s", v.Say("explain.label.edition"), x.Edition)
	if x.Basis != "" {
		line("%s: %s", v.Say("explain.label.basis"), v.Say("basis."+string(x.Basis)))
	}
	for _, g := range x.Grounds {
		line("  %s, %s (%s)", g.Title.In(v.Lang()), g.Article, g.About.In(v.Lang()))
	}
	if len(x.Changes) > 0 {
		line("\n%s", v.Say("explain.heading.changes"))
	}
	for i := range x.Changes {
		line("%d. %s", i+1, x.Changes[i].Say(v))
	}
	if len(x.Needs) > 0 {
		line("\n%s", v.Say("explain.heading.needs"))
	}
	for i := range x.Needs {
		mark := "-"
		if x.Needs[i].Fails {
			mark = "!"
		}
		line("%s %s", mark, x.Needs[i].Say(v))
	}
}

// operationIn names an operation in words.
func operationIn(o privacy.Operations, v i18n.Voice) string {
	var out []string
	for _, name := range o.Names() {
		out = append(out, v.Say("operation."+name))
	}
	return strings.Join(out, ", ")
}

func to(recipient string) string {
	if recipient == "" {
		return ""
	}
	return " → " + recipient
}
