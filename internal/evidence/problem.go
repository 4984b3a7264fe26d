package evidence

import (
	"slices"

	"kupuya/internal/privacy"
)

// The problems of evidence that proves nothing, as they stand in
// privacy.Error.Problem beside the code EvidenceInvalid.
const (
	Form         = "evidence.form"          // cannot be read: not the members asked for, each once
	Long         = "evidence.long"          // more bytes than any honest piece of evidence has
	Bound        = "evidence.bound"         // given for something else than what is asked now
	ShownMissing = "evidence.shown"         // it does not say which edition, text and language were shown
	CodeForm     = "evidence.code_form"     // not six digits
	ImageOnly    = "evidence.image_only"    // a picture of a signature instead of its strokes
	Canvas       = "evidence.canvas"        // a canvas of no sensible size
	PointCount   = "evidence.points"        // too few or too many points
	StrokeCount  = "evidence.strokes"       // no strokes, too many, or an empty one
	Outside      = "evidence.outside"       // a point beside the canvas
	Order        = "evidence.order"         // time that does not begin at zero or runs backwards
	Duration     = "evidence.duration"      // drawn faster or slower than a hand draws
	Ink          = "evidence.ink"           // too little is drawn
	Line         = "evidence.line"          // everything lies on one line
	Copied       = "evidence.copied"        // the very strokes of an earlier signature
	Prefilled    = "evidence.prefilled"     // the box was ticked in advance, or nobody says that it was not
	TickTime     = "evidence.tick_time"     // ticked before the text could be seen, or long after
	SilentUse    = "evidence.continued_use" // continued use offered for anything but an edition
)

// Problems lists the closed set, so that the words for each can be tested for
// completeness.
func Problems() []string {
	return slices.Clone([]string{
		Form, Long, Bound, ShownMissing, CodeForm, ImageOnly, Canvas, PointCount,
		StrokeCount, Outside, Order, Duration, Ink, Line, Copied, Prefilled, TickTime, SilentUse,
	})
}

func refuse(op, problem string) error {
	return &privacy.Error{Op: op, Code: privacy.EvidenceInvalid, Problem: problem}
}
