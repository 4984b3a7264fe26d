package privacy

// Basis is the legal ground on which a purpose stands. (DC-79 p.1-2)
type Basis string

// The six bases.
const (
	BasisContract   Basis = "contract"
	BasisLaw        Basis = "law"
	BasisVital      Basis = "vital"
	BasisPublicTask Basis = "public-task"
	BasisInterest   Basis = "legitimate-interest"
	BasisConsent    Basis = "consent"
)

// Valid reports whether b is one of the six.
func (b Basis) Valid() bool {
	switch b {
	case BasisContract, BasisLaw, BasisVital, BasisPublicTask, BasisInterest, BasisConsent:
		return true
	}
	return false
}

// Grade orders how strongly somebody's agreement is proved. Continued use is
// weaker than every deliberate act and never switches on a purpose.
// (policy 6.1, 6.2a)
type Grade uint8

// The grades, weakest first. The zero value proves nothing.
const (
	GradeNone Grade = iota
	GradeContinuedUse
	GradeTick
	GradeDrawn
	GradeSMS
	GradeQualified
)

var gradeNames = [...]string{"none", "continued_use", "tick", "drawn", "sms", "qualified"}

// String gives the name used in rules, on the wire and in the ledger.
func (g Grade) String() string {
	if int(g) < len(gradeNames) {
		return gradeNames[g]
	}
	return "none"
}

// ParseGrade accepts the names that String gives.
func ParseGrade(s string) (Grade, bool) {
	for i, n := range gradeNames {
		if n == s {
			return Grade(i), true
		}
	}
	return 0, false
}

// MarshalText writes the name.
func (g Grade) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads the name.
func (g *Grade) UnmarshalText(b []byte) error {
	v, ok := ParseGrade(string(b))
	if !ok {
		return E("privacy.Grade", Invalid, nil)
	}
	*g = v
	return nil
}

// Classification says how a category must be kept. (policy 1.2b)
type Classification string

// The classes; logs, metrics and error pages never hold more than internal.
const (
	ClassPublic   Classification = "public"
	ClassInternal Classification = "internal"
	ClassPersonal Classification = "personal"
	ClassSpecial  Classification = "special"               // DC-80
	ClassComms    Classification = "communications-secret" // DC-130
)

// Valid reports whether c is a known class.
func (c Classification) Valid() bool {
	switch c {
	case ClassPublic, ClassInternal, ClassPersonal, ClassSpecial, ClassComms:
		return true
	}
	return false
}
