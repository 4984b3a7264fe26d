package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kupuya/internal/web/api"
)

var update = flag.Bool("update", false, "write testdata/openapi.json anew")

// described gives the description of the site's interface as it is published.
func described(t *testing.T) (raw []byte, v object) {
	t.Helper()
	raw, err := json.MarshalIndent(api.New(nil, nil, nil, nil).OpenAPI(), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return append(raw, '\n'), v
}

func TestOpenAPIIsTheOneThatOthersRelyOn(t *testing.T) {
	t.Parallel()
	const golden = "testdata/openapi.json"
	raw, _ := described(t)
	if *update {
		if err := os.WriteFile(golden, raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(raw, want) {
		t.Errorf("the interface differs from %s; if that is meant, go test ./internal/web/api -run OpenAPI -update", golden)
	}
}

func TestOpenAPIIsServedToAnybody(t *testing.T) {
	t.Parallel()
	h := onSQLite(t)
	a := h.on(h.site, "").get("/openapi.json").is(200)
	if got := a.header.Get("Content-Type"); got != "application/openapi+json" {
		t.Errorf("type %s", got)
	}
	want, _ := described(t)
	var compact bytes.Buffer
	if err := json.Compact(&compact, want); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.TrimSpace(a.body), compact.Bytes()) {
		t.Error("what is served is not what is described")
	}
	if strings.Contains(string(a.body), "/v1/staff") {
		t.Error("the site shows what only the console has")
	}
	if !strings.Contains(string(h.on(h.console, "").get("/openapi.json").is(200).body), "/v1/staff/sessions") {
		t.Error("the console does not show how staff sign in")
	}
}

// walk visits every value of a document with its path.
func walk(v any, path string, visit func(path string, v any)) {
	visit(path, v)
	switch in := v.(type) {
	case object:
		for name, inner := range in {
			walk(inner, path+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name), visit)
		}
	case []any:
		for _, inner := range in {
			walk(inner, path+"/-", visit)
		}
	}
}

// resolve follows a local reference.
func resolve(doc object, ref string) any {
	var v any = doc
	for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		in, _ := v.(object)
		v = in[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]
	}
	return v
}

func TestOpenAPIIsWhole(t *testing.T) {
	t.Parallel()
	_, doc := described(t)
	if doc["openapi"] != "3.1.0" {
		t.Errorf("openapi %v", doc["openapi"])
	}
	used := map[string]bool{}
	walk(doc, "#", func(path string, v any) {
		in, ok := v.(object)
		if !ok {
			return
		}
		if ref, ok := in["$ref"].(string); ok {
			used[ref] = true
			if !strings.HasPrefix(ref, "#/components/") || resolve(doc, ref) == nil {
				t.Errorf("%s refers to %s, which is not there", path, ref)
			}
		}
	})
	for kind, all := range doc["components"].(object) {
		for name := range all.(object) {
			if ref := "#/components/" + kind + "/" + name; !used[ref] && kind != "securitySchemes" {
				t.Errorf("%s is described and never used", ref)
			}
		}
	}
}

func TestEveryOperationIsDescribedWhole(t *testing.T) {
	t.Parallel()
	_, doc := described(t)
	public := []string{"getPolicy", "listEditions", "getEdition", "compareEditions", "explain", "getFiling", "checkpoint", "sendSessionCode", "openSession"}
	inPath := regexp.MustCompile(`\{(\w+)\}`)
	ids := map[string]bool{}
	for path, item := range doc["paths"].(object) {
		for method, v := range item.(object) {
			op := v.(object)
			id, _ := op["operationId"].(string)
			if id == "" || ids[id] || op["summary"] == "" {
				t.Errorf("%s %s has no id of its own, or no summary", method, path)
			}
			ids[id] = true
			security, said := op["security"].([]any)
			if slices.Contains(public, id) != (said && len(security) == 0) {
				t.Errorf("%s: security %v", id, op["security"])
			}
			named := map[string]bool{}
			parameters, _ := op["parameters"].([]any)
			for _, p := range parameters {
				p := p.(object)
				if ref, ok := p["$ref"].(string); ok {
					p = resolve(doc, ref).(object)
				}
				named[p["in"].(string)+" "+p["name"].(string)] = true
				if p["in"] == "path" && p["required"] != true {
					t.Errorf("%s: %s is not required", id, p["name"])
				}
			}
			for _, m := range inPath.FindAllStringSubmatch(path, -1) {
				if !named["path "+m[1]] {
					t.Errorf("%s does not read {%s} of its path", id, m[1])
				}
			}
			if asks := slices.Contains([]string{"findSubject", "may", "read"}, id); named["header Idempotency-Key"] != (method != "get" && !asks) {
				t.Errorf("%s: idempotency key %v", id, named["header Idempotency-Key"])
			}
			responses := op["responses"].(object)
			successes := 0
			for status, r := range responses {
				if strings.HasPrefix(status, "2") {
					successes++
					continue
				}
				if status != "304" && r.(object)["$ref"] != "#/components/responses/Problem" {
					t.Errorf("%s: %s is no problem", id, status)
				}
			}
			if successes != 1 {
				t.Errorf("%s succeeds in %d ways", id, successes)
			}
			for _, status := range []string{"401", "500", "503"} {
				if responses[status] == nil {
					t.Errorf("%s never answers %s", id, status)
				}
			}
			if method != "get" {
				for _, status := range []string{"400", "413", "415", "422"} {
					if responses[status] == nil {
						t.Errorf("%s never answers %s", id, status)
					}
				}
			}
		}
	}
	security := doc["security"].([]any)
	if len(security) != 1 || security[0].(object)["bearer"] == nil {
		t.Errorf("security %v", security)
	}
}
