package session_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"

	"kupuya/internal/privacy"
	"kupuya/internal/web/session"
)

// door remembers what it was asked to open.
type door struct{ opened string }

func (d *door) CredentialActor(_ context.Context, secret string) (privacy.Actor, error) {
	d.opened = "credential " + secret
	return privacy.NewActor(privacy.ActorSpec{Kind: privacy.ActorSystem}), nil
}

func (d *door) SubjectActor(_ context.Context, token string, ch privacy.Channel) (privacy.Actor, error) {
	d.opened = "subject " + token + " by " + string(ch)
	return privacy.NewActor(privacy.ActorSpec{Kind: privacy.ActorSubject}), nil
}

func (d *door) StaffActor(_ context.Context, token string) (privacy.Actor, error) {
	d.opened = "staff " + token
	return privacy.Actor{}, &privacy.Error{Code: privacy.Unauthenticated}
}

func TestWhoComesFromWhatIsShown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		auth, channel string
		opened        string
		kind          privacy.ActorKind
		code          privacy.Code
	}{
		"nothing":                         {"", "", "", "", ""},
		"a credential":                    {"Bearer kup_1_x", "", "credential kup_1_x", privacy.ActorSystem, ""},
		"a token on the site":             {"Bearer abc", "", "subject abc by site", privacy.ActorSubject, ""},
		"a token in the app":              {"bearer abc", "app", "subject abc by app", privacy.ActorSubject, ""},
		"a token on a channel of its own": {"BEARER abc", "office", "subject abc by site", privacy.ActorSubject, ""},
		"another scheme":                  {"Basic abc", "", "", "", privacy.Unauthenticated},
		"a scheme and nothing":            {"Bearer", "", "", "", privacy.Unauthenticated},
		"a scheme and a blank":            {"Bearer ", "", "", "", privacy.Unauthenticated},
		"a token alone":                   {"kup_1_x", "", "", "", privacy.Unauthenticated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := httptest.NewRequest("GET", "/", nil)
			if c.auth != "" {
				r.Header.Set("Authorization", c.auth)
			}
			r.Header.Set("X-Kupuya-Channel", c.channel)
			who, err := session.Who(r, session.Subscribers(d))
			if privacy.CodeOf(err) != c.code || who.Kind() != c.kind || d.opened != c.opened {
				t.Errorf("%s %v, opened %q", who.Kind(), err, d.opened)
			}
		})
	}
}

func TestStaffShowWhatStaffHave(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer kup_1_x")
	_, err := session.Who(r, session.Staff(d))
	var e *privacy.Error
	if !errors.As(err, &e) || e.Code != privacy.Unauthenticated || d.opened != "staff kup_1_x" {
		t.Errorf("%v, opened %q", err, d.opened)
	}
}

func TestWithoutAnActorThereIsNobody(t *testing.T) {
	t.Parallel()
	nobody := session.Actor(context.Background())
	if nobody.Kind() != "" || nobody.MayName("P01", privacy.Use) {
		t.Error("somebody is there")
	}
	clerk := privacy.NewActor(privacy.ActorSpec{Kind: privacy.ActorClerk})
	if got := session.Actor(session.With(context.Background(), clerk)); got.Kind() != privacy.ActorClerk {
		t.Errorf("actor %s", got.Kind())
	}
}
