package policyfile

import (
	"strings"
	"testing"
	"testing/fstest"

	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

func TestADraftIsReadAsFarAsItGoes(t *testing.T) {
	t.Parallel()
	const text = "# Саясат\n\n## 1 Жалпы\n\nМаалымат иштетилет. {#1.1}\n"
	fsys := func(files map[string]string) fstest.MapFS {
		out := fstest.MapFS{}
		for name, data := range files {
			out[name] = &fstest.MapFile{Data: []byte(data)}
		}
		return out
	}
	p, faults, err := LoadDraft(fsys(map[string]string{"policy.ky.md": text, "rules.yaml": "edition: draft/1\n"}))
	if err != nil || len(faults) != 0 || p.Rules.Edition != "draft/1" || len(p.Texts) != 1 || len(p.Expect.Questions) != 0 {
		t.Fatalf("%+v, %v, %v", p, faults, err)
	}
	if fe, there := p.PlaceClause(privacy.Kyrgyz, "1.1"); !there || fe.Error() != "policy.ky.md:5:1: " {
		t.Errorf("the clause is at %q, %v", fe.Error(), there)
	}
	if _, there := p.PlaceClause(privacy.Russian, "1.1"); there {
		t.Error("a clause of no text has a place")
	}
	p, faults, err = LoadDraft(fsys(map[string]string{
		"policy.ky.md": text, "policy.ru.md": "no title", "rules.yaml": "edition: draft/1\nshoe_size: 43\n", "expect.yaml": "given: []\n",
	}))
	if err != nil || len(faults) != 3 || len(p.Texts) != 1 {
		t.Fatalf("%v, %v, %d texts", err, faults, len(p.Texts))
	}
	for i, want := range []string{"policy.ru.md:", "rules.yaml:2:1: unknown field", "expect.yaml: asks nothing"} {
		if got := faults[i].Error(); !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q …", got, want)
		}
	}
	if _, _, err := LoadDraft(fsys(map[string]string{"policy.ky.md": text})); err == nil {
		t.Error("a folder without rules is a draft")
	}
}

func TestAPlaceIsFoundByChannelAndByNumberToo(t *testing.T) {
	t.Parallel()
	p := loadMega24(t)
	lines := strings.Split(string(p.rules), "\n")
	for path, line := range map[string]string{
		"withdrawal[ussd].extra":     "    extra: true",
		"withdrawal[ussd]":           "  - channel: ussd",
		"purposes[P06.ads].cites[1]": `      - {act: dc, article: "60 p.4", why: "the receiver can refuse"}`,
		"clauses[0]":                 `  - {id: "1.1", by: "verb publish"}`,
		"acceptance.ways[drawn]":     "    - id: drawn",
	} {
		fe := p.Place(&policy.Problem{Path: path})
		if fe.Line == 0 || lines[fe.Line-1] != line {
			t.Errorf("%s was placed at %s", path, fe)
		}
	}
	if fe := p.Place(&policy.Problem{Path: "clauses[999].by"}); fe.Line == 0 || !strings.HasPrefix(lines[fe.Line-2], "clauses:") {
		t.Errorf("what is beyond the list was placed at %s", fe)
	}
}
