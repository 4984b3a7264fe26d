// Package synth makes up subscribers who look real and are nobody.
//
// It promises that the same seed and index always give the same subscriber, in
// any order and without the ones before, so that a test, a demonstration and a
// load run of millions share one population. Nothing in it can meet a real
// person: numbers lie in 991-994, which no operator holds; identity cards in
// series ID 00; letters go to domains reserved for examples; network addresses
// come from the ranges kept for documentation; pictures are drawn and say ҮЛГҮ.
// A PIN has the published form and so might be somebody's by chance: every
// subscriber is therefore marked synthetic, and such data is never mixed with
// real data.
//
// The package is pure: the day is an argument, chance comes from the seed.
package synth
