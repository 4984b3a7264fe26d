package synth

import (
	"math/rand/v2"
	"strings"

	"kupuya/internal/privacy"
)

// people is one of the peoples of the country, with its names.
type people struct {
	share        int // in a hundred
	male, female []string
	surnames     []string // the male form; the female one adds а where it ends in в or н
	fathers      []string // surnames of the fathers' names: Асан gives Асанов, from which Асанович and Асановна
}

var peoples = []people{
	{
		share:  75,
		male:   words("Азамат Бакыт Нурлан Айбек Эрлан Улан Мирлан Данияр Тилек Бекзат Нурсултан Элдияр Адилет Чыңгыз Өмүрбек"),
		female: words("Айгүл Нургүл Жылдыз Айпери Каныкей Бермет Асель Гүлнара Аида Жамиля Мээрим Сезим Үмүт"),
		surnames: words(`Асанов Осмонов Токтоев Жумабеков Сыдыков Маматов Абдыкадыров Турдубаев Эсенгулов Өмүралиев Үсөнов
			Асаналиев Осмонбеков Токтобаев Маматалиев Сыдыкбеков Эсенбаев Үсөнбаев Токтомамат Жумабай`),
		fathers: words("Асанов Осмонов Токтоев Жумабеков Сыдыков Маматов Абдыкадыров Эсенгулов Үсөнов Азаматов Бакытов Нурланов Айбеков Мирланов"),
	},
	{
		share:    14, // Uzbek
		male:     words("Шерзод Жахонгир Улугбек Баходир Дилшод Равшан"),
		female:   words("Дилноза Гулчехра Феруза Нилуфар Зулфия Мухаббат"),
		surnames: words("Каримов Рахимов Юсупов Абдуллаев Исмоилов Мирзаев"),
		fathers:  words("Каримов Рахимов Юсупов Абдуллаев Мирзаев Шерматов"),
	},
	{
		share:    7, // Russian
		male:     words("Александр Сергей Дмитрий Андрей Пётр Николай"),
		female:   words("Анна Елена Ольга Наталья Мария Алёна"),
		surnames: words("Иванов Петров Кузнецов Соловьёв Никитин Орлов"),
		fathers:  words("Иванов Петров Сергеев Андреев Николаев Александров"),
	},
	{
		share:    2, // Dungan
		male:     words("Исмар Арсе Ильяс Бинса"),
		female:   words("Айша Фатима Зухра Люйза"),
		surnames: words("Ма Ван Хахазов Савуров Лю"),
		fathers:  words("Исмаров Ильясов Юсупов"),
	},
	{
		share:    2, // Tajik
		male:     words("Рустам Фаррух Сухроб Далер"),
		female:   words("Мадина Нигора Шахноза Ситора"),
		surnames: words("Рахмонов Назаров Шарипов Холиков"),
		fathers:  words("Рустамов Назаров Шарипов"),
	},
}

const russians = 2 // the index in peoples of those who all chose Russian

func words(s string) []string { return strings.Fields(s) }

// family is what parents and children share.
type family struct {
	people  int
	surname string // the male form
}

// family draws the people, the family name and the language: Kyrgyz for 60 in a
// hundred, Russian for 35, English for the rest.
func (c Corpus) family(i int) (family, privacy.Lang) {
	r := c.rng(i, drawFamily)
	at, n := r.IntN(100), 0
	for at -= peoples[0].share; at >= 0; at -= peoples[n].share {
		n++
	}
	f := family{n, pick(r, peoples[n].surnames)}
	rest := float64(100 - peoples[russians].share)
	switch v := r.Float64() * rest; {
	case n == russians, v >= 65:
		return f, privacy.Russian
	case v < 60:
		return f, privacy.Kyrgyz
	}
	return f, privacy.English
}

// name gives the person a name as a document has it. (policy 2.3.1)
func (p *person) name(r *rand.Rand) {
	own := peoples[p.family.people]
	father := pick(r, own.fathers)
	p.surname, p.given = p.family.surname, pick(r, own.male)
	if p.female {
		p.given = pick(r, own.female)
		if strings.HasSuffix(p.surname, "в") || strings.HasSuffix(p.surname, "н") && len(p.surname) > len("Ван") {
			p.surname += "а"
		}
	}
	kyrgyz := p.family.people == 0
	sonOf := strings.TrimSuffix(strings.TrimSuffix(father, "ов"), "ев")
	if p.female {
		sonOf += " кызы"
	} else {
		sonOf += " уулу"
	}
	switch v := r.Float64(); {
	case v < noPatronymic:
		if kyrgyz && r.IntN(2) == 0 {
			p.surname = sonOf // «Асан уулу» for a family name, and no patronymic
		}
	case kyrgyz && v < 0.15:
		p.patronymic = sonOf
	case p.female:
		p.patronymic = father + "на"
	default:
		p.patronymic = father + "ич"
	}
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
