package holder_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/privacy"
)

// DC-86 p.4: none of the seven clauses may be missing, nor what the house asks besides.
func TestARecipientIsActivatedOnlyWhenNothingIsMissing(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		for member, clear := range map[string]func(*holder.Contract){
			"from":                      func(k *holder.Contract) { k.From = time.Time{} },
			"nature":                    func(k *holder.Contract) { k.Nature = "" },
			"purposes":                  func(k *holder.Contract) { k.Purposes = nil },
			"fields":                    func(k *holder.Contract) { k.Fields, k.Identifier = nil, nil },
			"subject_categories":        func(k *holder.Contract) { k.Subjects = nil },
			"written_instructions_only": func(k *holder.Contract) { k.Written = false },
			"access_limits":             func(k *holder.Contract) { k.Access = "" },
			"procedures.rectify":        func(k *holder.Contract) { k.Procedures.Rectify = "" },
			"procedures.complete":       func(k *holder.Contract) { k.Procedures.Complete = "" },
			"procedures.erase":          func(k *holder.Contract) { k.Procedures.Erase = "" },
			"procedures.restrict":       func(k *holder.Contract) { k.Procedures.Restrict = "" },
			"recording":                 func(k *holder.Contract) { k.Recording = "" },
			"incident_hours":            func(k *holder.Contract) { k.IncidentHours = 0 },
			"subprocessors":             func(k *holder.Contract) { k.Subprocessors = "" },
			"confirm_hours":             func(k *holder.Contract) { k.ConfirmHours = 0 },
		} {
			k := contracts()["billing"]
			clear(&k)
			st := must(h.RegisterRecipient(ctx, officer, k))(t)
			if st.State != "draft" || len(st.Missing) != 1 || st.Missing[0] != member {
				t.Errorf("without %s: %s, missing %v", member, st.State, st.Missing)
			}
			_, err := h.ActivateRecipient(ctx, officer, "billing")
			var e *privacy.Error
			if !errors.As(err, &e) || e.Code != privacy.MissingValue || e.Field != "contract."+member || e.Problem != "recipient.incomplete" {
				t.Errorf("without %s it is activated: %v", member, err)
			}
		}
		h.recipients(t, "billing")
		if all := must(h.Recipients(ctx, auditor))(t); len(all) != 1 || all[0].State != "active" || len(all[0].Missing) != 0 {
			t.Errorf("%+v", all)
		}
		st := must(h.RegisterRecipient(ctx, officer, contracts()["billing"]))(t) // words that nobody has activated
		if st.State != "draft" {
			t.Errorf("a changed contract is %s", st.State)
		}
		authority := contracts()["court"]
		authority.Cites = holder.Provision{}
		if st := must(h.RegisterRecipient(ctx, officer, authority))(t); len(st.Missing) != 1 || st.Missing[0] != "cites" {
			t.Errorf("an authority without an article lacks %v", st.Missing)
		}
		h.verify(t)
	})
}

func TestWhatCannotBeAgreedIsRefused(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	for name, c := range map[string]struct {
		set     func(*holder.Contract)
		code    privacy.Code
		field   string
		problem string
	}{
		"a sale":                          {func(k *holder.Contract) { k.Kind = "sale" }, privacy.Refused, "kind", "recipient.sale"},
		"another kind than the edition's": {func(k *holder.Contract) { k.Kind = "partner" }, privacy.BadValue, "kind", "recipient.kind"},
		"a recipient of no edition":       {func(k *holder.Contract) { k.Recipient = "uncle" }, privacy.UnknownName, "recipient", ""},
		"another country":                 {func(k *holder.Contract) { k.Country = "KZ" }, privacy.BadValue, "country", "recipient.country"},
		"an end before the beginning":     {func(k *holder.Contract) { k.To = k.From }, privacy.BadValue, "to", "recipient.period"},
		"49 hours for an incident":        {func(k *holder.Contract) { k.IncidentHours = 49 }, privacy.BadValue, "incident_hours", "recipient.incident"},
		"a quarter of a year to confirm":  {func(k *holder.Contract) { k.ConfirmHours = 24 * 90 }, privacy.BadValue, "confirm_hours", "recipient.confirm"},
		"any sub-processors":              {func(k *holder.Contract) { k.Subprocessors = "any" }, privacy.BadValue, "subprocessors", "recipient.subprocessors"},
		"named ones that are not allowed": {func(k *holder.Contract) { k.Permitted = []string{"uncle"} }, privacy.BadValue, "subprocessors", "recipient.subprocessors"},
		"a purpose that names him not":    {func(k *holder.Contract) { k.Purposes = []privacy.PurposeID{"P17"} }, privacy.UnknownName, "purposes", "recipient.purpose"},
		"a category the edition has not":  {func(k *holder.Contract) { k.Fields = []string{"D03.pin"} }, privacy.UnknownName, "fields", "disclosure.field"},
		"a field of no category":          {func(k *holder.Contract) { k.Fields = []string{"D01"} }, privacy.UnknownName, "fields", "disclosure.field"},
		"a number as an ordinary field":   {func(k *holder.Contract) { k.Fields = []string{"D08.msisdn"} }, privacy.UnknownName, "fields", "recipient.identifier"},
		"a name as an identifier":         {func(k *holder.Contract) { k.Identifier = []string{"D01.surname"} }, privacy.UnknownName, "identifiers", "recipient.identifier"},
		"our own id as an ordinary field": {func(k *holder.Contract) { k.Fields = []string{"subject"} }, privacy.UnknownName, "fields", "disclosure.field"},
		"an act that is not in force":     {func(k *holder.Contract) { k.Cites = holder.Provision{Act: "law58", Article: "24"} }, privacy.BadValue, "cites", "citation.not_in_force"},
		"an act of no registry":           {func(k *holder.Contract) { k.Cites = holder.Provision{Act: "ghost", Article: "1"} }, privacy.BadValue, "cites", "citation.unknown"},
		"an article that was not read":    {func(k *holder.Contract) { k.Cites = holder.Provision{Act: "dc", Article: "999"} }, privacy.BadValue, "cites", "citation.unknown"},
		"a ground to cross no border":     {func(k *holder.Contract) { k.Ground = "consent" }, privacy.BadValue, "ground", "recipient.home"},
		"words without end":               {func(k *holder.Contract) { k.Nature = strings.Repeat("x", 2001) }, privacy.TooLarge, "nature", ""},
	} {
		k := contracts()["billing"]
		c.set(&k)
		_, err := h.RegisterRecipient(ctx, officer, k)
		var e *privacy.Error
		if !errors.As(err, &e) || e.Code != c.code || e.Field != c.field || e.Problem != c.problem {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, who := range []privacy.Actor{crm, clerk, auditor, bearer("billing"), {}} {
		refusedAs(t, failure(h.RegisterRecipient(ctx, who, contracts()["billing"])), privacy.Forbidden, "")
		refusedAs(t, failure(h.ActivateRecipient(ctx, who, "billing")), privacy.Forbidden, "")
		refusedAs(t, failure(h.SuspendRecipient(ctx, who, "billing", "other")), privacy.Forbidden, "")
		refusedAs(t, failure(h.SetEndpoint(ctx, who, "billing", "")), privacy.Forbidden, "")
	}
	refusedAs(t, failure(h.ActivateRecipient(ctx, officer, "billing")), privacy.NotFound, "")
	refusedAs(t, failure(h.SuspendRecipient(ctx, officer, "billing", "anger")), privacy.BadValue, "")
	for _, who := range []privacy.Actor{crm, clerk, bearer("billing")} {
		refusedAs(t, failure(h.Recipients(ctx, who)), privacy.Forbidden, "")
	}
}

// DC-89, law F5: abroad nothing goes without a ground from the closed list, and the
// list of adequate countries ships empty.
func TestAcrossABorderNothingGoesWithoutAGround(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	ctx := context.Background()
	h.enact(t, variant(t, 2, func(rules string) string {
		i := strings.Index(rules, "  - id: billing\n    kind")
		return rules[:i] + strings.Replace(rules[i:], "country: KG", "country: KZ", 1)
	}))
	id := h.subscriber(aibek)
	abroad := func(ground string, cites holder.Provision) (holder.RecipientState, error) {
		k := contracts()["billing"]
		k.Country, k.Ground, k.GroundCites = "KZ", ground, cites
		return h.RegisterRecipient(ctx, officer, k)
	}
	dc89 := holder.Provision{Act: "dc", Article: "89"}
	if st := must(abroad("", holder.Provision{}))(t); len(st.Missing) != 1 || st.Missing[0] != "ground" {
		t.Errorf("without a ground it lacks %v", st.Missing)
	}
	refusedAs(t, failure(h.ActivateRecipient(ctx, officer, "billing")), privacy.MissingValue, "")
	refusedAs(t, failure(abroad("habit", dc89)), privacy.BadValue, "")
	refusedAs(t, failure(abroad("adequate", dc89)), privacy.Refused, privacy.RecipientUnknown)
	refusedAs(t, failure(abroad("treaty", holder.Provision{})), privacy.MissingValue, "")
	give := func() holder.Disclosed {
		t.Helper()
		return must(h.Disclose(ctx, crm, holder.Transfer{Subject: id, Recipient: "billing", Purpose: "P18", Fields: []string{"D01.surname"}}))(t)
	}
	must(abroad("consent", dc89))(t)
	must(h.ActivateRecipient(ctx, officer, "billing"))(t)
	if out := give(); len(out.Fields) > 0 || out.Refused[0].Reason != privacy.NoConsent { // it rests on the contract, not on his consent
		t.Errorf("on the ground of a consent nobody gave %v leave", names(out))
	}
	must(abroad("contract", dc89))(t)
	must(h.ActivateRecipient(ctx, officer, "billing"))(t)
	if out := give(); len(out.Fields) != 1 {
		t.Errorf("on a ground from the list %+v", out)
	}
	if given := must(h.Disclosures(ctx, self(id), id))(t); given[0].Ground != "contract" || given[0].Country != "KZ" {
		t.Errorf("he is told %+v", given[0])
	}
}
