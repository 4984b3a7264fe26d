package api

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"kupuya/internal/privacy"
)

// bodies are seeds: what is read, and what is not.
var bodies = []string{
	`{}`, `null`, `[]`, `"x"`, ``, ` {} `, `{} {}`, `{"a":1,"a":2}`, `{"a":{"b":[1,2,{"c":null}]}}`, "{\"a\":\"\xff\"}", `{"a":"\ud800"}`,
	`{"subject":"0199c0de-0000-7000-8000-000000000001","purpose":"P03","category":"D06","operation":"use","recipient":null}`,
	`{"msisdn":"+996991000001","purpose":"P18","category":"D01","operation":"use"}`,
	`{"questions":[{"subject":"x","purpose":"P18","category":"D01","operation":"use"},{}]}`,
	`{"questions":null}`, `{"questions":[null]}`, `{"questions":{}}`, `{"Purpose":"P03"}`, `{"purpose":3}`, `{"questions":[{"why":1}]}`, `{"осмонов":1}`,
	strings.Repeat(`{"a":`, 17) + "1" + strings.Repeat("}", 17), "\ufeff{}",
}

// depth is how deep a value is nested.
func depth(v any) int {
	most := 0
	switch in := v.(type) {
	case map[string]any:
		for _, inner := range in {
			most = max(most, depth(inner))
		}
		return most + 1
	case []any:
		for _, inner := range in {
			most = max(most, depth(inner))
		}
		return most + 1
	}
	return 0
}

func FuzzCheckJSON(f *testing.F) {
	for _, b := range bodies {
		f.Add([]byte(b))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		before := bytes.Clone(body)
		err := checkJSON(body)
		if !bytes.Equal(body, before) {
			t.Fatal("the body was changed")
		}
		var v map[string]any
		readable := stdjson.Unmarshal(body, &v) == nil && v != nil && utf8.Valid(body)
		if err != nil {
			var e *privacy.Error
			if !errors.As(err, &e) || e.Code != privacy.Invalid || e.Err != nil {
				t.Fatalf("error %v", err)
			}
			if readable && depth(v) <= maxDepth && jsontext.Value(body).IsValid() {
				t.Fatalf("%s: refused with %v", body, err)
			}
			return
		}
		if !readable || depth(v) > maxDepth || !jsontext.Value(body).IsValid() {
			t.Fatalf("%q is let through", body)
		}
	})
}

var safeField = regexp.MustCompile(`^([A-Za-z0-9._-]|\[\d{1,5}\]|\?\?\?)*$`)

func FuzzMayBody(f *testing.F) {
	for _, b := range bodies {
		f.Add([]byte(b))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if checkJSON(body) != nil {
			return
		}
		questions, one, err := readQuestions(body)
		if err != nil {
			var e *privacy.Error
			if !errors.As(err, &e) || e.Code != privacy.BadValue && e.Code != privacy.UnknownName || e.Err != nil || !safeField.MatchString(e.Field) || !safeField.MatchString(e.Name) {
				t.Fatalf("%s: error %v", body, err)
			}
			return
		}
		if one && len(questions) != 1 || len(questions) > maxQuestions {
			t.Fatalf("%d questions, one: %v", len(questions), one)
		}
		// Another reader must read the same.
		var other MayBody
		d := stdjson.NewDecoder(bytes.NewReader(body))
		d.DisallowUnknownFields()
		if err := d.Decode(&other); err != nil {
			t.Fatalf("%s: read here, elsewhere %v", body, err)
		}
		if one {
			other.Questions = []Question{other.Question}
		}
		if !reflect.DeepEqual(other.Questions, questions) {
			t.Fatalf("%s: read as %v, elsewhere as %v", body, questions, other.Questions)
		}
		for i := range questions {
			if ask, err := questions[i].ask(); err == nil && (ask.Operation == 0 || ask.Purpose == "" || ask.Category == "") {
				t.Fatalf("%s: asks nothing: %v", body, ask)
			}
		}
	})
}

func TestNoLocationRepeatsADatum(t *testing.T) {
	t.Parallel()
	for location, want := range map[string]string{
		"body":                             "",
		"body.data.D01.surname":            "data.D01.surname",
		"body.data.Осмонов Бакыт":          "data.???",
		"body.value.20501199000077":        "value.???",
		"body.questions[3].purpose":        "questions[3].purpose",
		"body.x[Осмонов]":                  "???",
		"body.x[0].Осмонов[1]":             "x[0].???[1]",
		"query.limit":                      "limit",
		"body.categories[0]":               "categories[0]",
		"body." + strings.Repeat("a", 41):  "???",
		"header.Idempotency-Key":           "Idempotency-Key",
		"body.aibek@example.org.something": "???.org.something",
	} {
		if got := fieldOf(location); got != want {
			t.Errorf("fieldOf(%q) = %q, want %q", location, got, want)
		}
	}
}
