// Package format holds what people type: how it is read, checked, compared and
// masked.
//
// It promises that one value has one written form, whoever typed it and where:
// «0555 12-34-56» and «+996 555 123 456» are the same number, «ан № 1234567»
// and AN1234567 the same document. What can be understood is understood; what
// cannot be right is refused with a code from a closed set (Problems) that never
// holds the value. Every value has a mask, so that a page shows one by default.
// (policy 2.3.1-2.3.13)
//
// The package is pure: the day comes as an argument, there is no I/O, no clock
// and no state. Facts that change (documents in circulation, the classifier of
// places) are tables with dates, embedded from files beside the code. The types
// an edition names in its rules are in registry.go.
package format
