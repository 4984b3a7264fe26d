package check_test

import (
	"fmt"
	"testing"

	"kupuya/internal/policy"
	"kupuya/internal/policy/check"
	"kupuya/internal/privacy"
)

// Sentences that collide with the law, as policies write them, in each language;
// and what may be said instead at the same place.
func TestACollisionIsSeenInTheTextOfEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		code     check.Code
		clause   privacy.ClauseID
		severity check.Severity
		says     map[privacy.Lang]string
	}{
		{"K-P01", "6.3", check.Error, map[privacy.Lang]string{
			"ky": "Кармоочу саясатты билдирүүсүз өзгөртө алат.",
			"ru": "Держатель вправе менять политику без предварительного уведомления.",
			"en": "The Holder may change the policy without notice.",
		}},
		{"K-P02", "6.2a", check.Error, map[privacy.Lang]string{
			"ky": "Сайтты колдонууну улантуу өзгөртүүлөргө макулдугун билдирет.",
			"ru": "Продолжение использования сайта означает согласие с изменениями.",
			"en": "If you continue to use the site, you agree to the changes.",
		}},
		{"K-P03", "6.1", check.Error, map[privacy.Lang]string{
			"ky": "Субъект саясатты шартсыз кабыл алат.", "ru": "Субъект принимает политику безоговорочно.", "en": "The subject accepts the policy unconditionally.",
		}},
		{"K-P04", "4.5b", check.Error, map[privacy.Lang]string{
			"ky": "Макулдук кат менен гана чакыртып алынат.", "ru": "Согласие можно отозвать письмом.", "en": "You may withdraw your consent by letter.",
		}},
		{"K-P05", "2.3.5", check.Error, map[privacy.Lang]string{
			"ky": "Жүзүңүздүн сүрөтү.", "ru": "Снимок вашего лица.", "en": "A picture of your face.",
		}},
		{"K-P06", "2.3.5", check.Error, map[privacy.Lang]string{
			"ky": "Балаңыздын күбөлүгү.", "ru": "Свидетельство ребёнка.", "en": "A child's certificate.",
		}},
		{"K-P07", "2.3.5", check.Error, map[privacy.Lang]string{
			"ky": "Дарек китепчесиндеги аттар.", "ru": "Имена из записной книжки.", "en": "The names in your address book.",
		}},
		{"K-P08", "3.7", check.Error, map[privacy.Lang]string{
			"ky": "Жарнама жөнөтүү.", "ru": "Отправлять рекламу.", "en": "To send advertising.",
		}},
		{"K-P08", "3.3", check.Note, map[privacy.Lang]string{ // the rules ask for the consent
			"ky": "Жарнама тандоо.", "ru": "Подбирать рекламу.", "en": "To choose advertising.",
		}},
		{"K-P09", "3.15", check.Note, map[privacy.Lang]string{ // the rules have a person decide
			"ky": "Алдамчылыкка каршы түзмөктүн жайгашкан жерин аныктоо.", "ru": "Определять местонахождение устройства против мошенничества.", "en": "To locate a device against fraud.",
		}},
		{"K-P09", "3.10", check.Error, map[privacy.Lang]string{
			"ky": "Алдамчылыкка каршы түзмөктүн жайгашкан жерин аныктоо.", "ru": "Определять местонахождение устройства против мошенничества.", "en": "To locate a device against fraud.",
		}},
		{"K-P10", "5.3", check.Note, map[privacy.Lang]string{ // the rights have their clocks
			"ky": "Талашта бөгөттөөнү талап кылса болот.", "ru": "Оспаривая данные, можно потребовать блокирования.", "en": "In a dispute you may demand a block.",
		}},
		{"K-P12", "4.4b", check.Note, map[privacy.Lang]string{ // the recipients are named
			"ky": "Мыйзамда белгиленген учурларда берилет.", "ru": "Передаются в случаях, предусмотренных законом.", "en": "Given as required by law.",
		}},
		{"K-P13", "3.0", check.Error, map[privacy.Lang]string{
			"ky": "«Электр байланышы жөнүндө» Мыйзамга таянат.", "ru": "На основании закона об электрической связи.", "en": "Under the law on electric communications.",
		}},
		{"K-P14", "2.3.5", check.Error, map[privacy.Lang]string{
			"ky": "Дарек, анын ичинде, бирок аны менен чектелбестен, көчө.", "ru": "Адрес, включая, но не ограничиваясь, улицу.", "en": "The address, including but not limited to the street.",
		}},
		{"K-P14", "5.0", check.Note, map[privacy.Lang]string{ // what the subject may do may stay open
			"ky": "Тактоого ж.б. укуктуу.", "ru": "Вправе уточнить и др.", "en": "May have data clarified, etc.",
		}},
		{"K-P15", "3.19", check.Error, map[privacy.Lang]string{
			"ky": "Башка максаттар үчүн.", "ru": "Для иных целей.", "en": "For other purposes.",
		}},
		{"K-P15", "3.20", check.Note, map[privacy.Lang]string{ // the template permits nothing
			"ky": "Башка максаттар үчүн.", "ru": "Для иных целей.", "en": "For other purposes.",
		}},
		{"K-P16", "6.4b", check.Note, map[privacy.Lang]string{ // the right to it has its clock
			"ky": "Аккаунтуңузду өчүрүңүз.", "ru": "Удалите свой аккаунт.", "en": "Delete your account.",
		}},
	} {
		for lang, sentence := range x.says {
			t.Run(fmt.Sprint(x.code, x.clause, lang), func(t *testing.T) {
				t.Parallel()
				c := pack(t)
				for _, f := range of(run(c), x.code) {
					if f.Clause == x.clause && f.Lang == lang {
						c := f.Code
						if c != "K-P12" { // what the clause on bodies of the state says anyway
							t.Fatalf("the text of the house is told of %s: %+v", c, f)
						}
					}
				}
				write(c, lang, x.clause, sentence)
				only(c, lang)
				for _, f := range of(run(c), x.code) {
					if f.Clause != x.clause || f.Path != "" {
						continue
					}
					if f.Severity != x.severity || f.Lang != lang || f.Resolved != (x.severity == check.Note) {
						t.Errorf("told as %+v", f)
					}
					return
				}
				t.Errorf("%q is not told of %s", sentence, x.code)
			})
		}
	}
}

// only leaves one language, so that no other speaks first.
func only(c *policy.Content, lang privacy.Lang) {
	for _, l := range privacy.Langs {
		if l != lang {
			delete(c.Texts, l)
		}
	}
}

func TestATextWithoutAnyTermIsP11(t *testing.T) {
	t.Parallel()
	for lang, sentence := range map[privacy.Lang]string{
		"ky": "Максатка жеткенде маалымат жок кылынат.", "ru": "По достижении цели данные уничтожаются.", "en": "When the purpose is reached, data are destroyed.",
	} {
		c := pack(t)
		only(c, lang)
		if found := of(run(c), "K-P11"); len(found) != 0 {
			t.Errorf("%s: %+v", lang, found)
		}
		write(c, lang, "3.21", sentence)
		if found := of(run(c), "K-P11"); len(found) != 1 || found[0].Clause != "3.21" || found[0].Severity != check.Error {
			t.Errorf("%s: %+v", lang, found)
		}
	}
}
