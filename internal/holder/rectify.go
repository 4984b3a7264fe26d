package holder

import (
	"context"

	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
)

// The purposes under which data are corrected: confirming their accuracy
// (policy 3.16), and answering a claim (policy 3.4), which a dispute does not
// stop.
const (
	purposeAccuracy privacy.PurposeID = "P16"
	purposeClaims   privacy.PurposeID = "P04"
)

// Rectify replaces a value that is not right. The former version stays sealed
// as long as the value itself, so that before and after can be shown. A value
// under dispute may be corrected: that is what the dispute is for. (policy 5.1,
// DC-75)
func (h *Holder) Rectify(ctx context.Context, actor privacy.Actor, w Write) (Written, error) {
	return do(ctx, h, "holder.Rectify", &actor, w.Subject, func(c *change) (Written, error) {
		s, err := c.living()
		if err != nil {
			return Written{}, err
		}
		if err := c.mayDo(privacy.ClarifyChange); err != nil {
			return Written{}, err
		}
		v := s.Value(w.Category)
		if v == nil || v.State != privacy.ValueLive {
			if c.ed.Category(w.Category) == nil {
				return Written{}, unknown("category", string(w.Category))
			}
			return Written{}, &privacy.Error{Code: privacy.NotFound, Field: "category"}
		}
		rec, err := c.Record(ctx, c.id, w.Category)
		if err != nil {
			return Written{}, err
		}
		if w.Purpose == "" {
			w.Purpose = c.correcting(w.Category, rec.Purpose)
		}
		w.Notice = rec.Notice // told when it was collected; a correction collects nothing new
		return c.keep(w, privacy.ClarifyChange, ledger.DataRectified)
	})
}

// correcting is the purpose under which a value is corrected: confirming
// accuracy, a claim while the value is disputed, otherwise the one for which it
// was collected.
func (c *change) correcting(cat privacy.CategoryID, collected privacy.PurposeID) privacy.PurposeID {
	for _, p := range []privacy.PurposeID{purposeAccuracy, purposeClaims} {
		d := c.ed.Decide(c.s, policy.Question{Purpose: p, Category: cat, Operation: privacy.ClarifyChange}, system(), c.now)
		if d.Allowed() {
			return p
		}
	}
	return collected
}
