package notify_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"kupuya/internal/notify"
)

func TestAHandsetShowsEachMessageOnceNewestFirst(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	h := notify.NewHandset(func() time.Time { return now })
	for _, m := range []notify.SMS{
		{ID: "1", To: "+996991000001", Text: "first"},
		{ID: "2", To: "+996991000002", Text: "other"},
		{ID: "3", To: "+996991000001", Text: "second"},
		{ID: "1", To: "+996991000001", Text: "first"}, // handed over again after a lost answer
	} {
		if err := h.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	got := h.Messages("+996991000001")
	if len(got) != 2 || got[0].Text != "second" || got[1].Text != "first" || !got[0].At.Equal(now) {
		t.Errorf("the number received %+v", got)
	}
	if all := h.Messages(""); len(all) != 3 {
		t.Errorf("all numbers received %d messages", len(all))
	}
	if none := h.Messages("+996991000003"); none == nil || len(none) != 0 {
		t.Errorf("another number received %v", none)
	}
}

func TestAHandsetForgetsTheOldest(t *testing.T) {
	t.Parallel()
	h := notify.NewHandset(time.Now)
	for i := range 2500 {
		if err := h.Send(t.Context(), notify.SMS{ID: fmt.Sprint(i), To: "+996991000001", Text: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	all := h.Messages("")
	if len(all) != 2000 || all[0].Text != "2499" {
		t.Errorf("%d messages, the newest %s", len(all), all[0].Text)
	}
}

func TestWithoutAChannelNothingIsTaken(t *testing.T) {
	t.Parallel()
	if err := (notify.None{}).Send(t.Context(), notify.SMS{}); !errors.Is(err, notify.ErrNoChannel) {
		t.Errorf("no channel took a message: %v", err)
	}
}
