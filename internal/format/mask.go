package format

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

const hidden = "•••"

// Mask shows as much of a value of the named type as staff and bystanders may
// see without a reason, and nothing of a value that is not of the type or whose
// type is unknown. (policy 2.3.3)
func Mask(attributeType string, value any) string {
	k, ok := Type(attributeType)
	if !ok {
		return hidden
	}
	return k.Mask(value)
}

// maskPIN is ten dots and the last four digits.
func maskPIN(s string) string {
	if len(s) != 14 {
		return hidden
	}
	return strings.Repeat("•", 10) + s[10:]
}

// maskMSISDN is "+996 ••• ••• 456".
func maskMSISDN(s string) string {
	if len(s) != len("+996555123456") {
		return hidden
	}
	return s[:4] + " ••• ••• " + s[10:]
}

// maskTail is dots and the last three characters, of at least seven.
func maskTail(s string) string {
	n := utf8.RuneCountInString(s)
	if n < 7 {
		return hidden
	}
	return strings.Repeat("•", n-3) + string([]rune(s)[n-3:])
}

// maskEmail is "a•••@d•••.kg".
func maskEmail(s string) string {
	local, domain, ok := strings.Cut(s, "@")
	dot := strings.LastIndexByte(domain, '.')
	if !ok || local == "" || dot < 1 {
		return hidden
	}
	return local[:1] + hidden + "@" + domain[:1] + hidden + domain[dot:]
}

// maskDate is the year of a date or moment alone: "••.••.1990".
func maskDate(s string) string {
	if len(s) < len(isoDate) {
		return hidden
	}
	t, err := ParseDate(s[:len(isoDate)])
	if err != nil {
		return hidden
	}
	return t.Format("••.••.2006")
}

// maskDocType shows the kind of paper, which is not yet whose.
func maskDocType(s string) string {
	if _, ok := documentRule(DocType(s)); ok {
		return s
	}
	return hidden
}

// maskSOATE is the Kyrgyz name of the rayon.
func maskSOATE(s string) string {
	if p, ok := RayonOf(s); ok {
		return p.Ky
	}
	return hidden
}

func maskPostcode(s string) string {
	if len(s) != 6 {
		return hidden
	}
	return s[:2] + "••••"
}

func maskIP(s string) string {
	if net := TruncateIP(s); net != "" {
		return net
	}
	return hidden
}

// maskName is the initials, "А. Н."; an absent patronymic stays absent.
func maskName(s string) string {
	if s == "" {
		return ""
	}
	if short := initials(s); short != "" {
		return short
	}
	return hidden
}

// maskWord is the make of a device or the name of a program, where it is a known
// one: people give devices their own names.
func maskWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	word, _, _ = strings.Cut(word, "/")
	switch strings.ToLower(word) {
	case "apple", "dalvik", "google", "honor", "huawei", "infinix", "iphone", "mega24", "mozilla", "nokia",
		"okhttp", "oneplus", "oppo", "realme", "redmi", "samsung", "tecno", "vivo", "xiaomi":
		return word + " " + hidden
	}
	return hidden
}

// maskURL is the site without the page.
func maskURL(s string) string {
	if i := strings.Index(s, "://"); i > 0 {
		host, _, _ := strings.Cut(s[i+3:], "/")
		host, _, _ = strings.Cut(host, "?")
		return s[:i+3] + host + "/" + hidden
	}
	return "/" + hidden
}

// maskDegrees is whole degrees, about a hundred kilometres.
func maskDegrees(v float64) string {
	whole, _, _ := strings.Cut(strconv.FormatFloat(v, 'f', 2, 64), ".")
	return whole + ".••"
}

func maskAll(string) string { return hidden }
