package evidence

import (
	"fmt"

	"kupuya/internal/privacy"
)

// transferTexts tell that data went to a third party: to whom, what for, when,
// and where everything else about it stands. Two parts of an SMS hold them.
// (law F4, 4.2)
var transferTexts = privacy.Words{
	Ky: "%[1]s: %[4]s күнү маалыматыңыз берилди. Кимге: %[2]s. Максаты: %[3]s. Толугу жана укуктарыңыз: %[5]s",
	Ru: "%[1]s: %[4]s ваши данные переданы. Кому: %[2]s. Цель: %[3]s. Подробно и о ваших правах: %[5]s",
	En: "%[1]s: your data were passed on %[4]s to: %[2]s. Purpose: %[3]s. Details and your rights: %[5]s",
}

// TransferText is the message that tells somebody of a transfer: brand is the
// Holder's, recipient and purpose are their titles, day is as people write it,
// address where the whole notice stands. It names no value.
func TransferText(lang privacy.Lang, brand, recipient, purpose, day, address string) string {
	return fmt.Sprintf(transferTexts.In(lang), brand, recipient, purpose, day, address)
}
