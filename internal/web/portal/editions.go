package portal

import (
	"net/http"
	"slices"
	"time"

	"kupuya/internal/privacy"
)

// editionRow is one edition in the list.
type editionRow struct {
	ID        privacy.EditionID
	Hash      string
	Published time.Time
	InForce   time.Time
	Until     time.Time // zero for the latest
	Standing  standing
	Mode      string
	Before    privacy.EditionID // the one it followed; empty for the first
}

// editions lists what was published, newest first. (policy 1.3)
func (p *portal) editions(v *view, r *http.Request) error {
	rows, err := p.Policy.Editions(r.Context())
	if err != nil {
		return err
	}
	list := make([]editionRow, 0, len(rows))
	for i, e := range rows {
		row := editionRow{ID: e.ID, Hash: e.Hash, Published: e.Published, InForce: e.InForce, Standing: stands(e.ID, e.InForce, v.Current), Mode: e.Mode}
		if i+1 < len(rows) {
			row.Until = rows[i+1].InForce
		}
		if i > 0 {
			row.Before = rows[i-1].ID
		}
		list = append(list, row)
	}
	slices.Reverse(list)
	v.Template, v.Title, v.Body = "editions", v.T("page.editions"), list
	return nil
}
