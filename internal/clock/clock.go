// Package clock tells the time. It promises that the rest of the house can be
// run at any moment: nothing but this room asks the machine what time it is.
package clock

import (
	"sync"
	"time"
)

// Clock tells the present moment in UTC, in whole milliseconds, as everything
// that is kept has it.
type Clock interface{ Now() time.Time }

// System is the machine's clock.
type System struct{}

// Now reads the machine's clock.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// Ahead is the machine's clock put forward: for a demonstration of what a month
// brings.
type Ahead time.Duration

// Now is the machine's clock and as much again.
func (a Ahead) Now() time.Time { return System{}.Now().Add(time.Duration(a)) }

// Set is a clock that stands still until it is moved: for tests and rehearsals.
type Set struct {
	mu sync.Mutex
	t  time.Time
}

// At makes a clock that stands at t.
func At(t time.Time) *Set { return &Set{t: t.UTC().Truncate(time.Millisecond)} }

// Now is where the clock stands.
func (s *Set) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.t
}

// Advance moves the clock on by d.
func (s *Set) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.t = s.t.Add(d)
}
