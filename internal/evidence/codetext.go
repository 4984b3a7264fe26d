package evidence

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"kupuya/internal/privacy"
)

// maxText is how many UCS-2 units one SMS holds; a longer text is paid and lost
// in parts.
const maxText = 70

// codeTexts says what a code is for, so that somebody who is talked into
// reading it out sees what they would be agreeing to.
var codeTexts = map[string]privacy.Words{
	"session": {Ky: "Кирүү коду: %s.", Ru: "Код входа: %s.", En: "Sign-in code: %s."},
	"accept":  {Ky: "Саясатка кол коюу коду: %s.", Ru: "Код принятия политики: %s.", En: "Code to accept the policy: %s."},
	"consent": {Ky: "Макулдук коду: %s.", Ru: "Код согласия: %s.", En: "Consent code: %s."},
	"confirm": {Ky: "Ырастоо коду: %s.", Ru: "Код подтверждения: %s.", En: "Confirmation code: %s."},
}

var tellNobody = privacy.Words{Ky: " Эч кимге айтпаңыз.", Ru: " Никому не говорите.", En: " Tell nobody."}

// CodeText is the message that carries a code: in lang what it is for (an aim
// without words of its own is a confirmation) and to tell nobody, then the line
// "@host #code" by which a browser fills the code in on that site alone. It
// always fits one SMS of 70 UCS-2 units: a host of more than ten characters
// costs the advice where there is no room for it. It fails when the host is too
// long even so, which a trial at the start of the program shows.
// (policy 3.7; a service message carries no advertising)
func CodeText(lang privacy.Lang, aim Aim, code, host string) (string, error) {
	kind, _, _ := strings.Cut(string(aim), ":")
	words, ok := codeTexts[kind]
	if !ok {
		words = codeTexts["confirm"]
	}
	for _, advice := range []string{tellNobody.In(lang), ""} {
		text := fmt.Sprintf(words.In(lang), code) + advice + "\n@" + host + " #" + code
		if len(utf16.Encode([]rune(text))) <= maxText {
			return text, nil
		}
	}
	return "", fmt.Errorf("evidence.CodeText: host %s leaves no room for words in one SMS of %d; use a shorter host", host, maxText)
}
