package work_test

import (
	"bytes"
	"io/fs"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"kupuya/internal/holder"
	"kupuya/internal/policyfile"
	"kupuya/internal/privacy"
	"kupuya/policies"
)

// next is the pack of an edition in which nothing but its name has changed.
func next(t *testing.T) []byte {
	t.Helper()
	pack := must(fs.Sub(policies.FS, "mega24/2026-1"))(t)
	files := fstest.MapFS{}
	for _, e := range must(fs.ReadDir(pack, "."))(t) {
		data := must(fs.ReadFile(pack, e.Name()))(t)
		if e.Name() == "rules.yaml" {
			data = bytes.Replace(data, []byte("edition: mega24/2026-1\n"), []byte("edition: mega24/2026-2\n"), 1)
			data = bytes.Replace(data, []byte(`supersedes: ""`), []byte("supersedes: mega24/2026-1"), 1)
		}
		files[e.Name()] = &fstest.MapFile{Data: data}
	}
	return must(policyfile.Archive(files, must(fs.Sub(policies.FS, "law-kg"))(t)))(t)
}

// DC-114 p.5: an announced edition is told and comes into force without anybody asking, and of two workers each does what the other
// does not.
func TestAnAnnouncedEditionComesByItself(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx, author := t.Context(), actor(privacy.ActorOfficer)
	h.register()
	p := must(h.Draft(ctx, author, next(t)))(t)
	reviewer := privacy.NewActor(privacy.ActorSpec{Kind: privacy.ActorOfficer, ID: "second", Channel: privacy.ChannelApp})
	must(h.Review(ctx, reviewer, p.Edition, p.Hash))(t)
	p = must(h.Announce(ctx, author, p.Edition, holder.Announcement{}))(t)
	both := func() {
		var done sync.WaitGroup
		done.Go(func() { _, _ = h.a.Duties(ctx) }) // what fails is due again, and told below
		done.Go(func() { _, _ = h.b.Duties(ctx) })
		done.Wait()
	}
	both()
	if all := must(h.Proposals(ctx, author))(t); all[1].Told != 1 || all[1].ToldAt.IsZero() {
		t.Fatalf("told: %+v", all[1])
	}
	h.clock.Advance(p.InForce.Sub(h.clock.Now()) - time.Second)
	both()
	if got := must(h.Current(ctx))(t).Edition; got != "mega24/2026-1" {
		t.Fatalf("a second early %s is in force", got)
	}
	h.clock.Advance(time.Second)
	both()
	both()
	if got := must(h.Current(ctx))(t).Edition; got != "mega24/2026-2" {
		t.Errorf("%s is in force", got)
	}
	if due := must(h.Due(ctx))(t); due[holder.DutySwitch]+due[holder.DutyReview] != 0 {
		t.Errorf("left to do: %v", due)
	}
}
