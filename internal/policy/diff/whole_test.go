package diff

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"kupuya/internal/policy"
)

// nobodys are members of the rules in which editions may differ and yet mean
// and say the same.
var nobodys = map[string]string{
	".Edition":    "names the edition",
	".InForce":    "belongs to one edition",
	".Supersedes": "belongs to one edition",
}

// unsaid are endings of members that are for counsel and change nothing.
var unsaid = regexp.MustCompile(`Cites\[\]\.Why$|^\.Safeguards\[\]\.Cites\[\]\.Article$|^\.(Notice|Acceptance|Rights\[\]|Withdrawal\[\]|Sources\[\]|Operations\[\]|Recipients\[\])\.Clause$`)

// No member of the rules is forgotten: whichever is changed, the report says so.
func TestNoMemberOfTheRulesIsForgotten(t *testing.T) {
	t.Parallel()
	base, before := mega24(t), mega24(t)
	for _, c := range []*policy.Content{&base, &before} {
		c.Texts, c.Rules.Waivers = nil, []policy.Waiver{{Act: "law58", Rule: "x", By: "y", On: "2026-01-01"}}
	}
	seen := map[string]bool{} // whether the report noticed
	var walk func(v reflect.Value, at string)
	try := func(v reflect.Value, at string, other reflect.Value) {
		if seen[at] {
			return
		}
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		v.Set(other)
		r := Compare(before, base)
		v.Set(old)
		seen[at] = len(r.Changes) > 0
	}
	walk = func(v reflect.Value, at string) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i), at+"."+v.Type().Field(i).Name)
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i), at+"[]")
			}
			if v.Len() > 0 {
				try(v, at, reflect.Zero(v.Type()))
			}
		case reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem(), at)
			}
		case reflect.String:
			try(v, at, reflect.ValueOf(v.String()+"x").Convert(v.Type()))
		case reflect.Bool:
			try(v, at, reflect.ValueOf(!v.Bool()))
		default:
			t.Errorf("%s is of a kind the test does not know", at)
		}
	}
	walk(reflect.ValueOf(&base.Rules).Elem(), "")
	for at, noticed := range seen {
		quiet := nobodys[at] != "" || unsaid.MatchString(at)
		if noticed == quiet {
			t.Errorf("%s: said: %v, should be: %v", strings.TrimPrefix(at, "."), noticed, !quiet)
		}
	}
	if len(seen) < 150 {
		t.Errorf("only %d members were tried", len(seen))
	}
}
