package draft

import (
	"slices"
	"strings"
	"testing"

	"kupuya/internal/privacy"
)

func pieceOf(s string) piece {
	var p piece
	for i, r := range []rune(s) {
		p.add(r, i)
	}
	return p
}

func TestSentencesEndWhereAReaderEndsThem(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Один.| Два!| Три?| «Четыре.»| Пять",
		"Адрес: г. Бишкек, ул. Токтогула, д. 5.| Телефон указан на сайте.",
		"Бишкек ш., Ленин көч., 12 дарегине кат жазыңыз.| Жооп келет.",
		"Действует с 1 марта 2026 г.| Затем меняется.",
		"По ст. 5 Закона и т.д.| Далее иначе.",
		"Ушул ж.б.| Андан соң.",
		"Подписал А. Иванов в мае.| Всё.",
		"Пишите на info@a.example или a.example. или иначе",
		"Скобки (одно. Два) не делят.| Конец.",
		"Версия 2.3.1 новая.| 15 дней хватит.",
		"See sec. 5 of the Act, e.g. the annex.| It applies.",
		"Едем на пр. Чуй, 219.",
	} {
		want := strings.Split(text, "|")
		var have []string
		for _, p := range sentences(pieceOf(strings.ReplaceAll(text, "|", ""))) {
			have = append(have, p.String())
		}
		for i := range want {
			want[i] = strings.TrimSpace(want[i])
		}
		if !slices.Equal(have, want) {
			t.Errorf("have %q\nwant %q", have, want)
		}
	}
}

func TestLabelsAreToldFromWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		line  string
		style byte
		label string
		rest  string
	}{
		{"• имя", styleBullet, "", "имя"},
		{"\uf0fc имя", styleBullet, "", "имя"},
		{"✅ имя", styleBullet, "", "имя"},
		{"- имя", styleBullet, "", "имя"},
		{"–имя", styleBullet, "", "имя"},
		{"o имя", styleBullet, "", "имя"},
		{"1. Имя", styleNumber, "1", "Имя"},
		{"(3) имя", styleNumber, "3", "имя"},
		{"2.3.4. имя", styleNumber, "2.3.4", "имя"},
		{"2.3 Имя", styleNumber, "2.3", "Имя"},
		{"а) имя", styleLetter, "1", "имя"},
		{"(б) имя", styleLetter, "2", "имя"},
		{"c) name", styleLatin, "3", "name"},
		{"IV. Имя", styleRoman, "4", "Имя"},
		{"ii) name", styleRoman, "2", "name"},
		{"Раздел II. Данные", styleSection, "2", "Данные"},
		{"3-бөлүм. Маалымат", styleSection, "3", "Маалымат"},
		{"§ 4", styleSection, "4", ""},
		{"-5 градусов", 0, "", ""},
		{"№ 5", 0, "", ""},
		{"25.11.2026 опубликовано", 0, "", ""},
		{"2026. Год", 0, "", ""},
		{"Статья 5 Закона гласит", 0, "", ""},
		{"слово", 0, "", ""},
		{"и т.д.", 0, "", ""},
		{"А. Иванов", 0, "", ""},
		{"IP-адрес", 0, "", ""},
	}
	for _, tt := range tests {
		l, ok := readLabel([]rune(tt.line))
		if ok != (tt.style != 0) || ok && (l.style != tt.style || l.String() != tt.label || string([]rune(tt.line)[l.size:]) != tt.rest) {
			t.Errorf("%q: %v %c %q, rest at %d", tt.line, ok, l.style, l.String(), l.size)
		}
	}
}

func TestPatternsFollowTheGrammar(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, words string
		want           bool
	}{
		{"келишим ~ түз", "келишимдерди өз убагында түзүү", true},
		{"келишим ~ түз", "келишимди бузуу", false},
		{"=пол", "пол абонента", true},
		{"=пол", "полный адрес", false},
		{"адрес ~ прожив", "адрес. Место проживания", false},
		{"!өткөрүп|жеткилик =берүүгө", "өткөрүп берүүгө", false},
		{"!өткөрүп|жеткилик =берүүгө", "өткөрүп берүүгө (таратууга, берүүгө)", true},
		{"счет ~ закрыт", "Счёт был закрыт", true},
	}
	for _, tt := range tests {
		if _, _, ok := compile(tt.pattern).find(tokens([]rune(tt.words))); ok != tt.want {
			t.Errorf("%q in %q: %v", tt.pattern, tt.words, ok)
		}
	}
}

func TestEveryPatternCanBeFound(t *testing.T) {
	t.Parallel()
	for _, list := range [][]entry{categoryWords, purposeWords, operationWords, rightWords, acceptanceWords, channelWords, listWords} {
		seen := map[string]bool{}
		for _, e := range list {
			if seen[e.id] {
				t.Errorf("%s stands twice", e.id)
			}
			seen[e.id] = true
			if e.any == "" && (e.ky == "" || e.ru == "" || e.en == "") {
				t.Errorf("%s does not have words in every language", e.id)
			}
			for _, text := range []string{e.ky, e.ru, e.en, e.any} {
				for _, p := range patterns(text) {
					if p[len(p)-1][0] == "~" || p[0][0] == "~" {
						t.Errorf("%s: a pattern begins or ends with a gap: %v", e.id, p)
					}
				}
			}
		}
	}
	for id := range basisHints {
		if !slices.ContainsFunc(purposeWords, func(e entry) bool { return e.id == id }) {
			t.Errorf("a basis is suggested for %s, which no purpose is", id)
		}
	}
}

func TestAddressesAreFoundWhole(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"каалаган убакта Ош ш., Ленин көч., 205 дарегине кат менен": "Ош ш., Ленин көч., 205",
		"кат: 720040, Бишкек шаары, Токтогул көчөсү, 15-үй":         "720040, Бишкек шаары, Токтогул көчөсү, 15",
		"по адресу: 720040, г. Бишкек, ул. Токтогула, д. 15, оф. 3": "720040, г. Бишкек, ул. Токтогула, д. 15, оф. 3",
		"пишите: г. Бишкек, пр. Чуй, 219/1.":                        "г. Бишкек, пр. Чуй, 219/1",
		"a letter to 12 Manas Avenue, Bishkek":                      "12 Manas Avenue, Bishkek",
		"срок 15 дней с даты, ул. не указана":                       "",
	} {
		if have := address(words); have != want {
			t.Errorf("%q: %q, want %q", words, have, want)
		}
	}
}

func TestBrokenWordsAreMendedAndHyphensKept(t *testing.T) {
	t.Parallel()
	text := readText(t, "a.txt", "Политика\n\n1. Данные\n\nОператор хранит данные або-\nнента и его веб-\nсайта, а также суроо-\nталап каждого поль\u00ad\nзователя сети.\n")
	d := makeDraft(t, text, privacy.Russian, nil)
	checkAccount(t, text, d)
	want := "Оператор хранит данные абонента и его веб-сайта, а также суроо-талап каждого пользователя сети."
	if have := d.Text().Clauses[0].Text; have != want {
		t.Errorf("%q", have)
	}
	if d.Text().Account.Hyphenation != 2 {
		t.Errorf("%+v", d.Text().Account)
	}
}

func TestMarkupIsReplacedAndSaid(t *testing.T) {
	t.Parallel()
	text := readText(t, "a.txt", "Политика\n\n1. Данные\n\nПишите на privacy_desk@a.example <срочно> [тут] {там} a|b.\n\n#хэштег стоит в начале абзаца.\n")
	d := makeDraft(t, text, privacy.Russian, nil)
	checkAccount(t, text, d)
	checkPack(t, d)
	if d.Text().Account.Replaced != 9 {
		t.Errorf("%d characters were replaced: %+v", d.Text().Account.Replaced, d.Text().Clauses)
	}
	if !slices.ContainsFunc(d.Text().Notes, func(n Note) bool { return n.Code == "replaced" }) {
		t.Error("nobody is told")
	}
}

func TestALanguageThatIsNotTheTextsIsSaid(t *testing.T) {
	t.Parallel()
	ru := readCorpus(t, "testdata/corpus/01-wrapped.ru.txt")
	ky := readCorpus(t, "testdata/corpus/03-dashes.ky.txt")
	for _, tt := range []struct {
		text *Text
		lang privacy.Lang
		want bool
	}{{ru, privacy.Kyrgyz, true}, {ky, privacy.Russian, true}, {ru, privacy.English, true}, {ru, privacy.Russian, false}, {ky, privacy.Kyrgyz, false}} {
		have := slices.ContainsFunc(makeDraft(t, tt.text, tt.lang, nil).Text().Notes, func(n Note) bool { return n.Code == "language" })
		if have != tt.want {
			t.Errorf("%s as %s: %v", tt.text.Name, tt.lang, have)
		}
	}
}
