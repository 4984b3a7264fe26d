package format

import "testing"

func TestParseMSISDN(t *testing.T) {
	t.Parallel()
	e164 := func(opts Options) func(string) (string, error) {
		return func(s string) (string, error) {
			m, err := ParseMSISDN(s, opts)
			return m.E164(), err
		}
	}
	run(t, []reading{
		{"at home with a zero", "0555123456", "+996555123456", ""},
		{"without the zero", "555 123 456", "+996555123456", ""},
		{"with the country and no plus", "996555123456", "+996555123456", ""},
		{"in brackets and dashes", "+996 (555) 12-34-56", "+996555123456", ""},
		{"with the international prefix", "00996 555 123 456", "+996555123456", ""},
		{"with both the country and the zero", "+996 0555 123456", "+996555123456", ""},
		{"with the marks an address book adds", "\u202a+996\u00a0555\u2011123\u2011456\u202c", "+996555123456", ""},
		{"a prefix that looks like the country code", "0996123456", "+996996123456", ""},
		{"another operator's prefix is a number too", "0700123456", "+996700123456", ""},
		{"Kazakhstan is another country", "+7 701 123 45 67", "", MSISDNCountry},
		{"Russia dialled with an eight is another country", "8 916 123-45-67", "", MSISDNCountry},
		{"Uzbekistan without a plus is another country", "998901234567", "", MSISDNCountry},
		{"a digit short", "055512345", "", MSISDNLength},
		{"a digit short with the country", "+99655512345", "", MSISDNLength},
		{"a digit more", "05551234567", "", MSISDNLength},
		{"a short code", "111", "", MSISDNLength},
		{"letters", "0555 12 ab 56", "", MSISDNCharacters},
		{"a plus in the middle", "0555+123456", "", MSISDNCharacters},
		{"an extension", "0555123456;ext=5", "", MSISDNCharacters},
		{"nothing", " ", "", ValueEmpty},
		{"a fixed line", "0312 123456", "", MSISDNFixed},
		{"a range nobody holds", "0100123456", "", MSISDNUnassigned},
		{"made-up numbers are refused", "0991123456", "", MSISDNSynthetic},
		{"the last made-up number is refused", "+996994999999", "", MSISDNSynthetic},
		{"the number after the made-up ones is a real range", "+996995000000", "+996995000000", ""},
		{"the number before them is a real range", "+996990999999", "+996990999999", ""},
	}, e164(plainly))
	run(t, []reading{
		{"a demonstration takes the first made-up number", "0991000000", "+996991000000", ""},
		{"and the last", "994 999 999", "+996994999999", ""},
		{"and still real ones", "0555123456", "+996555123456", ""},
		{"but no other country", "+77011234567", "", MSISDNCountry},
	}, e164(demo))
}

func TestEveryPrefixOfTheHolderIsMobile(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"550", "551", "552", "553", "554", "555", "556", "557", "558", "559", "755", "880", "888", "990", "995", "997", "998", "999"} {
		if _, err := ParseMSISDN("0"+p+"123456", plainly); err != nil {
			t.Errorf("0%s…: %v", p, err)
		}
	}
}

func TestMSISDNDisplay(t *testing.T) {
	t.Parallel()
	m, err := ParseMSISDN("0555123456", plainly)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.International(); got != "+996 555 123 456" {
		t.Errorf("international: %q", got)
	}
	if got := m.National(); got != "0555 123 456" {
		t.Errorf("national: %q", got)
	}
	if got := m.String(); got != "+996 ••• ••• 456" {
		t.Errorf("mask: %q", got)
	}
	var zero MSISDN
	if zero.E164()+zero.National()+zero.International() != "" || zero.Synthetic() {
		t.Error("the zero number tells something")
	}
}

func TestSyntheticMSISDNIsOneForEach(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "+996991000000", 999_999: "+996991999999", 1_000_000: "+996992000000", 3_999_999: "+996994999999"} {
		m, ok := SyntheticMSISDN(n)
		if !ok || m.E164() != want || !m.Synthetic() {
			t.Errorf("%d: %q %v", n, m.E164(), ok)
		}
	}
	for _, n := range []int{-1, 4_000_000} {
		if _, ok := SyntheticMSISDN(n); ok {
			t.Errorf("%d is beyond the block, yet there is a number", n)
		}
	}
}
