package holder

import (
	"context"
	"crypto/sha256"
	"regexp"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"kupuya/internal/ledger"
	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// staffLife is how long a staff session lasts.
const staffLife = 8 * time.Hour

// staffTries is how many wrong sign-ins an account may have in an hour.
const staffTries = 10

// StaffAccount is a new account; Password and Secret are shown once.
type StaffAccount struct {
	Login    string
	Role     privacy.ActorKind
	Password string
	Secret   string // of the second factor, base32
}

var loginForm = regexp.MustCompile(`^[a-z][a-z0-9._-]{1,31}$`)

// AddStaff makes an account with a password (argon2id) and a second factor.
func (h *Holder) AddStaff(ctx context.Context, actor privacy.Actor, login string, role privacy.ActorKind, org string) (StaffAccount, error) {
	const op = "holder.AddStaff"
	if !actor.Acts(privacy.ActorOfficer) {
		return StaffAccount{}, &privacy.Error{Op: op, Code: privacy.Forbidden}
	}
	if !loginForm.MatchString(login) {
		return StaffAccount{}, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "login"}
	}
	if org != "" && !recordable(org) {
		return StaffAccount{}, &privacy.Error{Op: op, Code: privacy.BadValue, Field: "org"}
	}
	if _, ok := staffScope[role]; !ok {
		return StaffAccount{}, &privacy.Error{Op: op, Code: privacy.UnknownName, Field: "role", Name: SafeName(string(role))}
	}
	password, _ := NewToken()
	password = password[:20]
	hash, err := argon2id.CreateHash(password, staffCost)
	if err != nil {
		return StaffAccount{}, fail(op, err)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: h.Site, AccountName: login})
	if err != nil {
		return StaffAccount{}, fail(op, err)
	}
	return do(withoutKey(ctx), h, op, &actor, store.HolderID, func(c *change) (StaffAccount, error) {
		if _, err := c.Staff(ctx, login); err == nil {
			return StaffAccount{}, &privacy.Error{Code: privacy.Conflict, Field: "login"}
		} else if !isNotFound(err) {
			return StaffAccount{}, err
		}
		sealed, err := h.Vault.SealNode("totp", login, []byte(key.Secret()))
		if err != nil {
			return StaffAccount{}, err
		}
		if err := c.PutStaff(ctx, store.Staff{Login: login, Role: role, Org: org, Password: hash, TOTP: sealed, Created: c.now}); err != nil {
			return StaffAccount{}, err
		}
		_, err = c.record(ledger.CredentialIssued, func(e *ledger.Event) {
			e.Ref = "staff:" + login
			e.Detail = map[string]string{"kind": string(role), "org": org}
		})
		return StaffAccount{Login: login, Role: role, Password: password, Secret: key.Secret()}, err
	})
}

// staffCost is what one try of a password costs: 19 MiB and two passes.
var staffCost = &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// StaffSession is an opened staff session; Token is shown once.
type StaffSession struct {
	Token   string            `json:"token"`
	Role    privacy.ActorKind `json:"role"`
	Expires time.Time         `json:"expires_at"`
}

// OpenStaffSession exchanges login, password and a code of the second factor
// for a token. Which of the three was wrong is not said, nor told by the time it
// takes; a code works once.
func (h *Holder) OpenStaffSession(ctx context.Context, login, password, code string) (StaffSession, error) {
	const op = "holder.OpenStaffSession"
	wrong := &privacy.Error{Op: op, Code: privacy.Unauthenticated}
	if err := h.countSignIn(ctx, login); err != nil {
		return StaffSession{}, fail(op, err)
	}
	var s store.Staff
	err := h.Store.View(ctx, func(v store.View) (err error) {
		s, err = v.Staff(ctx, login)
		return err
	})
	known := err == nil && s.Ended.IsZero()
	if err != nil && !isNotFound(err) {
		return StaffSession{}, fail(op, err)
	}
	if !known {
		s.Password = nobodysPassword
	}
	match, err := argon2id.ComparePasswordAndHash(password, s.Password) // tens of milliseconds: outside any transaction
	if err != nil {
		return StaffSession{}, fail(op, err)
	}
	if !known || !match {
		return StaffSession{}, wrong
	}
	return do(withoutKey(ctx), h, op, system(), store.HolderID, func(c *change) (StaffSession, error) {
		s, err := c.Staff(ctx, login)
		if err != nil {
			return StaffSession{}, err
		}
		step, fresh, err := h.secondFactor(s, code, c.now)
		if err != nil {
			return StaffSession{}, err
		}
		if !fresh {
			return StaffSession{}, wrong
		}
		s.Step = step
		if err := c.PutStaff(ctx, s); err != nil {
			return StaffSession{}, err
		}
		token, hash := NewToken()
		out := StaffSession{Token: token, Role: s.Role, Expires: c.now.Add(staffLife)}
		if err := c.PutSession(ctx, store.Session{Hash: hash, Staff: login, Level: "password_totp", Created: c.now, Expires: out.Expires}); err != nil {
			return StaffSession{}, err
		}
		_, err = c.record(ledger.SessionOpened, func(e *ledger.Event) {
			e.Ref = "staff:" + login
			e.Detail = map[string]string{"role": string(s.Role)}
		})
		return out, err
	})
}

// nobodysPassword is the hash of a password that was thrown away: an unknown
// login takes as long as a known one.
const nobodysPassword = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// countSignIn counts a try against the account's hour, wrong or right.
func (h *Holder) countSignIn(ctx context.Context, login string) error {
	now := h.Clock.Now()
	hour := now.Truncate(time.Hour)
	return h.Store.Update(ctx, store.HolderID, func(tx store.Tx) error {
		tries, err := tx.Hit(ctx, "staff:"+hexOf(h.Vault.Token("staff", login)), hour, 1)
		if err == nil && tries > staffTries {
			err = &privacy.Error{Code: privacy.TooMany, Wait: hour.Add(time.Hour).Sub(now)}
		}
		return err
	})
}

// secondFactor checks a code and gives its time step; fresh is false for a
// wrong code and for one that was used before.
func (h *Holder) secondFactor(s store.Staff, code string, now time.Time) (step int64, fresh bool, err error) {
	secret, err := h.Vault.OpenNode("totp", s.Login, s.TOTP)
	if err != nil {
		return 0, false, err
	}
	const period = 30
	for _, skew := range []int64{0, -1, 1} {
		step := now.Unix()/period + skew
		at := time.Unix(step*period, 0)
		ok, err := totp.ValidateCustom(code, string(secret), at, totp.ValidateOpts{Period: period, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && ok {
			return step, step > s.Step, nil
		}
	}
	return 0, false, nil
}

// staffScope says what each role may do until it is bound closer: reading data
// always needs a purpose, a case and a reason.
var staffScope = map[privacy.ActorKind]privacy.Operations{
	privacy.ActorClerk:   privacy.Collect | privacy.Record | privacy.Use | privacy.Clarify | privacy.BlockOp | privacy.Extract,
	privacy.ActorAgent:   privacy.Use | privacy.Clarify | privacy.BlockOp,
	privacy.ActorOfficer: ^privacy.Operations(0),
	privacy.ActorAnalyst: 0,
	privacy.ActorFraud:   privacy.Use,
	privacy.ActorAuditor: 0,
}

// StaffActor gives the actor behind a staff token; Unauthenticated when it
// opens nothing (any more).
func (h *Holder) StaffActor(ctx context.Context, token string) (privacy.Actor, error) {
	const op = "holder.StaffActor"
	sum := sha256.Sum256([]byte(token))
	var s store.Session
	var who store.Staff
	err := h.Store.View(ctx, func(v store.View) (err error) {
		if s, err = v.Session(ctx, sum[:]); err != nil {
			return err
		}
		if s.Staff == "" {
			return store.ErrNotFound
		}
		who, err = v.Staff(ctx, s.Staff)
		return err
	})
	if isNotFound(err) || err == nil && (!s.Ended.IsZero() || !who.Ended.IsZero() || !h.Clock.Now().Before(s.Expires)) {
		return privacy.Actor{}, &privacy.Error{Op: op, Code: privacy.Unauthenticated}
	}
	if err != nil {
		return privacy.Actor{}, fail(op, err)
	}
	return privacy.NewActor(privacy.ActorSpec{
		Kind: who.Role, ID: who.Login, Org: who.Org, Channel: privacy.ChannelOffice,
		AllPurposes: true, Operations: staffScope[who.Role],
	}), nil
}
