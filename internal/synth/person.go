package synth

import (
	"fmt"
	"time"

	"kupuya/internal/privacy"
)

// person is who stands behind one or more numbers.
type person struct {
	index, parent, samePIN int
	female                 bool
	birth                  time.Time
	pin                    string
	pinOff                 bool
	lang                   privacy.Lang
	family                 family
	surname, given         string
	patronymic             string // empty where there is none
}

// ageBands is how adults spread over ages: a young country.
var ageBands = []struct{ from, to, weight int }{
	{adultAgeMin, 24, 150}, {25, 34, 265}, {35, 44, 225}, {45, 54, 150}, {55, 64, 125}, {65, 74, 62}, {75, 84, 18}, {85, 98, 5},
}

// person gives the person who stands first at index i.
func (c Corpus) person(i int) person {
	p := person{index: i, parent: -1, samePIN: -1}
	p.family, p.lang = c.family(i)
	switch parent, ok := c.parent(i); {
	case ok:
		p.parent = parent.index
		p.family, p.lang = parent.family, parent.lang
		p.female, p.birth = c.young(i)
	case c.twin(i):
		p.samePIN = c.twinOf(i)
		p.female, p.birth = c.adult(p.samePIN)
	default:
		p.female, p.birth = c.adult(i)
	}
	p.name(c.rng(i, drawName))
	p.pin, p.pinOff = c.pin(i, p)
	return p
}

// adult gives sex and birth of somebody over eighteen.
func (c Corpus) adult(i int) (bool, time.Time) {
	r := c.rng(i, drawAdult)
	total := 0
	for _, b := range ageBands {
		total += b.weight
	}
	at, age := r.IntN(total), 0
	for _, b := range ageBands {
		if at -= b.weight; at < 0 {
			age = b.from + r.IntN(b.to-b.from+1)
			break
		}
	}
	return r.IntN(2) == 0, c.birthday(i, age)
}

// young gives sex and birth of a child; most who have a number go to school.
func (c Corpus) young(i int) (bool, time.Time) {
	r := c.rng(i, drawYoung)
	age := 1 + r.IntN(childAgeMax)
	if age < 7 && r.IntN(4) > 0 {
		age = 7 + r.IntN(childAgeMax-6)
	}
	return r.IntN(2) == 0, c.birthday(i, age)
}

// birthday gives a day in the year that lies age years back. Indices with the
// same serial number of the PIN get different days, so that PINs are not
// repeated by chance but only where twin says so.
func (c Corpus) birthday(i, age int) time.Time {
	block, serial := uint64(i/serialsPerBirth), uint64(i%serialsPerBirth)
	ofYear := int((block + mix(c.seed^serial)%365) % 365)
	return time.Date(c.day.Year()-age, time.January, 1+ofYear, 0, 0, 0, 0, time.UTC)
}

// parent looks for an adult a little earlier, 18 to 45 years older. Where there
// is none, as at the very beginning, i is an adult after all.
func (c Corpus) parent(i int) (person, bool) {
	if !c.wanted(i) {
		return person{}, false
	}
	_, born := c.young(i)
	for n, j := 0, c.before(i, drawParent, parentSearch); n < parentSearch; n, j = n+1, j-1 {
		if j < 0 {
			j = i - 1 // those later than where the search began
		}
		if !c.first(j) || c.wanted(j) || c.twin(j) {
			continue
		}
		if _, older := c.adult(j); !older.AddDate(18, 0, 0).After(born) && older.AddDate(45, 0, 0).After(born) {
			return c.person(j), true
		}
	}
	return person{}, false
}

// twinOf gives the adult whose PIN i repeats.
func (c Corpus) twinOf(i int) int {
	j := c.before(i, drawTwinOf, twinSearch)
	for !c.first(j) || c.wanted(j) || c.twin(j) {
		j--
	}
	return j
}

// pin makes the number: sex, day of birth, and a serial that begins with 9.
// For one person in a hundred the day is another one than in the document.
func (c Corpus) pin(i int, p person) (string, bool) {
	if p.samePIN >= 0 {
		i = p.samePIN
	}
	r := c.rng(i, drawPIN)
	sex, born := 2, p.birth
	if p.female {
		sex = 1
	}
	off := r.Float64() < pinDisagrees
	if off {
		born = born.AddDate(0, 0, -1-r.IntN(400))
	}
	serial := i % serialsPerBirth * 7919 % serialsPerBirth
	return fmt.Sprintf("%d%s9%04d", sex, born.Format("02012006"), serial), off
}

// household is whose address a person has: a child lives with the parent.
func (p person) household() int {
	if p.parent >= 0 {
		return p.parent
	}
	return p.index
}

// age is full years on the corpus's day.
func (c Corpus) age(born time.Time) int {
	years := c.day.Year() - born.Year()
	if born.AddDate(years, 0, 0).After(c.day) {
		years--
	}
	return years
}
