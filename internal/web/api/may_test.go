package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kupuya/internal/privacy"
)

func TestMayAnswersInTheFormThatOthersRelyOn(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	p := s.person()
	id := s.crm.subscriber(p)
	no := s.crm.post("/v1/may", object{"subject": id, "purpose": "P03", "category": "D09", "operation": "use", "recipient": nil}).is(200)
	if want := `{"allowed":false,"reason":"no_consent","clause":"3.3","basis":"consent","edition":"mega24/2026-1","until":null,"as_of":"2026-11-23T06:00:00Z"}`; strings.TrimSpace(string(no.body)) != want {
		t.Errorf("answer %s, want %s", no.body, want)
	}
	if no.header.Get("Content-Type") != "application/json" || no.header.Get("Cache-Control") != "no-store" {
		t.Errorf("header %v", no.header)
	}
	s.crm.consent(id, "P03")
	yes := s.crm.post("/v1/may", object{"msisdn": p.number, "purpose": "P03", "category": "D09", "operation": "use"}).is(200)
	until, err := time.Parse(time.RFC3339, yes.text("until"))
	if yes.at("allowed") != true || yes.text("reason") != "allowed" || err != nil || !until.After(noon) {
		t.Errorf("answer %s", yes.body)
	}
	many := s.crm.post("/v1/may", object{"questions": []object{
		{"subject": id, "purpose": "P03", "category": "D09", "operation": "use"},
		{"subject": nobodyID, "purpose": "P03", "category": "D09", "operation": "use"},
		{"msisdn": "+996993999999", "purpose": "P18", "category": "D01", "operation": "use"},
		{"subject": id, "purpose": "P18", "category": "D06", "operation": "use"},
	}}).is(200)
	for i, want := range []string{"allowed", "no_subject", "no_subject", "not_in_policy"} {
		if got := many.text(fmt.Sprintf("answers.%d.reason", i)); got != want {
			t.Errorf("answer %d: %s, want %s", i, got, want)
		}
	}
	if got := strings.TrimSpace(string(s.crm.post("/v1/may", object{"questions": []object{}}).is(200).body)); got != `{"answers":[]}` {
		t.Errorf("no questions: %s", got)
	}
	for reason, n := range map[string]int{"no_consent": 1, "allowed": 2, "no_subject": 2, "not_in_policy": 1} {
		if got := s.counts.decisions[reason]; got != n {
			t.Errorf("%d decisions %s were counted, want %d", got, reason, n)
		}
	}
}

func TestMayRefusesWhatIsNoQuestion(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.someone()
	ask := func(changes object) object {
		q := object{"subject": id, "purpose": "P18", "category": "D01", "operation": "use"}
		for name, v := range changes {
			if q[name] = v; v == "-" {
				delete(q, name)
			}
		}
		return q
	}
	decided := len(s.counts.decisions)
	for name, c := range map[string]struct {
		body object
		code string
		want []string
	}{
		"a purpose the edition lacks":         {ask(object{"purpose": "P99"}), "unknown_name", []string{"field=purpose", "name=P99"}},
		"a category the edition lacks":        {ask(object{"category": "D99"}), "unknown_name", []string{"field=category", "name=D99"}},
		"an operation the law lacks":          {ask(object{"operation": "sell"}), "unknown_name", []string{"field=operation", "name=sell"}},
		"two operations in one word":          {ask(object{"operation": "use,store"}), "unknown_name", []string{"field=operation"}},
		"a recipient the edition lacks":       {ask(object{"recipient": "acme"}), "unknown_name", []string{"field=recipient", "name=acme"}},
		"a member it does not know":           {ask(object{"consent": true}), "unknown_name", []string{"field=consent", "name=consent"}},
		"a member in capital letters":         {ask(object{"Recipient": "regulator"}), "unknown_name", []string{"name=Recipient"}},
		"no purpose":                          {ask(object{"purpose": "-"}), "missing_value", []string{"field=purpose"}},
		"an empty category":                   {ask(object{"category": ""}), "missing_value", []string{"field=category"}},
		"no operation":                        {ask(object{"operation": "-"}), "missing_value", []string{"field=operation"}},
		"nobody":                              {ask(object{"subject": "-"}), "missing_value", []string{"field=subject"}},
		"somebody twice":                      {ask(object{"msisdn": "+996992000001"}), "bad_value", []string{"field=msisdn", "problem=value.twice"}},
		"a number that is none":               {ask(object{"subject": "-", "msisdn": "12"}), "bad_value", []string{"field=msisdn", "problem=msisdn.length"}},
		"one question and a list":             {ask(object{"questions": []object{}}), "bad_value", []string{"field=questions", "problem=value.twice"}},
		"a number for a purpose":              {ask(object{"purpose": 18}), "bad_value", []string{"field=purpose", "problem=value.type"}},
		"a list of what is no question":       {object{"questions": []any{1}}, "bad_value", []string{"field=questions[0]", "problem=value.type"}},
		"questions that are no list":          {object{"questions": object{}}, "bad_value", []string{"field=questions", "problem=value.type"}},
		"a fault in one of many":              {object{"questions": []object{ask(nil), ask(object{"operation": "sell"})}}, "unknown_name", []string{"field=questions[1].operation", "name=sell"}},
		"a member it does not know in a list": {object{"questions": []object{ask(object{"why": ""})}}, "unknown_name", []string{"field=questions[0].why", "name=why"}},
		"too many questions":                  {object{"questions": make([]object, 1001)}, "bad_value", []string{"field=questions", "problem=value.list"}},
		"nothing":                             {object{}, "missing_value", nil},
	} {
		t.Run(name, func(t *testing.T) {
			c2 := *s.crm
			c2.t = t
			c2.post("/v1/may", c.body).fails(422, c.code, c.want...)
		})
	}
	if len(s.counts.decisions) != decided {
		t.Errorf("decisions %v", s.counts.decisions)
	}
}

func TestReasonsAreTheClosedSetOfThePublishedInterface(t *testing.T) {
	t.Parallel()
	const published = "allowed not_in_policy no_subject deleted destroyed blocked disputed objected not_accepted no_agreement no_consent consent_expired " +
		"consent_withdrawn evidence_too_weak term_reached minor_locked safeguards_missing recipient_unknown actor_not_allowed basis_not_in_force"
	var have []string
	for _, r := range privacy.Reasons {
		have = append(have, string(r))
	}
	if got := strings.Join(have, " "); got != published {
		t.Errorf("reasons %s", got)
	}
	_, doc := described(t)
	enum := resolve(doc, "#/components/schemas/Answer").(object)["properties"].(object)["reason"].(object)["enum"]
	if got := fmt.Sprint(enum); got != "["+published+"]" {
		t.Errorf("described reasons %s", got)
	}
}
