package diff

import (
	"fmt"
	"slices"
)

// Class says in which direction a change goes, worst last.
type Class uint8

// The classes.
const (
	Wording  Class = iota // words only: nothing more or less is done
	Narrower              // less is done, or more is promised
	Wider                 // more is done, less is promised, or nobody can tell
)

// Classes lists the classes, worst last.
var Classes = [...]Class{Wording, Narrower, Wider}

var classNames = [...]string{"wording", "narrower", "wider"}

// String gives wording, narrower or wider.
func (c Class) String() string { return classNames[c] }

// MarshalText writes what String gives.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what String gives.
func (c *Class) UnmarshalText(b []byte) error { return parse(classNames[:], b, c) }

// Effect says what a change asks of the Holder before it may hold, heaviest last.
type Effect uint8

// The effects.
const (
	None      Effect = iota // nothing
	Tell                    // tell the subjects (DC-73 p.1)
	TellMonth               // tell them a month ahead; they may refuse (DC-114 p.5)
	AskAgain                // a consent given before does not cover it: ask (DC-78 p.2)
)

// Effects lists the effects, heaviest last.
var Effects = [...]Effect{None, Tell, TellMonth, AskAgain}

var effectNames = [...]string{"none", "tell", "tell_month", "ask_again"}

// String gives none, tell, tell_month or ask_again.
func (e Effect) String() string { return effectNames[e] }

// MarshalText writes what String gives.
func (e Effect) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads what String gives.
func (e *Effect) UnmarshalText(b []byte) error { return parse(effectNames[:], b, e) }

func parse[T ~uint8](names []string, b []byte, into *T) error {
	i := slices.Index(names, string(b))
	if i < 0 {
		return fmt.Errorf("diff: %q is none of %v", b, names)
	}
	*into = T(i)
	return nil
}
