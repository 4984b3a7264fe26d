package i18n

import (
	"strconv"
	"time"

	"kupuya/internal/privacy"
)

// bishkek is the zone in which dates are told: UTC+6 all year.
var bishkek = time.FixedZone("Asia/Bishkek", 6*60*60)

// Local gives t in the zone of Kyrgyzstan.
func Local(t time.Time) time.Time { return t.In(bishkek) }

// Date tells the day of t in Kyrgyzstan: 25-ноябрь 2026-ж., 25 ноября 2026 г.,
// 25 November 2026.
func Date(lang privacy.Lang, t time.Time) string {
	t = Local(t)
	return Text(lang, "date.day", A("day", strconv.Itoa(t.Day())), A("year", strconv.Itoa(t.Year())),
		A("month", Text(lang, "date.month."+strconv.Itoa(int(t.Month())))))
}

// Moment tells the day and the time of t in Kyrgyzstan, of 24 hours.
func Moment(lang privacy.Lang, t time.Time) string {
	return Text(lang, "date.moment", A("date", Date(lang, t)), A("time", Local(t).Format("15:04")))
}

// Wait tells when to come back: "4 мүнөттөн кийин", "через 4 минуты", "in 4
// minutes". It rounds up, so that nobody comes too early; it is empty when there
// is nothing to wait for.
func Wait(lang privacy.Lang, d time.Duration) string {
	units := []struct {
		key  string
		unit time.Duration
		most int
	}{
		{"wait.second", time.Second, 59},
		{"wait.minute", time.Minute, 59},
		{"wait.hour", time.Hour, 47},
		{"wait.day", 24 * time.Hour, 1 << 30},
	}
	if d <= 0 {
		return ""
	}
	for _, u := range units {
		if n := int((d-1)/u.unit) + 1; n <= u.most {
			return Text(lang, u.key, N("count", n))
		}
	}
	return ""
}
