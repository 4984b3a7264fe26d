package format

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestParsePIN(t *testing.T) {
	t.Parallel()
	run(t, []reading{
		{"a woman's PIN is read", "13105199012345", "13105199012345", ""},
		{"blanks of every kind are forgiven", " 2 2902 2000\u00a012345\n", "22902200012345", ""},
		{"a birth today is possible", "12311202690001", "12311202690001", ""},
		{"a birth tomorrow is not", "12411202690001", "", PINDate},
		{"a person of 120 years is possible", "22311190690001", "22311190690001", ""},
		{"a person of 121 years is not", "22311190590001", "", PINAge},
		{"30 February is no day", "13002199012345", "", PINDate},
		{"29 February of a common year is no day", "12902190112345", "", PINDate},
		{"month 13 is no month", "10113199012345", "", PINDate},
		{"thirteen digits are too few", "1310519901234", "", PINLength},
		{"sixteen digits are too many", "1310519901234567", "", PINLength},
		{"nothing is no PIN", "", "", PINLength},
		{"a letter is refused", "1310519901234O", "", PINDigits},
		{"digits of another script are refused", "١٣١٠٥١٩٩٠١٢٣٤٥", "", PINDigits},
		{"a legal entity is told apart", "02404200610104", "", PINEntity},
		{"a first digit of 3 is unknown", "33105199012345", "", PINFirst},
	}, func(s string) (string, error) {
		p, err := ParsePIN(s, today)
		return p.Digits(), err
	})
}

func TestParseEntityPIN(t *testing.T) {
	t.Parallel()
	run(t, []reading{
		{"an entity's number is read", "02404200610104", "02404200610104", ""},
		{"a person's number is told apart", "13105199012345", "", PINPerson},
		{"the day of registration must be real", "03104200610104", "", PINDate},
	}, func(s string) (string, error) {
		p, err := ParseEntityPIN(s, today)
		return p.Digits(), err
	})
}

func TestPINTellsSexAndBirth(t *testing.T) {
	t.Parallel()
	p, err := ParsePIN("13105199012345", today)
	if err != nil {
		t.Fatal(err)
	}
	born := time.Date(1990, 5, 31, 0, 0, 0, 0, time.UTC)
	if p.Sex() != Female || !p.Birth().Equal(born) {
		t.Errorf("sex %d, birth %v", p.Sex(), p.Birth())
	}
	if w := p.Disagrees(born, Female); len(w) != 0 {
		t.Errorf("agreeing PIN warns: %v", w)
	}
	if w := p.Disagrees(time.Time{}, SexUnknown); len(w) != 0 {
		t.Errorf("nothing declared, yet it warns: %v", w)
	}
	if w := p.Disagrees(born.AddDate(0, 0, 1), Male); !hasWarning(w, PINBirthDiffers) || !hasWarning(w, PINSexDiffers) {
		t.Errorf("disagreeing PIN does not warn of both: %v", w)
	}
	var zero PIN
	if zero.Digits() != "" || !zero.Birth().IsZero() || zero.Sex() != SexUnknown {
		t.Error("the zero PIN tells something")
	}
}

func TestNoWayOfPrintingShowsAValue(t *testing.T) {
	t.Parallel()
	pin, _ := ParsePIN("13105199012345", today)
	number, _ := ParseMSISDN("0555123456", plainly)
	mail, _ := ParseEmail("aizada.canary@example.org")
	doc, _, _ := ParseDocument("id_card_2017", "ID1234567", "2019-01-01", today)
	zone, err := ParseMRZ(td3, today)
	if err != nil {
		t.Fatal(err)
	}
	address := Address{SOATE: "41702205000000", Street: "Канарейка көч.", House: "777"}
	for _, v := range []any{pin, number, mail, doc, zone, address} {
		var out bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "value", v)
		for _, canary := range []string{"13105199", "555123", "canary", "ID1234", "L898902", "ERIKSSON", "Канарейка", "777"} {
			if strings.Contains(out.String(), canary) {
				t.Errorf("%T shows %q in:\n%s", v, canary, out.String())
			}
		}
	}
}
