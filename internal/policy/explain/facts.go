package explain

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// Facts makes up a subject to whom a question can be put: an adult, registered
// a year ago, who accepted the edition and has a contract, and of whom nothing
// else is true but what text says. The facts are separated by commas:
//
//	adult, minor, child, age=unknown
//	accepted=no, refused
//	agreement=no, agreement=ended
//	consent=none, consent=withdrawn, consent=expired, consent=tick (drawn, sms, qualified)
//	objected, blocked, disputed
//	held=90d (collected so many days ago), deleted, destroyed (the value)
//	account=deleted, account=destroyed
//
// Consent, objection, block and value are those of the question.
func Facts(text string, ed *policy.Edition, q policy.Question, now time.Time) (*privacy.Subject, error) {
	year := now.AddDate(-1, 0, 0)
	s := &privacy.Subject{
		ID: "example", Status: privacy.StatusRegistered, Since: year, AgeKnown: true,
		Accepted:  privacy.Acceptance{ID: "example", Edition: ed.ID(), Grade: privacy.GradeTick, At: year},
		Agreement: privacy.Agreement{ID: "example", Since: year},
	}
	var seen []string
	for _, fact := range strings.Split(text, ",") {
		fact = strings.TrimSpace(fact)
		if fact == "" {
			continue
		}
		about, _, _ := strings.Cut(fact, "=")
		if slices.Contains(seen, about) {
			return nil, fmt.Errorf("%s is said twice", about)
		}
		seen = append(seen, about)
		if err := tell(s, fact, ed, q, now); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// tell makes one fact true of s.
func tell(s *privacy.Subject, fact string, ed *policy.Edition, q policy.Question, now time.Time) error {
	held := func(state privacy.ValueState, at time.Time) {
		s.Values = []privacy.Value{{Category: q.Category, State: state, Version: 1, Collected: at, Purposes: []privacy.PurposeID{q.Purpose}}}
	}
	switch fact {
	case "adult", "consent=none":
	case "minor":
		s.MinorUntil = now.AddDate(1, 0, 0)
	case "child":
		s.MinorUntil = now.AddDate(8, 0, 0)
	case "age=unknown":
		s.AgeKnown = false
	case "accepted=no":
		s.Accepted = privacy.Acceptance{}
	case "refused":
		s.Refused = privacy.Refusal{ID: "example", Edition: ed.ID(), At: now}
	case "agreement=no":
		s.Agreement = privacy.Agreement{}
	case "agreement=ended":
		s.Agreement.Ended = now
	case "objected":
		s.Object(privacy.Objection{ID: "example", Purpose: q.Purpose, At: now})
	case "blocked":
		s.Set(privacy.Block{ID: "example", Kind: privacy.KindBlock, Category: q.Category, Purpose: q.Purpose, At: now})
	case "disputed":
		s.Set(privacy.Block{ID: "example", Kind: privacy.KindDispute, Category: q.Category, At: now})
	case "deleted":
		held(privacy.ValueDeleted, s.Since)
	case "destroyed":
		held(privacy.ValueDestroyed, s.Since)
	case "account=deleted":
		s.Status = privacy.StatusDeleted
	case "account=destroyed":
		s.Status = privacy.StatusDestroyed
	default:
		name, value, _ := strings.Cut(fact, "=")
		if name == "held" {
			days, err := strconv.Atoi(strings.TrimSuffix(value, "d"))
			if err != nil || days < 0 || days > 36500 {
				return errors.New("held takes a number of days, as in held=90d")
			}
			held(privacy.ValueLive, now.AddDate(0, 0, -days))
			return nil
		}
		if name == "consent" {
			return consented(s, value, ed, q, now)
		}
		return fmt.Errorf("%q is no fact; see the help for those there are", fact)
	}
	return nil
}

// consented makes a consent to the question's purpose true of s.
func consented(s *privacy.Subject, how string, ed *policy.Edition, q policy.Question, now time.Time) error {
	at := now.AddDate(0, -1, 0)
	c := privacy.Consent{
		ID: "example", Purpose: q.Purpose, Edition: ed.ID(), Grade: privacy.GradeQualified, By: privacy.ActorSubject,
		At: at, Until: ed.ConsentUntil(q.Purpose, at),
	}
	switch how {
	case "withdrawn":
		c.Withdrawn = now
	case "expired":
		c.At, c.Until = now.AddDate(-2, 0, 0), now
	default:
		grade, ok := privacy.ParseGrade(how)
		if !ok || grade < privacy.GradeTick {
			return errors.New("consent takes none, withdrawn, expired, tick, drawn, sms or qualified")
		}
		c.Grade = grade
	}
	s.Give(c)
	return nil
}
