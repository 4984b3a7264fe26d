// Package session finds out who is asking. It promises that an Actor comes from
// a credential or a session that the Holder issued, never from a body, and that
// whoever shows nothing, or something that opens nothing, is nobody.
package session

import (
	"context"
	"net/http"
	"strings"

	"kupuya/internal/privacy"
)

// Opener turns the bearer token of a request into an Actor.
type Opener func(r *http.Request, token string) (privacy.Actor, error)

// Subscribers opens what systems, partners and subscribers show.
func Subscribers(o interface {
	CredentialActor(ctx context.Context, secret string) (privacy.Actor, error)
	SubjectActor(ctx context.Context, token string, ch privacy.Channel) (privacy.Actor, error)
},
) Opener {
	return func(r *http.Request, token string) (privacy.Actor, error) {
		if strings.HasPrefix(token, "kup_") {
			return o.CredentialActor(r.Context(), token)
		}
		return o.SubjectActor(r.Context(), token, Channel(r.Header.Get("X-Kupuya-Channel")))
	}
}

// Staff opens what staff show; it is used on the console's listener alone.
func Staff(o interface {
	StaffActor(ctx context.Context, token string) (privacy.Actor, error)
},
) Opener {
	return func(r *http.Request, token string) (privacy.Actor, error) { return o.StaffActor(r.Context(), token) }
}

// Who gives the Actor behind a request. Without a bearer token it is the zero
// Actor, which may do nothing.
func Who(r *http.Request, open Opener) (privacy.Actor, error) {
	auth := r.Header.Get("Authorization")
	if auth == "" {
		return privacy.Actor{}, nil
	}
	token, ok := Bearer(auth)
	if !ok {
		return privacy.Actor{}, &privacy.Error{Op: "session.Who", Code: privacy.Unauthenticated}
	}
	return open(r, token)
}

// Bearer gives the token of an Authorization header. (RFC 6750)
func Bearer(header string) (token string, ok bool) {
	scheme, token, ok := strings.Cut(header, " ")
	return token, ok && strings.EqualFold(scheme, "Bearer") && token != ""
}

// Channel is how a subscriber reached the API: the app says so in a header.
func Channel(said string) privacy.Channel {
	if said == string(privacy.ChannelApp) {
		return privacy.ChannelApp
	}
	return privacy.ChannelSite
}

type actorKey struct{}

// With puts the actor into a context.
func With(ctx context.Context, a privacy.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// Actor gives the actor of a context; the zero Actor when there is none.
func Actor(ctx context.Context) privacy.Actor {
	a, _ := ctx.Value(actorKey{}).(privacy.Actor)
	return a
}
