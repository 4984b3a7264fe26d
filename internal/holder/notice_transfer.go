package holder

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"kupuya/internal/evidence"
	"kupuya/internal/law"
	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// DutyTransferNotice tells a subject that data of his went to a third party.
const DutyTransferNotice = "transfer_notice"

// deadlineTransfer is the term of the law registry for it. The law of 2008 set
// it; it is kept as a higher bar. (law F4)
const deadlineTransfer = "legacy_transfer_notice"

// toldBefore says that an earlier notice told the same: who has been told need
// not be told again. (DC-73 p.5)
const toldBefore = "before"

// scopeTransfer marks the notice of a transfer.
const scopeTransfer = "transfer"

// tellBy is until when the subject must be told of a transfer that happens now;
// zero where it is none to a third party: a processor acts for the Holder, who
// answers for him as for himself. (DC-86 p.4)
func (c *change) tellBy(to privacy.RecipientID) (time.Time, error) {
	if c.ed.Recipient(to).Kind == kindProcessor {
		return time.Time{}, nil
	}
	return c.deadline(deadlineTransfer)
}

// TellTransfer tells a subject of one transfer: by SMS where there is a number
// that may be used, otherwise where he reads what was passed on, and records it.
// Told twice is told once. (law F4, 4.2; policy 4.4a, 4.4b)
func (h *Holder) TellTransfer(ctx context.Context, d store.Duty) error {
	const op = "holder.TellTransfer"
	_, err := do(withoutKey(ctx), h, op, system(), d.Subject, func(c *change) (struct{}, error) {
		if c.s == nil || c.ed == nil || c.s.Status == privacy.StatusDestroying || c.s.Status == privacy.StatusDestroyed {
			return struct{}{}, nil // nobody is left to be told
		}
		rows, err := c.Disclosures(ctx, c.id)
		if err != nil {
			return struct{}{}, err
		}
		at := slices.IndexFunc(rows, func(r store.Disclosure) bool { return r.ID == d.Ref })
		if at < 0 || !rows[at].Told.IsZero() || !rows[at].Withheld.IsZero() {
			return struct{}{}, nil
		}
		return struct{}{}, c.tellTransfer(&rows[at], rows)
	})
	return err
}

func (c *change) tellTransfer(d *store.Disclosure, all []store.Disclosure) error {
	notice, by, text, err := c.transferNotice(d, all)
	if err != nil {
		return err
	}
	d.Told, d.ToldBy = c.now, by
	if err := c.PutDisclosure(c.ctx, *d); err != nil {
		return err
	}
	_, err = c.record(ledger.NoticeShown, func(e *ledger.Event) {
		e.Clause, e.Purpose, e.Recipient, e.Ref, e.Citation = string(d.Clause), string(d.Purpose), string(d.Recipient), d.ID, "law58-24"
		e.Outcome, e.Lang, e.Text = scopeTransfer, string(c.s.Lang), text
		e.Detail = map[string]string{"by": by}
		if notice != "" {
			e.Detail["notice"] = notice
		}
		if d.TellBy.Before(c.now) {
			e.Reason = "late"
		}
	})
	return err
}

// transferNotice tells by the best way there is, or finds that it was told.
func (c *change) transferNotice(d *store.Disclosure, all []store.Disclosure) (notice, by, text string, err error) {
	for i := range all {
		o := &all[i]
		if o.ID != d.ID && !o.Told.IsZero() && o.ToldBy != toldBefore && o.Withheld.IsZero() && o.Recipient == d.Recipient &&
			o.Purpose == d.Purpose && o.Edition == d.Edition && slices.Equal(o.Fields, d.Fields) {
			return "", toldBefore, "", nil
		}
	}
	lang := c.s.Lang
	if _, ok := privacy.ParseLang(string(lang)); !ok {
		lang = privacy.Kyrgyz
		c.s.Lang = lang
	}
	words := c.transferText(lang, d)
	channel := privacy.ChannelSite
	number, dec, err := c.number()
	var refused *privacy.Error
	switch {
	case errors.As(err, &refused) && (refused.Code == privacy.Refused || refused.Code == privacy.MissingValue):
	case err != nil:
		return "", "", "", err
	default:
		channel = privacy.ChannelSMS
		if _, err := c.record(ledger.DataUsed, func(e *ledger.Event) {
			about(e, dec, purposeService, privacy.Use)
			e.Categories, e.Ref = []string{"D08"}, d.ID
		}); err != nil {
			return "", "", "", err
		}
		if err := c.queueSMS(number, words, purposeService, time.Time{}); err != nil {
			return "", "", "", err
		}
	}
	notice, text = privacy.NewID(c.now), evidence.HashText(words)
	return notice, string(channel), text, c.PutNotice(c.ctx, store.Notice{
		ID: notice, Subject: c.id, Edition: c.ed.ID(), Lang: lang, Text: text, Channel: channel, Scope: scopeTransfer + ":" + d.ID, At: c.now,
	})
}

// transferText is the message in the subject's language.
func (c *change) transferText(lang privacy.Lang, d *store.Disclosure) string {
	rules := c.ed.Rules()
	to, purpose := string(d.Recipient), string(d.Purpose)
	if r := c.ed.Recipient(d.Recipient); r != nil {
		to = r.Title.In(lang)
	}
	if p := c.ed.Purpose(d.Purpose); p != nil {
		purpose = p.Title.In(lang)
	}
	day := law.DateOf(d.At).Start().In(law.Bishkek).Format("02.01.2006")
	return evidence.TransferText(lang, rules.Holder.Brand, to, purpose, day, fmt.Sprintf("https://%s/%s/", c.h.Site, lang))
}
