package whatif_test

import (
	"encoding/json"
	"io/fs"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/policies"
)

var noon = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// pack loads the pack that comes with the program.
func pack(t testing.TB) (policy.Rules, *law.Registry) {
	t.Helper()
	sub := func(dir string) fs.FS {
		f, err := fs.Sub(policies.FS, dir)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	p, err := policyfile.LoadPack(sub("mega24/2026-1"))
	if err != nil {
		t.Fatal(err)
	}
	reg, err := policyfile.LoadLaw(sub("law-kg"))
	if err != nil {
		t.Fatal(err)
	}
	return p.Rules, reg
}

// clone copies rules whole.
func clone(t testing.TB, r policy.Rules) (out policy.Rules) {
	t.Helper()
	b, err := json.Marshal(r)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func compile(t testing.TB, r policy.Rules, reg *law.Registry, at time.Time, earlier ...*policy.Edition) *policy.Edition {
	t.Helper()
	e, err := policy.Compile(r, string(r.Edition), reg, at, earlier...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// mutate changes rules at random, and gives rules that compile.
func mutate(t testing.TB, dice *rand.Rand, from policy.Rules, reg *law.Registry, id privacy.EditionID, changes int) policy.Rules {
	t.Helper()
	r := clone(t, from)
	r.Edition = id
	for i := range r.Categories {
		for j := range r.Categories[i].Attributes { // they would name rows that go
			r.Categories[i].Attributes[j].Mandatory, r.Categories[i].Attributes[j].Only = nil, nil
		}
	}
	for done := 0; done < changes; {
		try := clone(t, r)
		change(dice, &try)
		if _, err := policy.Compile(try, "x", reg, noon); err == nil {
			r, done = try, done+1
		}
	}
	return r
}

func pick[T any](dice *rand.Rand, list []T) *T { return &list[dice.IntN(len(list))] }

// change changes one thing; what comes of it may not compile.
func change(dice *rand.Rand, r *policy.Rules) {
	p := pick(dice, r.Purposes)
	switch dice.IntN(17) {
	case 0:
		r.Purposes = slices.DeleteFunc(r.Purposes, func(x policy.Purpose) bool { return x.ID == p.ID })
	case 1:
		if len(p.Rows) > 1 {
			p.Rows = slices.Delete(p.Rows, 0, 1)
		}
	case 2:
		gone := pick(dice, r.Categories).ID
		r.Categories = slices.DeleteFunc(r.Categories, func(c policy.Category) bool { return c.ID == gone })
		for i := range r.Purposes {
			r.Purposes[i].Rows = slices.DeleteFunc(r.Purposes[i].Rows, func(x policy.Row) bool { return x.Category == gone })
		}
		for i := range r.Recipients {
			r.Recipients[i].Fields = slices.DeleteFunc(r.Recipients[i].Fields, func(c privacy.CategoryID) bool { return c == gone })
		}
	case 3:
		gone := *pick(dice, privacy.OperationNames())
		keep := func(o string) bool { return o == gone }
		p.Operations = slices.DeleteFunc(p.Operations, keep)
		for i := range p.Rows {
			p.Rows[i].Operations = slices.DeleteFunc(p.Rows[i].Operations, keep)
		}
	case 4:
		p.Operations = append(p.Operations, *pick(dice, privacy.OperationNames()))
	case 5:
		if p.Basis == privacy.BasisConsent {
			p.Evidence = *pick(dice, []string{"tick", "drawn", "sms"})
		}
	case 6:
		p.Requires = [][]string{nil, {"acceptance"}, {"agreement"}, {"acceptance", "agreement"}}[dice.IntN(4)]
	case 7:
		p.Minor = *pick(dice, []string{"open", "guardian", "locked"})
	case 8:
		p.Duty = !p.Duty
	case 9: // another basis
		p.Basis = *pick(dice, []privacy.Basis{privacy.BasisContract, privacy.BasisInterest, privacy.BasisLaw})
		p.Evidence, p.Default = "", "on"
		for i := range p.Rows {
			p.Rows[i].Basis = ""
		}
		if p.Terms.From == "consent" {
			p.Terms.From = "collected"
		}
	case 10:
		p.Terms.Storage = *pick(dice, []string{"while", "30d", "1y", "1mo", "now"})
	case 11:
		p.Terms.Processing = *pick(dice, []string{"while", "30d", "1y", "1h"})
		p.Terms.From = *pick(dice, []string{"collected", "agreement"})
	case 12:
		if len(p.Recipients) > 0 {
			p.Recipients = p.Recipients[1:]
		} else {
			p.Recipients = append(p.Recipients, pick(dice, r.Recipients).ID)
		}
	case 13:
		pick(dice, r.Recipients).Agreement.To = "2026-11-01"
	case 14:
		if len(p.Rows) > 0 {
			row := pick(dice, p.Rows)
			row.Keep = !row.Keep
		}
	case 15:
		if len(r.Safeguards) > 0 {
			pick(dice, r.Safeguards).Approved = nil
		}
	case 16:
		p.Rows = append(p.Rows, policy.Row{Category: pick(dice, r.Categories).ID, Keep: dice.IntN(2) == 0})
	}
}

// somebody draws any standing a subject could have, sane or not.
func somebody(dice *rand.Rand, r *policy.Rules, editions []privacy.EditionID) *privacy.Subject {
	chance := func(n int) bool { return dice.IntN(n) == 0 }
	moment := func() time.Time { return noon.Add(time.Duration(dice.IntN(24*800)-24*600) * time.Hour) }
	edition := func() privacy.EditionID { return *pick(dice, editions) }
	grade := func() privacy.Grade { return privacy.Grade(dice.IntN(6)) }
	s := &privacy.Subject{
		ID: privacy.SubjectID(privacy.NewID(noon)), Status: privacy.StatusRegistered, Since: noon.AddDate(-2, 0, 0), AgeKnown: !chance(10),
	}
	if chance(6) {
		s.Status = *pick(dice, []privacy.Status{privacy.StatusDeleted, privacy.StatusDestroying, privacy.StatusDestroyed})
	}
	if chance(4) {
		s.MinorUntil = moment().AddDate(dice.IntN(8), 0, 0)
	}
	if !chance(6) {
		s.Accepted = privacy.Acceptance{ID: "a", Edition: edition(), Grade: grade(), At: moment()}
	}
	if chance(5) {
		s.Refused = privacy.Refusal{ID: "r", Edition: edition(), At: moment()}
	}
	if !chance(6) {
		s.Agreement = privacy.Agreement{ID: "g", Since: moment()}
		if chance(3) {
			s.Agreement.Ended = moment()
		}
	}
	purpose := func() privacy.PurposeID {
		if chance(12) {
			return "P99"
		}
		return pick(dice, r.Purposes).ID
	}
	category := func() privacy.CategoryID {
		if chance(12) {
			return "D99"
		}
		return pick(dice, r.Categories).ID
	}
	for range dice.IntN(14) {
		c := privacy.Consent{
			ID: "c", Purpose: purpose(), Edition: edition(), Grade: grade(), At: moment(),
			By: *pick(dice, []privacy.ActorKind{privacy.ActorSubject, privacy.ActorRepresentative}),
		}
		if chance(5) {
			c.Withdrawn = moment()
		}
		if chance(5) {
			c.Until = moment()
		}
		s.Give(c)
	}
	for chance(3) {
		s.Object(privacy.Objection{ID: "o", Purpose: purpose(), At: moment()})
	}
	for chance(3) {
		b := privacy.Block{ID: "b", Kind: *pick(dice, []privacy.BlockKind{privacy.KindBlock, privacy.KindDispute}), At: moment()}
		if !chance(3) {
			b.Category = category()
		}
		if chance(2) {
			b.Purpose = purpose()
		}
		s.Set(b)
	}
	for range dice.IntN(10) {
		c := category()
		if chance(8) {
			c += ".face_photo"
		}
		for range 1 + dice.IntN(3) {
			s.Hold(c, purpose(), "app_form", moment())
		}
		if chance(5) {
			s.End(c, *pick(dice, []privacy.ValueState{privacy.ValueDeleted, privacy.ValueShredding, privacy.ValueDestroyed}), noon)
		}
	}
	return s
}
