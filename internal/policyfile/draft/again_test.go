package draft

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kupuya/internal/privacy"
)

const before = `Политика

1. Данные

Мы собираем следующие данные:
- фамилия и имя;
- номер телефона;
- адрес электронной почты;
- сведения об устройстве, с которого вы входите в приложение.

Список закрыт.

2. Цели

Мы обрабатываем данные для следующих целей:
- исполнение договора;
- рассмотрение обращений.
`

// imported makes a draft of a text, on top of an earlier report.
func imported(t testing.TB, text string, earlier *Report) *Draft {
	t.Helper()
	d := makeDraft(t, readText(t, "a.txt", text), privacy.Russian, earlier)
	checkAccount(t, readText(t, "a.txt", text), d)
	checkPack(t, d)
	return d
}

func idOf(d *Draft, begins string) string {
	for _, c := range d.Text().Clauses {
		if strings.HasPrefix(c.Text, begins) {
			return c.ID + " " + c.Change
		}
	}
	return ""
}

func TestClausesKeepTheirIDsWhenATextIsImportedAgain(t *testing.T) {
	t.Parallel()
	first := imported(t, before, nil)
	tests := []struct {
		name, old, with string
		want            map[string]string // beginning of a clause → id and change
		changes         Changes
	}{
		{
			"nothing changed", "", "",
			map[string]string{"фамилия": "1.1 kept", "Список": "1.5 kept", "рассмотрение": "2.2 kept"},
			Changes{Kept: 9},
		},
		{
			"an item in between", "- номер телефона;\n", "- номер телефона;\n- дата рождения;\n",
			map[string]string{"дата": "1.6 new", "адрес": "1.3 kept", "Список": "1.5 kept"},
			Changes{Kept: 9, New: 1},
		},
		{
			"an item gone", "- номер телефона;\n", "",
			map[string]string{"адрес": "1.3 kept", "сведения": "1.4 kept", "Список": "1.5 kept"},
			Changes{Kept: 8, Retired: 1},
		},
		{
			"an item in other words", "в приложение.", "в мобильное приложение и на сайт.",
			map[string]string{"сведения": "1.4 changed"},
			Changes{Kept: 8, Changed: 1},
		},
		{
			"an item in another place", "- фамилия и имя;\n- номер телефона;\n- адрес электронной почты;\n", "- номер телефона;\n- адрес электронной почты;\n- фамилия и имя;\n",
			map[string]string{"фамилия": "1.1 moved", "номер": "1.2 kept", "адрес": "1.3 kept"},
			Changes{Kept: 8, Moved: 1},
		},
		{
			"a section before all others", "1. Данные", "1. Кто мы\n\nМы — оператор связи в горах. Нас трое.\n\n2. Данные",
			map[string]string{"фамилия": "1.1 kept", "исполнение": "2.1 kept", "Мы — оператор": "3.1 new", "Нас": "3.2 new"},
			Changes{Kept: 9, New: 2},
		},
		{
			"a sentence behind another", "Список закрыт.", "Список закрыт. Других данных не просим.",
			map[string]string{"Список": "1.5 kept", "Других": "1.5b new"},
			Changes{Kept: 9, New: 1},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := imported(t, strings.Replace(before, tt.old, tt.with, 1), first.Report)
			for begins, want := range tt.want {
				if have := idOf(d, begins); have != want {
					t.Errorf("%s…: %s, want %s", begins, have, want)
				}
			}
			if have := d.Text().Changes; have != tt.changes {
				t.Errorf("changes %+v, want %+v", have, tt.changes)
			}
		})
	}
}

func TestARetiredIDIsNeverGivenAgain(t *testing.T) {
	t.Parallel()
	d := imported(t, before, nil)
	d = imported(t, strings.Replace(before, "- адрес электронной почты;\n", "", 1), d.Report)
	if r := d.Text().Retired; len(r) != 1 || r[0].ID != "1.3" {
		t.Fatalf("retired %+v", r)
	}
	d = imported(t, strings.Replace(before, "адрес электронной почты", "паспорт", 1), d.Report)
	if have := idOf(d, "паспорт"); have != "1.6 new" {
		t.Errorf("the new item is %s", have)
	}
	d = imported(t, before, d.Report)
	if have := idOf(d, "адрес"); have != "1.7 new" {
		t.Errorf("the item that came back is %s", have)
	}
	var retired []string
	for _, r := range d.Text().Retired {
		retired = append(retired, r.ID)
	}
	if !slices.Equal(retired, []string{"1.3", "1.6"}) {
		t.Errorf("retired %v", retired)
	}
}

// Whatever is changed, an id stands for one clause at a time, a retired one for
// none, and what has not changed keeps its own.
func TestIDsAreSafeUnderAnyChange(t *testing.T) {
	t.Parallel()
	stock := strings.Fields("фамилия имя паспорт адрес телефон почта модель браузер координаты трафик баланс тариф договор подпись голос снимок")
	rapid.Check(t, func(t *rapid.T) {
		var report *Report
		ever := map[string]string{} // id → the hash it had last
		for range rapid.IntRange(2, 5).Draw(t, "imports") {
			items := rapid.Permutation(stock).Draw(t, "order")[:rapid.IntRange(2, 9).Draw(t, "size")]
			var s strings.Builder
			s.WriteString("Политика\n\n1. Данные\n\nМы собираем следующие данные:\n")
			for _, item := range items {
				fmt.Fprintf(&s, "- %s абонента номер %d;\n", item, len([]rune(item)))
			}
			s.WriteString("\nСписок закрыт. Других данных не просим.\n")
			text, err := Read("a.txt", strings.NewReader(s.String()))
			if err != nil {
				t.Fatal(err)
			}
			d, err := Make(text, privacy.Russian, report)
			if err != nil {
				t.Fatal(err)
			}
			retired := map[string]bool{}
			if report != nil {
				for _, r := range report.Texts[privacy.Russian].Retired {
					retired[r.ID] = true
				}
			}
			now, hashes := map[string]bool{}, map[string]string{}
			for _, c := range d.Text().Clauses {
				if now[c.ID] {
					t.Fatalf("%s stands twice", c.ID)
				}
				now[c.ID] = true
				if retired[c.ID] {
					t.Fatalf("%s was retired and is given to %q", c.ID, c.Text)
				}
				if old, was := ever[c.ID]; was && c.Change == ChangeNew {
					t.Fatalf("%s belonged to %s and is called new", c.ID, old)
				}
				hashes[c.Hash] = c.ID
			}
			if report != nil {
				for _, c := range report.Texts[privacy.Russian].Clauses {
					if id, same := hashes[c.Hash]; same && id != c.ID {
						t.Fatalf("%q was %s and is %s", c.Text, c.ID, id)
					}
				}
			}
			for _, c := range d.Text().Clauses {
				ever[c.ID] = c.Hash
			}
			report = d.Report
		}
	})
}

func TestATranslationMeetsTheSourceTextClauseByClause(t *testing.T) {
	t.Parallel()
	const ky = "Саясат\n\n1. Маалымат\n\nБиз төмөнкү маалыматтарды чогултабыз:\n- фамилия;\n- телефон номери.\n"
	const ru = "Политика\n\n1. Данные\n\nМы собираем следующие данные:\n- фамилия;\n- номер телефона.\n"
	d := makeDraft(t, readText(t, "a.txt", ky), privacy.Kyrgyz, nil)
	d = makeDraft(t, readText(t, "b.txt", ru), privacy.Russian, d.Report)
	if rules := string(d.Files[RulesFile]); !strings.Contains(rules, `{ky: "Телефон номери", ru: "Номер телефона", en: ""}`) {
		t.Errorf("the rules do not have both titles:\n%s", rules)
	}
	d = makeDraft(t, readText(t, "c.txt", ru+"\nЕщё один абзац.\n"), privacy.Russian, makeDraft(t, readText(t, "a.txt", ky), privacy.Kyrgyz, nil).Report)
	if !slices.ContainsFunc(d.Text().Notes, func(n Note) bool { return n.Code == "translation" }) {
		t.Error("a translation with another number of clauses passes without a note")
	}
}
