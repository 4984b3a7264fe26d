package whatif_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"kupuya/internal/policy/whatif"
	"kupuya/internal/privacy"
)

func TestEverySubjectStandsToAnEditionInOneWay(t *testing.T) {
	t.Parallel()
	rules, _ := pack(t)
	editions := []privacy.EditionID{"t/1", "t/2", "t/3"}
	dice := rand.New(rand.NewPCG(5, 6))
	all, part := whatif.NewAcceptances(editions...), whatif.NewAcceptances(editions...)
	var living int64
	for i := range 1000 {
		s := somebody(dice, &rules, editions)
		if s.Status != privacy.StatusDestroyed && s.Status != privacy.StatusDestroying {
			living++
		}
		if i%3 == 0 {
			part.Look(s)
		} else {
			all.Look(s)
		}
	}
	all.Add(part)
	if all.Living != living {
		t.Errorf("%d living, want %d", all.Living, living)
	}
	for _, e := range all.Editions {
		if e.Explicit+e.Deemed+e.Refused+e.None != living || e.Tick+e.Drawn+e.SMS+e.Qualified != e.Explicit {
			t.Errorf("does not add up to %d: %+v", living, e)
		}
		if e.Explicit == 0 || e.Deemed == 0 || e.Refused == 0 || e.None == 0 {
			t.Errorf("nobody drawn for one answer: %+v", e)
		}
	}
}

func TestTheLaterOfAcceptanceAndRefusalCounts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		grade    privacy.Grade
		refused  time.Duration // after the acceptance; a second edition where it is zero
		edition  privacy.EditionID
		explicit int64
		deemed   int64
		no       int64
		none     int64
	}{
		"accepted":                  {grade: privacy.GradeSMS, edition: "x", explicit: 1},
		"went on using the service": {grade: privacy.GradeContinuedUse, edition: "x", deemed: 1},
		"did nothing":               {none: 1, edition: "x"},
		"refused, then accepted":    {grade: privacy.GradeTick, edition: "e", refused: -1, explicit: 1},
		"accepted, then refused":    {grade: privacy.GradeTick, edition: "e", refused: 1, no: 1},
		"both at once":              {grade: privacy.GradeTick, edition: "e", no: 1},
		"refused alone":             {edition: "e", refused: 1, no: 1},
	} {
		s := &privacy.Subject{
			Status: privacy.StatusRegistered, Accepted: privacy.Acceptance{Edition: "e", Grade: c.grade, At: noon},
			Refused: privacy.Refusal{Edition: c.edition, At: noon.Add(c.refused)},
		}
		a := whatif.NewAcceptances("e")
		a.Look(s)
		if e := a.Editions[0]; e.Explicit != c.explicit || e.Deemed != c.deemed || e.Refused != c.no || e.None != c.none {
			t.Errorf("%s: %+v", name, e)
		}
	}
}
