package evidence

import (
	"fmt"

	"kupuya/internal/privacy"
)

// announceTexts tell a coming edition: what, from when, where to read it and to
// refuse. Two parts of an SMS hold them. (DC-114 p.5, law 4.10)
var announceTexts = privacy.Words{
	Ky: "%s: купуялык саясаты %s күнү өзгөрөт. Ага чейин баш тарта аласыз. Эмне өзгөрөрү: %s",
	Ru: "%s: политика конфиденциальности изменится %s. До этого вы можете отказаться. Что изменится: %s",
	En: "%s: the privacy policy changes on %s. You may refuse before then. What changes: %s",
}

// AnnounceText is the message that tells somebody of a coming edition: brand is
// the Holder's, day the day it comes into force as people write it, address
// where it can be read. It carries no advertising.
func AnnounceText(lang privacy.Lang, brand, day, address string) string {
	return fmt.Sprintf(announceTexts.In(lang), brand, day, address)
}
