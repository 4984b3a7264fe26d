package synth

import (
	"math/rand/v2"
	"time"

	"kupuya/internal/privacy"
)

// Size is how many subscribers a corpus has: one for each number of 991-994.
const Size = 4_000_000

// The shares of the population that are unusual and must not surprise software.
const (
	furtherNumbers  = 0.20  // numbers of somebody who has an earlier one
	childNumbers    = 0.08  // numbers of a child
	otherUser       = 0.25  // numbers used by somebody else than the owner
	noPatronymic    = 0.03  // persons without a patronymic
	pinDisagrees    = 0.01  // persons whose PIN tells another birth than the document
	pinTwice        = 0.005 // persons with the PIN of another
	firstNumbers    = 1 - furtherNumbers
	childPersons    = childNumbers / firstNumbers
	emailGiven      = 0.60
	locationKnown   = 0.60
	contactsUp      = 0.30
	childAgeMax     = 17
	cardAge         = 16 // years from which somebody has an identity card
	adultAgeMin     = 19
	parentSearch    = 400 // earlier subscribers among whom a parent is looked for
	ownerSearch     = 64
	twinSearch      = 1000
	serialsPerBirth = 10_000
)

// firstDay is the earliest day on which a population can stand: before it the
// identity cards that everybody has were not issued.
var firstDay = time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC)

// Corpus is a population. The zero value has nobody in it; use New.
type Corpus struct {
	seed uint64
	day  time.Time
}

// New gives the population of a seed as it stands on a day. Ages and months are
// counted from that day; a day before 2018 stands for the first of 2018.
func New(seed uint64, day time.Time) Corpus {
	if day.Before(firstDay) {
		day = firstDay
	}
	y, m, d := day.UTC().Date()
	return Corpus{seed, time.Date(y, m, d, 0, 0, 0, 0, time.UTC)}
}

// Subscriber is one number and the person who answers for it.
type Subscriber struct {
	Index     int          // 0 to Size-1
	Person    int          // the index at which the same person stands first; D01-D05 and D07 are the same there
	Parent    int          // the index of the parent of a child, -1 for adults
	SamePIN   int          // the index of an unrelated person with the same PIN, -1 for none
	PINOff    bool         // the PIN tells another birth than D02
	OtherUser bool         // somebody else than the owner uses the number
	Synthetic bool         // always true
	Lang      privacy.Lang // the language chosen

	// Data holds the attributes by category and name, in the forms that room
	// format gives; Vocabulary tells their types. A category or attribute that
	// the subscriber has not given is absent.
	Data map[string]map[string]any
}

// Subscriber gives the i-th subscriber, false when i is not in 0 to Size-1.
func (c Corpus) Subscriber(i int) (Subscriber, bool) {
	if i < 0 || i >= Size || c.day.IsZero() {
		return Subscriber{}, false
	}
	p := c.person(c.owner(i))
	s := Subscriber{
		Index: i, Person: p.index, Parent: p.parent, SamePIN: p.samePIN, PINOff: p.pinOff,
		OtherUser: c.chance(i, drawUser, otherUser), Synthetic: true, Lang: p.lang,
	}
	s.Data = c.data(i, p)
	return s, true
}

// draw keeps the chances of one index apart, so that a new attribute leaves the
// others as they were.
type draw uint64

const (
	drawFirst draw = iota
	drawOwner
	drawChild
	drawParent
	drawTwin
	drawTwinOf
	drawAdult
	drawYoung
	drawFamily
	drawName
	drawPIN
	drawDocument
	drawHome
	drawMail
	drawPlace
	drawUse
	drawNetwork
	drawDevice
	drawContacts
	drawUser
	drawFace
)

// rng gives the source of chance for one draw of one index.
func (c Corpus) rng(i int, d draw) *rand.Rand {
	return rand.New(rand.NewPCG(mix(c.seed^mix(uint64(d)+1)), mix(uint64(i))))
}

func (c Corpus) chance(i int, d draw, p float64) bool { return c.rng(i, d).Float64() < p }

// mix spreads neighbouring numbers apart (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// first says whether index i is the first number of its person.
func (c Corpus) first(i int) bool { return i == 0 || !c.chance(i, drawFirst, furtherNumbers) }

// wanted says whether i is to be a child, if a parent is found.
func (c Corpus) wanted(i int) bool {
	return i > 0 && c.first(i) && c.chance(i, drawChild, childPersons)
}

// twin says whether i repeats the PIN of another adult.
func (c Corpus) twin(i int) bool {
	return i > 0 && c.first(i) && !c.wanted(i) && c.chance(i, drawTwin, pinTwice/firstNumbers)
}

// owner gives the index at which the person of number i stands first: i itself,
// or an adult a little earlier.
func (c Corpus) owner(i int) int {
	if c.first(i) {
		return i
	}
	j := c.before(i, drawOwner, ownerSearch)
	for !c.first(j) || c.wanted(j) {
		j--
	}
	return j
}

// before picks an index among the span ones before i; i is at least 1. Index 0
// is always an ordinary adult, so that stepping down from it ends.
func (c Corpus) before(i int, d draw, span int) int { return i - 1 - c.rng(i, d).IntN(min(i, span)) }
