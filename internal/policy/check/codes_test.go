package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kupuya/internal/law"
	"kupuya/internal/policy"
	"kupuya/internal/policy/check"
	"kupuya/internal/privacy"
)

// calm takes out of the pack what the house itself is still told of, so that
// every code can be seen to be silent.
func calm(t testing.TB, c *policy.Content) {
	for i := range c.Rules.Purposes {
		c.Rules.Purposes[i].Counsel = "confirmed 2026-12-01"
	}
	for i := range c.Rules.Categories {
		c.Rules.Categories[i].Assessment = "2026/7"
	}
	s := &c.Rules.Safeguards[2]
	s.Approved = append(s.Approved, "security")
	c.Rules.Holder.Register = "123"
	c.Rules.Acceptance.Identification = "https://mega24.example/identification"
	recipient(c, "partner-bank").Agreement.To = ""
	c.Law = tables(t, func(x *law.Tables) {
		for i := range x.Acts {
			x.Acts[i].Unknown, x.Acts[i].From = false, day("1990-01-01")
			x.Acts[i].DoubtFrom = law.Date{}
		}
		act(x, "dc").From, act(x, "rules97").To = day("2026-02-05"), day("2024-03-25")
		for i := range x.Deadlines {
			x.Deadlines[i].Confidence = law.Official
		}
		x.Holds = without(x.Holds, func(h law.Hold) bool { return h.NeedsCounsel })
	})
}

// unavoidable are the codes that the pack of the house keeps even when calm,
// because of what it is: purposes whose bases are kept apart in children,
// special data, a clause on bodies of the state.
var unavoidable = []check.Code{"K-B05", "K-D03", "K-P12"}

func TestACalmPackIsToldNothing(t *testing.T) {
	t.Parallel()
	c := pack(t)
	calm(t, c)
	for _, f := range run(c) {
		if f.Severity != check.Note || !slices.Contains(unavoidable, f.Code) {
			t.Errorf("%+v", f)
		}
	}
}

func TestThePackOfTheHouseMayBePublished(t *testing.T) {
	t.Parallel()
	var codes []string
	for _, f := range run(pack(t)) {
		if f.Severity == check.Error {
			t.Errorf("%+v", f)
		}
		if f.Severity == check.Warning {
			codes = append(codes, string(f.Code)+" "+f.Path)
		}
	}
	// What the Holder and counsel still owe: two assessments, an approval, the
	// rules of identification, the days off, and an example of an agreement that
	// has ended.
	want := "K-D04 categories[D04], K-D04 categories[D13], K-D10 safeguards[fraud-documents].approved, K-L10 , K-L10 , " +
		"K-P18 acceptance.identification, K-R05 recipients[partner-bank].agreement"
	if got := strings.Join(codes, ", "); got != want {
		t.Errorf("warnings %s, want %s", got, want)
	}
}

// spoiled is a pack with one fault, and where it is to be found.
type spoiled struct {
	code  check.Code
	where string // the path, or the clause where there is none
	spoil func(t *testing.T, c *policy.Content)
}

func rules(f func(c *policy.Content)) func(*testing.T, *policy.Content) {
	return func(_ *testing.T, c *policy.Content) { f(c) }
}

var spoils = []spoiled{
	{"K-A01", "2.2", rules(func(c *policy.Content) {
		c.Rules.Clauses = without(c.Rules.Clauses, func(u policy.ClauseUse) bool { return u.Clause == "2.2" })
	})},
	{"K-A02", "purposes[P03]", rules(func(c *policy.Content) { purpose(c, "P03").Clause = "3.99" })},
	{"K-A03", "rights[rectify]", rules(func(c *policy.Content) { right(c, "rectify").Clause = "" })},
	{"K-A03", "clauses[0]", rules(func(c *policy.Content) { c.Rules.Clauses[0].By = "somebody" })},
	{"K-A04", "3.0", rules(func(c *policy.Content) { replace(c, "en", "3.0", "twenty", "nineteen") })},
	{"K-A04", "2.3", rules(func(c *policy.Content) { replace(c, "ru", "2.3", "тринадцать", "двенадцать") })},
	{"K-A04", "4.2", rules(func(c *policy.Content) { replace(c, "ky", "4.2", "он үч", "12") })},
	{"K-A04", "6.1", rules(func(c *policy.Content) { c.Rules.Acceptance.Ways = c.Rules.Acceptance.Ways[:2] })},
	{"K-A05", "3.2", rules(func(c *policy.Content) { replace(c, "ru", "3.2", "согласие", "договор") })},
	{"K-A06", "purposes[P14].terms", rules(func(c *policy.Content) { purpose(c, "P14").Terms.Storage = "2y" })},
	{"K-A06", "3.21", rules(func(c *policy.Content) { replace(c, "en", "3.21", "30 days", "40 days") })},
	{"K-A07", "purposes[P14].terms.why", rules(func(c *policy.Content) { purpose(c, "P14").Terms.Storage = "90d" })},
	{"K-A08", "4.5b", rules(func(c *policy.Content) { c.Rules.Withdrawal = c.Rules.Withdrawal[1:] })},
	{"K-A08", "sources[network]", rules(func(c *policy.Content) { replace(c, "en", "1.2a", "the network, ", "") })},
	{"K-A08", "6.1", rules(func(c *policy.Content) { c.Rules.Acceptance.Ways = c.Rules.Acceptance.Ways[1:] })},
	{"K-A09", "5.2", rules(func(c *policy.Content) { replace(c, "ky", "5.2", "7 жумуш", "10 жумуш") })},
	{"K-A10", "holder.site", rules(func(c *policy.Content) { c.Rules.Holder.Site = "other.example" })},

	{"K-B01", "purposes[P02]", rules(func(c *policy.Content) { purpose(c, "P02").Cites = nil })},
	{"K-B02", "purposes[P08].categories[D11]", rules(func(c *policy.Content) { row(c, "P08", "D11").Cites = nil })},
	{"K-B03", "purposes[P18].basis", rules(func(c *policy.Content) { purpose(c, "P18").Basis = privacy.BasisConsent })},
	{"K-B04", "purposes[P02].switchable", rules(func(c *policy.Content) { purpose(c, "P02").Switchable = false })},
	{"K-B04", "purposes[P01].switchable", rules(func(c *policy.Content) { purpose(c, "P01").Default = "off" })},
	{"K-B05", "purposes[P02].categories[D08]", rules(func(c *policy.Content) { purpose(c, "P18").Clause = "3.2" })},
	{"K-B06", "withdrawal", rules(func(c *policy.Content) {
		c.Rules.Withdrawal = without(c.Rules.Withdrawal, func(w policy.WithdrawalWay) bool { return w.Channel == "app" })
	})},
	{"K-B07", "withdrawal[app].extra", rules(func(c *policy.Content) { c.Rules.Withdrawal[1].Extra = false })},
	{"K-B08", "purposes[P06.ads]", rules(func(c *policy.Content) { purpose(c, "P06.ads").Parent = "" })},
	{"K-B09", "purposes[P15].evidence", rules(func(c *policy.Content) { c.Rules.Acceptance.Ways = c.Rules.Acceptance.Ways[1:] })},
	{"K-B10", "purposes[P01].counsel", rules(func(c *policy.Content) { purpose(c, "P01").Counsel = "" })},
	{"K-B11", "categories[D08].attributes[msisdn].mandatory", rules(func(c *policy.Content) {
		a := &category(c, "D08").Attributes[0]
		a.Mandatory = append(a.Mandatory, "P02")
	})},
	{"K-B12", "purposes[P18].duty", rules(func(c *policy.Content) { purpose(c, "P18").Duty = true })},

	{"K-C01", "purposes[P05].child", rules(func(c *policy.Content) { purpose(c, "P05").Child = privacy.Words{} })},
	{"K-C02", "purposes[P03].minor", rules(func(c *policy.Content) { purpose(c, "P03").Minor = "guardian" })},
	{"K-C02", "purposes[P18].minor", rules(func(c *policy.Content) { purpose(c, "P18").Minor = "locked" })},

	{"K-D01", "categories[D07]", rules(func(c *policy.Content) {
		for i := range c.Rules.Purposes {
			p := &c.Rules.Purposes[i]
			p.Rows = without(p.Rows, func(r policy.Row) bool { return r.Category == "D07" })
		}
	})},
	{"K-D02", "categories[D07].sources", rules(func(c *policy.Content) { category(c, "D07").Sources = nil })},
	{"K-D02", "categories[D09].sources", rules(func(c *policy.Content) {
		c.Rules.Sources = without(c.Rules.Sources, func(s policy.Source) bool { return s.ID == "billing" })
	})},
	{"K-D03", "safeguards", rules(func(c *policy.Content) { category(c, "D02").Classification = privacy.ClassSpecial })},
	{"K-D04", "categories[D13]", rules(func(c *policy.Content) { category(c, "D13").Assessment = "" })},
	{"K-D05", "categories[D04].attributes[issuer]", rules(func(c *policy.Content) { category(c, "D04").Attributes[3].Class = "" })},
	{"K-D06", "categories[D06].classification", rules(func(c *policy.Content) { category(c, "D06").Classification = privacy.ClassPersonal })},
	{"K-D06", "categories[D01].attributes[given].class", rules(func(c *policy.Content) { category(c, "D01").Attributes[1].Class = privacy.ClassPublic })},
	{"K-D07", "categories[D02]", rules(func(c *policy.Content) { category(c, "D02").Attributes = nil })},
	{"K-D08", "categories[D03].attributes[pin].index", rules(func(c *policy.Content) { category(c, "D03").Attributes[0].Index = "" })},
	{"K-D09", "categories[D10].attributes[certificate_photo].only", rules(func(c *policy.Content) { category(c, "D10").Attributes[4].Only = nil })},
	{"K-D10", "safeguards[face-check].approved", rules(func(c *policy.Content) { c.Rules.Safeguards[1].Approved = []string{"officer", "officer"} })},
	{"K-D10", "safeguards[face-check].exception", rules(func(c *policy.Content) { c.Rules.Safeguards[1].Exception = "12" })},

	{"K-E02", "purposes[P01].basis", rules(func(c *policy.Content) { purpose(c, "P01").Basis = "custom" })},

	{"K-L01", "purposes[P01].cites", rules(func(c *policy.Content) { purpose(c, "P01").Cites[0].Act = "law999" })},
	{"K-L02", "purposes[P01].cites", rules(func(c *policy.Content) { purpose(c, "P01").Cites[0].Act = "rules97" })},
	{"K-L02", "rights[access].deadline", func(t *testing.T, c *policy.Content) {
		c.Law = tables(t, func(x *law.Tables) { act(x, "dc").To = day("2026-06-01") })
	}},
	{"K-L03", "purposes[P01].cites", rules(func(c *policy.Content) { purpose(c, "P01").Cites[0].Article = "400 p.1" })},
	{"K-L04", "purposes[P13].categories[D01].terms.cites", func(t *testing.T, c *policy.Content) {
		c.Law = tables(t, func(x *law.Tables) { act(x, "tax").Replaced = "cc" })
	}},
	{"K-L05", "rights[access].deadline", rules(func(c *policy.Content) { right(c, "access").Deadline = "soon" })},
	{"K-L06", "purposes[P15.case].cites", rules(func(c *policy.Content) { purpose(c, "P15.case").Cites = purpose(c, "P15.case").Cites[:1] })},
	{"K-L06", "purposes[P01].categories[D10].cites", rules(func(c *policy.Content) { row(c, "P01", "D10").Cites = nil })},
	{"K-L07", "purposes[P01].cites[0]", rules(func(c *policy.Content) { purpose(c, "P01").Cites[0].Why = "" })},
	{"K-L08", "waivers[0]", rules(func(c *policy.Content) { c.Rules.Waivers = []policy.Waiver{waiver("tax", "purposes[P01].cites")} })},
	{"K-L09", "waivers[0]", rules(func(c *policy.Content) {
		c.Rules.Waivers = []policy.Waiver{waiver("tax", "purposes[P01].cites")}
		c.Rules.Waivers[0].By = ""
	})},
	{"K-L10", "", func(t *testing.T, c *policy.Content) {
		c.Law = tables(t, func(x *law.Tables) { x.Years = x.Years[:1] })
	}},
	{"K-L11", "", func(t *testing.T, c *policy.Content) { c.Law = tables(t, func(*law.Tables) {}) }},
	{"K-L12", "purposes[P01].terms.cites", func(t *testing.T, c *policy.Content) {
		c.Law = tables(t, func(x *law.Tables) { act(x, "cc").To = day("2027-01-01") })
	}},

	{"K-N01", "holder.regulator", rules(func(c *policy.Content) { c.Rules.Holder.Regulator = privacy.Words{} })},
	{"K-N02", "holder.register", rules(func(c *policy.Content) { c.Rules.Holder.Register = "" })},
	{"K-N03", "acceptance.ways[wink]", rules(func(c *policy.Content) { c.Rules.Acceptance.Ways[2].ID = "wink" })},
	{"K-N04", "operations", rules(func(c *policy.Content) { c.Rules.Operations = c.Rules.Operations[1:] })},
	{"K-N04", "operations", rules(func(c *policy.Content) { c.Rules.Operations[8].Kinds = nil })},
	{"K-N05", "in_force", rules(func(c *policy.Content) { c.Rules.InForce = "soon" })},
	{"K-N06", "acceptance.summary", rules(func(c *policy.Content) { c.Rules.Acceptance.SummaryLines = c.Rules.Acceptance.SummaryLines[:7] })},
	{"K-N07", "rights", rules(func(c *policy.Content) { c.Rules.Rights = c.Rules.Rights[1:] })},
	{"K-N08", "rights[access].deadline", rules(func(c *policy.Content) { right(c, "access").Deadline = "portability" })},

	{"K-P01", "notice.mode", rules(func(c *policy.Content) { c.Rules.Notice.Mode = "none" })},
	{"K-P01", "notice.ahead", rules(func(c *policy.Content) { c.Rules.Notice.Ahead = "29d" })},
	{"K-P02", "purposes[P02].evidence", rules(func(c *policy.Content) { purpose(c, "P02").Evidence = "continued_use" })},
	{"K-P03", "consent_form.heading", rules(func(c *policy.Content) { c.Rules.ConsentForm.Heading = privacy.Words{} })},
	{"K-P04", "withdrawal", rules(func(c *policy.Content) { c.Rules.Withdrawal = c.Rules.Withdrawal[:1] })},
	{"K-P05", "purposes[P16.face].categories[D04].safeguard", rules(func(c *policy.Content) { row(c, "P16.face", "D04").Safeguard = "" })},
	{"K-P05", "categories[D04].classification", rules(func(c *policy.Content) { category(c, "D04").Classification = privacy.ClassPersonal })},
	{"K-P06", "categories[D10].child", rules(func(c *policy.Content) { row(c, "P01", "D10").Cites, row(c, "P16", "D10").Cites = nil, nil })},
	{"K-P06", "2.3.10", rules(func(c *policy.Content) { category(c, "D10").Child = false })},
	{"K-P07", "categories[D13].third_persons", rules(func(c *policy.Content) { category(c, "D13").ThirdPersons = false })},
	{"K-P08", "purposes[P06.ads].marketing", rules(func(c *policy.Content) { purpose(c, "P06.ads").Marketing = false })},
	{"K-P09", "purposes[P15.case].cites", rules(func(c *policy.Content) { purpose(c, "P15.case").Cites = purpose(c, "P15.case").Cites[:1] })},
	{"K-P10", "rights[dispute]", rules(func(c *policy.Content) { right(c, "dispute").Deadline = "" })},
	{"K-P11", "purposes[P02].terms", rules(func(c *policy.Content) { purpose(c, "P02").Terms.Storage = "" })},
	{"K-P12", "recipients", rules(func(c *policy.Content) {
		c.Rules.Recipients = without(c.Rules.Recipients, func(r policy.Recipient) bool { return r.Kind == "authority" })
	})},
	{"K-P13", "3.0", rules(func(c *policy.Content) {
		write(c, "ky", "3.0", "Көчмө радиотелефон байланыш кызматын көрсөтүү эрежелерине таянат.")
	})},
	{"K-P14", "2.3.7", rules(func(c *policy.Content) { write(c, "ru", "2.3.7", "Электронная почта и т. д.") })},
	{"K-P15", "3.20", rules(func(c *policy.Content) {
		write(c, "en", "3.20", "For other purposes, with the consent of the subscriber.")
	})},
	{"K-P16", "rights[delete]", rules(func(c *policy.Content) { right(c, "delete").Deadline = "" })},
	{"K-P17", "holder.places", rules(func(c *policy.Content) { c.Rules.Holder.Places = privacy.Words{} })},
	{"K-P17", "purposes[P02].off", rules(func(c *policy.Content) { purpose(c, "P02").Off = privacy.Words{} })},
	{"K-P18", "acceptance.identification", rules(func(c *policy.Content) { c.Rules.Acceptance.Identification = " " })},

	{"K-R01", "purposes[P10].recipients", rules(func(c *policy.Content) { purpose(c, "P10").Recipients = nil })},
	{"K-R02", "purposes[P02].recipients", rules(func(c *policy.Content) { purpose(c, "P02").Recipients = []privacy.RecipientID{"billing"} })},
	{"K-R03", "recipients[tunduk]", rules(func(c *policy.Content) { purpose(c, "P16").Recipients = nil })},
	{"K-R04", "recipients[billing].agreement", rules(func(c *policy.Content) { recipient(c, "billing").Agreement.Ref = "" })},
	{"K-R05", "recipients[billing].agreement", rules(func(c *policy.Content) { recipient(c, "billing").Agreement.To = "2026-03-01" })},
	{"K-R06", "recipients[billing].country", rules(func(c *policy.Content) { recipient(c, "billing").Country = "DE" })},
	{"K-R07", "3.12", rules(func(c *policy.Content) {
		c.Rules.Recipients = without(c.Rules.Recipients, func(r policy.Recipient) bool { return r.Kind == "partner" })
	})},

	{"K-T01", "purposes[P02].terms", rules(func(c *policy.Content) { purpose(c, "P02").Terms.From = "" })},
	{"K-T02", "purposes[P02].terms", rules(func(c *policy.Content) { purpose(c, "P02").Terms.Processing = "while" })},
	{"K-T03", "purposes[P11].terms", rules(func(c *policy.Content) { purpose(c, "P11").Terms.Storage = "7d" })},
	{"K-T03", "purposes[P02].terms", rules(func(c *policy.Content) { purpose(c, "P02").Terms.Storage = "30d" })},
	{"K-T04", "purposes[P04].terms", rules(func(c *policy.Content) { purpose(c, "P04").Terms.Cites = purpose(c, "P04").Terms.Cites[:1] })},
	{"K-T05", "purposes[P13].categories[D09]", rules(func(c *policy.Content) { row(c, "P13", "D09").Keep = false })},
	{"K-T05", "purposes[P04].categories[D07]", rules(func(c *policy.Content) { row(c, "P04", "D07").Keep = true })},

	{"K-W01", "", rules(func(c *policy.Content) { delete(c.Texts, "ru") })},
	{"K-W02", "1.4", rules(func(c *policy.Content) {
		t := c.Texts["ru"]
		t.Clauses = without(t.Clauses, func(x policy.Clause) bool { return x.ID == "1.4" })
		c.Texts["ru"] = t
	})},
	{"K-W03", "purposes[P01].plain", rules(func(c *policy.Content) { purpose(c, "P01").Plain.En = "" })},
	{"K-W04", "purposes[P01].plain", rules(func(c *policy.Content) { purpose(c, "P01").Plain = privacy.Words{} })},
	{"K-W05", "purposes[P01].plain", rules(func(c *policy.Content) { w := &purpose(c, "P01").Plain; w.Ky, w.Ru = w.Ru, w.Ky })},
	{"K-W05", "withdrawal[letter].title", rules(func(c *policy.Content) { w := &c.Rules.Withdrawal[0].Title; w.Ky, w.Ru = w.Ru, w.Ky })},
	{"K-W05", "2.1", rules(func(c *policy.Content) { write(c, "en", "2.1", c.Texts["ru"].Clauses[6].Text) })},
	{"K-W07", "3.21", rules(func(c *policy.Content) { replace(c, "ru", "3.21", "90", "60") })},
	{"K-W08", "1.3", rules(func(c *policy.Content) { replace(c, "ru", "1.3", "mega24.kg", "mega.kg") })},
	{"K-W09", "3.21", rules(func(c *policy.Content) { replace(c, "en", "3.21", "; billing", ", billing") })},
	{"K-W10", "purposes[P03].title", rules(func(c *policy.Content) { purpose(c, "P03").Title.Ru = purpose(c, "P02").Title.Ru })},
	{"K-W11", "purposes[P02].plain", rules(func(c *policy.Content) { purpose(c, "P02").Plain.Ky = strings.Repeat("сөз ", 60) })},
	{"K-W11", "purposes[P05].child", rules(func(c *policy.Content) { purpose(c, "P05").Child.En = strings.Repeat("word ", 30) })},
}

func waiver(act law.ActID, rule string) policy.Waiver {
	return policy.Waiver{Act: act, Rule: rule, Reason: privacy.Words{Ky: "себеби", Ru: "причина", En: "a reason"}, By: "officer-1", On: "2026-11-24"}
}

func TestEveryFaultIsNamedWhereItStands(t *testing.T) {
	t.Parallel()
	for i, s := range spoils {
		t.Run(fmt.Sprint(s.code, " ", i), func(t *testing.T) {
			t.Parallel()
			c := pack(t)
			calm(t, c)
			before := of(run(c), s.code)
			s.spoil(t, c)
			for _, f := range of(run(c), s.code) {
				at := f.Path
				if at == "" || s.where == string(f.Clause) {
					at = string(f.Clause)
				}
				if at == s.where && !slices.ContainsFunc(before, func(o check.Finding) bool { return fmt.Sprint(o) == fmt.Sprint(f) }) {
					return
				}
			}
			t.Errorf("%s is not told of %s: %+v", s.where, s.code, of(run(c), s.code))
		})
	}
}

// elsewhere are the codes that other tests see.
var elsewhere = []check.Code{"K-E01", "K-Q01", "K-W06"}

func TestEveryCodeHasAFaultThatItNames(t *testing.T) {
	t.Parallel()
	last := check.Code("")
	for _, info := range check.Codes() {
		if info.Code <= last {
			t.Errorf("%s comes after %s", info.Code, last)
		}
		last = info.Code
		seen := slices.Contains(elsewhere, info.Code) || slices.ContainsFunc(spoils, func(s spoiled) bool { return s.code == info.Code })
		if !seen {
			t.Errorf("no test shows what %s finds", info.Code)
		}
		if _, known := pack(t).Law.Article(info.Article); !known {
			t.Errorf("%s rests on %s, which the registry does not list", info.Code, info.Article)
		}
	}
	if n := len(check.Codes()); n < 50 {
		t.Errorf("only %d codes", n)
	}
}
