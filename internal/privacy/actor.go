package privacy

// ActorKind says in what capacity somebody acts.
type ActorKind string

// The actors of design section 5.
const (
	ActorSubject        ActorKind = "subject"
	ActorRepresentative ActorKind = "representative"
	ActorClerk          ActorKind = "clerk"   // sales office
	ActorAgent          ActorKind = "agent"   // call centre
	ActorOfficer        ActorKind = "officer" // data protection
	ActorAnalyst        ActorKind = "analyst"
	ActorFraud          ActorKind = "fraud"
	ActorAuditor        ActorKind = "auditor" // regulator
	ActorPartner        ActorKind = "partner"
	ActorSystem         ActorKind = "system"
)

// ActorKinds lists them.
var ActorKinds = [...]ActorKind{
	ActorSubject, ActorRepresentative, ActorClerk, ActorAgent, ActorOfficer,
	ActorAnalyst, ActorFraud, ActorAuditor, ActorPartner, ActorSystem,
}

// Channel is the way by which somebody reached the Holder.
type Channel string

// The channels of formats section 5.
const (
	ChannelApp     Channel = "app"
	ChannelSite    Channel = "site"
	ChannelAPI     Channel = "api"
	ChannelSMS     Channel = "sms"
	ChannelUSSD    Channel = "ussd"
	ChannelCall    Channel = "call"
	ChannelOffice  Channel = "office"
	ChannelLetter  Channel = "letter"
	ChannelPartner Channel = "partner"
	ChannelSystem  Channel = "system"
)

// Channels lists them.
var Channels = [...]Channel{
	ChannelApp, ChannelSite, ChannelAPI, ChannelSMS, ChannelUSSD, ChannelCall,
	ChannelOffice, ChannelLetter, ChannelPartner, ChannelSystem,
}

// ParseChannel accepts a channel by name.
func ParseChannel(s string) (Channel, bool) {
	for _, c := range Channels {
		if string(c) == s {
			return c, true
		}
	}
	return "", false
}

// Actor is who asks. It comes from a session or a credential, never from a
// body; its zero value may do nothing.
type Actor struct {
	kind      ActorKind
	id        string
	org       string
	channel   Channel
	subject   SubjectID   // whose data, for a subject; who is represented, for a representative
	recipient RecipientID // for a partner: the recipient it is
	purposes  []PurposeID // what it may name; nil is nothing
	all       bool        // may name every purpose of the edition
	ops       Operations
}

// ActorSpec is what an actor is made of.
type ActorSpec struct {
	Kind        ActorKind
	ID          string // pseudonymous: a credential or account id, never a name
	Org         string // office or system code
	Channel     Channel
	Subject     SubjectID
	Recipient   RecipientID
	Purposes    []PurposeID
	AllPurposes bool
	Operations  Operations
}

// NewActor makes an actor.
func NewActor(s ActorSpec) Actor {
	return Actor{
		kind: s.Kind, id: s.ID, org: s.Org, channel: s.Channel, subject: s.Subject,
		recipient: s.Recipient, purposes: s.Purposes, all: s.AllPurposes, ops: s.Operations,
	}
}

// Kind says in what capacity the actor acts; "" for the zero actor.
func (a *Actor) Kind() ActorKind { return a.kind }

// ID is the pseudonymous id of the account or credential.
func (a *Actor) ID() string { return a.id }

// Org is the office or system the actor belongs to.
func (a *Actor) Org() string { return a.org }

// Channel is how the actor reached the Holder.
func (a *Actor) Channel() Channel { return a.channel }

// Subject is the subject the actor is or represents; "" for others.
func (a *Actor) Subject() SubjectID { return a.subject }

// Recipient is the recipient a partner is; "" for others.
func (a *Actor) Recipient() RecipientID { return a.recipient }

// Via is the same actor on another channel: a clerk who types in a letter.
func (a Actor) Via(c Channel) Actor { a.channel = c; return a }

// MayName reports whether the actor may ask for this purpose and operation.
func (a *Actor) MayName(p PurposeID, o Operations) bool {
	if !a.ops.Has(o) {
		return false
	}
	if a.all {
		return true
	}
	for i := range a.purposes {
		if a.purposes[i] == p {
			return true
		}
	}
	return false
}

// Acts reports whether the actor is one of kinds.
func (a *Actor) Acts(kinds ...ActorKind) bool {
	for _, k := range kinds {
		if a.kind == k {
			return true
		}
	}
	return false
}

// Can reports whether the actor may do this operation for some purpose.
func (a *Actor) Can(o Operations) bool { return a.ops.Has(o) && (a.all || len(a.purposes) > 0) }
