package holder

import (
	"context"
	"regexp"
	"strconv"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/ledger"
	"kupuya/internal/policy/filing"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// FilingDocument is the entry for the register of holders with the record of
// processing activities.
type FilingDocument = filing.Document

// FilingChange is one line of the entry that is not as it was filed.
type FilingChange = filing.Change

// Filing says that the entry of an edition was filed with the regulator.
type Filing struct {
	Edition privacy.EditionID // the one in force when empty
	Lang    privacy.Lang      // in which it was filed
	Number  string            // of the registration
	On      string            // day, "2026-11-23"
	Stage   int               // of the registration, 1 to 3 (law K1)
}

// Filed is a recorded filing. Hash is of the bytes that were filed; Digest of
// the twelve fields alone.
type Filed struct {
	Edition privacy.EditionID `json:"edition"`
	Lang    privacy.Lang      `json:"lang"`
	Number  string            `json:"number"`
	On      string            `json:"on"`
	Stage   int               `json:"stage"`
	Hash    string            `json:"sha256"`
	Digest  string            `json:"fields_sha256"`
	At      time.Time         `json:"recorded_at"`
	Event   privacy.EventID   `json:"event"`
	Missing []filing.Missing  `json:"missing"` // what the filed entry lacked (law K2)
}

// FilingStatus says whether the register still says what the edition in force does.
type FilingStatus struct {
	State    string            `json:"state"` // never_filed, up_to_date, update_needed
	Edition  privacy.EditionID `json:"edition"`
	Filed    *Filed            `json:"filed,omitempty"` // the last one; absent when nothing was filed
	Changes  []FilingChange    `json:"changes"`         // since it was filed
	Remade   bool              `json:"remade"`          // the bytes that were filed can be made again; if not, the form has changed since, and Changes may not tell all
	Complete int               `json:"complete"`        // of the twelve fields
	Missing  []filing.Missing  `json:"missing"`
}

// The states of a filing.
const (
	FilingNever  = "never_filed"
	FilingFresh  = "up_to_date"
	FilingUpdate = "update_needed"
)

// FilingOf gives the entry and the record of processing of an edition, or of the
// one in force when none is named. It needs no actor: what is published is what
// the decisions do. (law B12)
func (h *Holder) FilingOf(ctx context.Context, edition privacy.EditionID, lang privacy.Lang) (FilingDocument, error) {
	var out FilingDocument
	err := h.Store.View(ctx, func(v store.View) error {
		ed, err := h.editionNamed(ctx, v, edition)
		if err == nil {
			out = filing.Build(ed.content(), ed.Edition, lang)
		}
		return err
	})
	return out, fail("holder.FilingOf", err)
}

// editionNamed gives the edition with an id, or the one in force for no id.
func (h *Holder) editionNamed(ctx context.Context, v store.View, id privacy.EditionID) (*edition, error) {
	if id == "" {
		return h.book.current(ctx, v)
	}
	return h.book.byID(ctx, v, id)
}

var filingNumber = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9./-]{0,63}$`)

func (f *Filing) check(now time.Time) (law.Date, error) {
	if _, ok := privacy.ParseLang(string(f.Lang)); !ok {
		return law.Date{}, &privacy.Error{Code: privacy.BadValue, Field: "lang"}
	}
	if !filingNumber.MatchString(f.Number) || !recordable(f.Number) {
		return law.Date{}, &privacy.Error{Code: privacy.BadValue, Field: "number", Problem: "filing.number"}
	}
	if f.Stage < 1 || f.Stage > 3 {
		return law.Date{}, &privacy.Error{Code: privacy.BadValue, Field: "stage", Problem: "filing.stage"}
	}
	day, err := law.ParseDate(f.On)
	if err != nil {
		return day, &privacy.Error{Code: privacy.BadValue, Field: "on", Problem: "date.form"}
	}
	if day.Start().After(now) {
		return day, &privacy.Error{Code: privacy.BadValue, Field: "on", Problem: "date.future"}
	}
	return day, nil
}

// File records that the entry of an edition was filed, with the hash of its
// bytes, which the edition gives again at any time. What is filed may lack
// something: that is said, and is for the officer to mend. (law K1, K2, 4.5)
func (h *Holder) File(ctx context.Context, actor privacy.Actor, f Filing) (Filed, error) {
	const op = "holder.File"
	if err := person(&actor); err != nil {
		return Filed{}, fail(op, err)
	}
	return do(ctx, h, op, &actor, store.HolderID, func(c *change) (Filed, error) {
		day, err := f.check(c.now)
		if err != nil {
			return Filed{}, err
		}
		ed, err := h.editionNamed(ctx, c.Tx, f.Edition)
		if err != nil {
			return Filed{}, err
		}
		out := Filed{Edition: ed.ID(), Lang: f.Lang, Number: f.Number, On: f.On, Stage: f.Stage, At: c.now}
		if err := out.sums(ed); err != nil {
			return Filed{}, err
		}
		ev, err := c.record(ledger.FilingRecorded, func(e *ledger.Event) {
			e.Edition, e.Ref, e.Lang, e.Effective = string(ed.ID()), f.Number, string(f.Lang), day.Start()
			e.Detail = map[string]string{"entry": out.Hash, "fields": out.Digest, "stage": strconv.Itoa(f.Stage)}
		})
		out.Event = ev.ID
		return out, err
	})
}

// sums makes the entry of an edition again and takes its hashes.
func (f *Filed) sums(ed *edition) (err error) {
	d := filing.Build(ed.content(), ed.Edition, f.Lang)
	f.Missing = d.Missing
	if f.Hash, err = d.Hash(); err != nil {
		return err
	}
	f.Digest, err = d.Digest()
	return err
}

// FilingStatus compares the entry that was filed last with the edition in
// force. The filed one is made again from its own edition; its hash stands in
// the ledger. (law K1)
func (h *Holder) FilingStatus(ctx context.Context, actor privacy.Actor) (FilingStatus, error) {
	const op = "holder.FilingStatus"
	if !actor.Acts(privacy.ActorOfficer, privacy.ActorAuditor) {
		return FilingStatus{}, &privacy.Error{Op: op, Code: privacy.Forbidden}
	}
	var out FilingStatus
	err := h.Store.View(ctx, func(v store.View) error {
		ed, err := h.book.current(ctx, v)
		if err != nil {
			return err
		}
		last, err := lastFiled(ctx, v)
		if err != nil {
			return err
		}
		out = FilingStatus{State: FilingNever, Edition: ed.ID(), Filed: last, Changes: []FilingChange{}}
		lang := privacy.Kyrgyz
		if last != nil {
			lang = last.Lang
		}
		now := filing.Build(ed.content(), ed.Edition, lang)
		out.Complete, out.Missing = now.Complete(), now.Missing
		if last == nil {
			return nil
		}
		digest, err := now.Digest()
		if err != nil {
			return err
		}
		if out.State = FilingFresh; digest != last.Digest {
			out.State = FilingUpdate
		}
		then, err := h.book.byID(ctx, v, last.Edition)
		if err != nil {
			return err
		}
		filed := filing.Build(then.content(), then.Edition, lang)
		out.Changes, last.Missing = filing.Compare(&filed, &now), filed.Missing
		hash, err := filed.Hash()
		out.Remade = hash == last.Hash
		return err
	})
	return out, fail(op, err)
}

// lastFiled finds the newest recorded filing in the Holder's own stream; nil
// when there is none.
func lastFiled(ctx context.Context, v store.View) (*Filed, error) {
	for before := uint64(1 << 62); ; {
		rows, err := v.Events(ctx, store.HolderID, 0, before, 500)
		if err != nil || len(rows) == 0 {
			return nil, err
		}
		for _, row := range rows {
			e, err := ledger.Parse(row.Bytes)
			if err != nil {
				return nil, err
			}
			if e.Kind == ledger.FilingRecorded {
				stage, err := strconv.Atoi(e.Detail["stage"])
				return &Filed{
					Edition: privacy.EditionID(e.Edition), Lang: privacy.Lang(e.Lang), Number: e.Ref, On: law.DateOf(e.Effective).String(),
					Stage: stage, Hash: e.Detail["entry"], Digest: e.Detail["fields"], At: e.Time, Event: row.ID,
				}, err
			}
			before = row.Seq
		}
	}
}
