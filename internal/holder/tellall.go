package holder

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/law"
	"kupuya/internal/ledger"
	"kupuya/internal/policy"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// scopeComing marks the notice of a coming edition: proof of having been told,
// not of having seen the banner after the switch.
const scopeComing = "coming"

// TellAll tells the subjects of a coming edition, a page at a time, each once: a
// notice with its event in his own stream, and an SMS where there is a number
// to use. It goes on after a crash where it was, and until the switch it looks
// for those who registered meanwhile. It gives when to go on; zero when there is
// nothing more to tell. (policy 3.13; DC-114 p.5, law 4.10)
func (h *Holder) TellAll(ctx context.Context, d store.Duty) (again time.Time, err error) {
	const op = "holder.TellAll"
	var p store.Proposal
	var src *Source
	var ids []privacy.SubjectID
	err = h.Store.View(ctx, func(v store.View) error {
		if p, err = proposalIn(ctx, v, privacy.EditionID(d.Ref)); err != nil || p.State != StateAnnounced {
			return err
		}
		if src, err = h.book.proposed(ctx, v, &p); err != nil {
			return err
		}
		ids, err = v.Subjects(ctx, p.Cursor, crowd)
		return err
	})
	if err != nil || p.State != StateAnnounced {
		return time.Time{}, fail(op, err)
	}
	told := int64(0)
	for _, id := range ids {
		one, err := h.tellOne(ctx, id, &p, src)
		if err != nil {
			return time.Time{}, err
		}
		told += one
	}
	now := h.Clock.Now()
	err = h.Store.Update(ctx, store.HolderID, func(tx store.Tx) error {
		fresh, err := proposalIn(ctx, tx, p.Edition)
		if err != nil || fresh.State != StateAnnounced || fresh.Cursor != p.Cursor {
			return err // taken back, in force, or told by another worker
		}
		if fresh.Told += told; len(ids) > 0 {
			fresh.Cursor = ids[len(ids)-1]
		}
		if len(ids) < crowd && fresh.ToldAt.IsZero() {
			fresh.ToldAt = now
		}
		return tx.PutProposal(ctx, fresh, nil)
	})
	if err != nil {
		return time.Time{}, fail(op, err)
	}
	if len(ids) < crowd {
		now = now.Add(time.Hour)
	}
	return now, nil
}

// tellOne tells one subject, unless he was told before, and gives 1 if he now
// has been: the worker that moves the cursor counts.
func (h *Holder) tellOne(ctx context.Context, id privacy.SubjectID, p *store.Proposal, src *Source) (int64, error) {
	const op = "holder.TellAll"
	return do(ctx, h, op, system(), id, func(c *change) (int64, error) {
		if c.s == nil || c.ed == nil || c.s.Status != privacy.StatusRegistered {
			return 0, nil
		}
		notice := noticeOf(p, id)
		if _, err := c.Notice(ctx, notice); !isNotFound(err) {
			return 1, err
		}
		lang := c.s.Lang
		text, ok := src.Texts[lang]
		if !ok {
			lang, text = privacy.Kyrgyz, src.Texts[privacy.Kyrgyz]
		}
		channel, err := c.message(lang, p, src)
		if err != nil {
			return 0, err
		}
		if err := c.PutNotice(ctx, store.Notice{
			ID: notice, Subject: id, Edition: p.Edition, Lang: lang, Text: text.SHA256, Channel: channel, Scope: scopeComing, At: c.now,
		}); err != nil {
			return 0, err
		}
		_, err = c.record(ledger.EditionAnnounced, func(e *ledger.Event) {
			e.Clause, e.Citation, e.Ref, e.Lang, e.Text = "6.3", "DC-114.5", string(p.Edition), string(lang), text.SHA256
			e.Effective = ledger.Stamp(p.InForce)
			e.Detail = map[string]string{"notice": notice, "by": string(channel), "pack": p.Hash}
		})
		return 1, err
	})
}

// message queues the SMS that tells of a coming edition, where the Holder has a
// number that it may use for a service message; otherwise the notice waits on
// the site and in the app. (policy 3.7, law B11)
func (c *change) message(lang privacy.Lang, p *store.Proposal, src *Source) (privacy.Channel, error) {
	number, d, err := c.number()
	var refused *privacy.Error
	if errors.As(err, &refused) && (refused.Code == privacy.Refused || refused.Code == privacy.MissingValue) {
		return privacy.ChannelSite, nil
	}
	if err != nil {
		return "", err
	}
	if _, err := c.record(ledger.DataUsed, func(e *ledger.Event) {
		about(e, d, purposeService, privacy.Use)
		e.Categories, e.Ref = []string{"D08"}, string(p.Edition)
	}); err != nil {
		return "", err
	}
	day := law.DateOf(p.InForce).Start().In(law.Bishkek).Format("02.01.2006")
	address := fmt.Sprintf("https://%s/%s/policy/%s", c.h.Site, lang, p.Edition)
	text := evidence.AnnounceText(lang, src.Rules.Holder.Brand, day, address)
	return privacy.ChannelSMS, c.queueSMS(number, text, purposeService, p.InForce)
}

// noticeOf is the id of the notice of a proposal to one subject, always the same,
// so that nobody is told twice of the same pack and day.
func noticeOf(p *store.Proposal, id privacy.SubjectID) string {
	sum := sha256.Sum256([]byte("kupuya/1/coming\n" + p.Hash + "\n" + p.Announced.UTC().Format(time.RFC3339Nano) + "\n" + string(id)))
	sum[6] = sum[6]&0x0f | 0x80 // RFC 9562, 5.8: an id of our own making
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// content is what the archive of a published edition holds.
func (e *edition) content() *policy.Content {
	return &policy.Content{Rules: *e.Rules(), Texts: e.texts, Law: e.law}
}
