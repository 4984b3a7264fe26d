package policy

import (
	"kupuya/internal/law"
	"kupuya/internal/privacy"
)

// Rules is the machine reading of one edition, as rules.yaml holds it. Loading
// refuses unknown keys; Compile refuses what contradicts itself.
type Rules struct {
	Edition     privacy.EditionID `yaml:"edition"`      // "mega24/2026-1"
	Holder      Holder            `yaml:"holder"`       // who answers for the data
	InForce     string            `yaml:"in_force"`     // "publication", or the date from which the edition says it is in force (policy 6.4a)
	Supersedes  privacy.EditionID `yaml:"supersedes"`   // the edition before, empty for the first
	Notice      NoticeRule        `yaml:"notice"`       // how changes are told (policy 6.3)
	Acceptance  AcceptanceRule    `yaml:"acceptance"`   // policy 6.1, 6.2a
	Withdrawal  []WithdrawalWay   `yaml:"withdrawal"`   // policy 4.5b
	Rights      []Right           `yaml:"rights"`       // policy 5.0-5.3
	Operations  []OperationRule   `yaml:"operations"`   // policy 4.2: the thirteen, in its order
	Sources     []Source          `yaml:"sources"`      // policy 1.2a
	Categories  []Category        `yaml:"categories"`   // policy 2.3.1-2.3.13
	Purposes    []Purpose         `yaml:"purposes"`     // policy 3.1-3.20 and their children
	Recipients  []Recipient       `yaml:"recipients"`   // policy 4.4a, 4.4b
	Safeguards  []Safeguard       `yaml:"safeguards"`   // DC-80: what lifts the ban on a special category
	Clauses     []ClauseUse       `yaml:"clauses"`      // clauses that are carried out by something other than a rule above
	ConsentForm ConsentForm       `yaml:"consent_form"` // headings of a request for consent (law 4.1)
	Waivers     []Waiver          `yaml:"waivers"`      // citations of acts that ended, kept for a reason
	Filing      Filing            `yaml:"filing"`       // what the register of holders asks for beside the rules (law 4.5)
	ReviewNotes []privacy.Words   `yaml:"review_notes"` // what counsel must confirm
}

// Holder is the operator that publishes the policy. (law 4.3 items 3-5)
type Holder struct {
	Name       privacy.Words `yaml:"name"`
	Brand      string        `yaml:"brand"` // "MEGA24"
	Site       string        `yaml:"site"`  // "mega24.kg"
	Address    privacy.Words `yaml:"address"`
	Letters    privacy.Words `yaml:"letters"`  // where a letter withdraws a consent (policy 4.5b)
	Officer    privacy.Words `yaml:"officer"`  // contact of the responsible person (DC-88 p.2(3))
	Places     privacy.Words `yaml:"places"`   // where processing takes place
	Register   string        `yaml:"register"` // number in the register of holders; empty until filed
	Regulator  privacy.Words `yaml:"regulator"`
	Automation privacy.Words `yaml:"automation"` // automated decisions: which, meaning, consequences (DC-73 p.1(10))
}

// ConsentForm holds the headings of a request for consent, which is a text of
// its own for each purpose. (DC-79 p.3, law 4.1)
type ConsentForm struct {
	Heading    privacy.Words `yaml:"heading"` // says that this is a request for consent, voluntary and refusable
	Data       privacy.Words `yaml:"data"`
	Operations privacy.Words `yaml:"operations"`
	Recipients privacy.Words `yaml:"recipients"`
	Nobody     privacy.Words `yaml:"nobody"` // where there is no recipient
	Term       privacy.Words `yaml:"term"`
	Withdraw   privacy.Words `yaml:"withdraw"`
	Without    privacy.Words `yaml:"without"` // what changes when it is refused
}

// NoticeRule says how a change of edition is told. Modes: none, banner, push, sms.
type NoticeRule struct {
	Mode   string           `yaml:"mode"`
	Ahead  string           `yaml:"ahead"` // a law.Term: how long before it is in force, "1mo" (DC-114 p.5)
	Clause privacy.ClauseID `yaml:"clause"`
}

// AcceptanceRule lists the ways of accepting an edition and their grades.
type AcceptanceRule struct {
	Clause       privacy.ClauseID `yaml:"clause"` // 6.1
	Ways         []AcceptanceWay  `yaml:"ways"`
	ContinuedUse privacy.ClauseID `yaml:"continued_use"` // clause 6.2a; the grade is continued_use and never switches on a purpose
	SummaryLines []privacy.Words  `yaml:"summary"`       // the eight lines shown before the full text

	// Identification is where the rules of identification are published, under
	// which a code or a drawing counts as a signature; empty until they are.
	// (DC-46 p.2)
	Identification string `yaml:"identification"`
}

// AcceptanceWay is one way of accepting: sms, drawn or tick.
type AcceptanceWay struct {
	ID    string        `yaml:"id"`    // same word as the grade
	Title privacy.Words `yaml:"title"` // "Enter the code from the SMS"
}

// WithdrawalWay is one channel by which a consent is withdrawn.
type WithdrawalWay struct {
	Channel privacy.Channel  `yaml:"channel"`
	Clause  privacy.ClauseID `yaml:"clause"`
	Title   privacy.Words    `yaml:"title"`
	Extra   bool             `yaml:"extra"` // true for the channels beyond the letter the text names
}

// Right is one right of the subject, with the deadline of the law registry.
type Right struct {
	ID       string           `yaml:"id"` // access, rectify, update, block, destroy, dispute, withdraw, object, portability, delete, complain
	Clause   privacy.ClauseID `yaml:"clause"`
	Title    privacy.Words    `yaml:"title"`
	Deadline string           `yaml:"deadline"` // id in policies/law-kg/deadlines.yaml
}

// OperationRule names one of the thirteen operations in the three languages.
type OperationRule struct {
	ID     string           `yaml:"id"` // privacy.OperationNames
	Clause privacy.ClauseID `yaml:"clause"`
	Title  privacy.Words    `yaml:"title"`
	Kinds  []OperationKind  `yaml:"kinds"` // two for clarify, three for transfer
}

// OperationKind is a kind of clarify or transfer.
type OperationKind struct {
	ID    string        `yaml:"id"` // "clarify.update"
	Title privacy.Words `yaml:"title"`
}

// Source is a registered point of collection.
type Source struct {
	ID     privacy.SourceID `yaml:"id"` // web_form, app_form, sdk, office_scan, network, billing, partner, register, letter, subject_call
	Clause privacy.ClauseID `yaml:"clause"`
	Title  privacy.Words    `yaml:"title"`
}

// Category is one kind of data, with the attributes that may be stored in it.
type Category struct {
	ID             privacy.CategoryID     `yaml:"id"`
	Clause         privacy.ClauseID       `yaml:"clause"`
	Title          privacy.Words          `yaml:"title"`
	Classification privacy.Classification `yaml:"classification"`
	Child          bool                   `yaml:"child"`         // data about a child (DC-81)
	ThirdPersons   bool                   `yaml:"third_persons"` // data about other people (T12)
	HighRisk       bool                   `yaml:"high_risk"`     // D13: needs an impact assessment (US-2.3.13-2)
	Sources        []privacy.SourceID     `yaml:"sources"`
	Attributes     []Attribute            `yaml:"attributes"`
	Assessment     string                 `yaml:"assessment"` // the impact assessment on record, where one is needed; empty until there is (DC-82)
}

// Attribute is one field of a category.
type Attribute struct {
	ID        string                 `yaml:"id"`   // "surname"
	Type      string                 `yaml:"type"` // a type of room format: name, pin, msisdn, image, …
	Title     privacy.Words          `yaml:"title"`
	Class     privacy.Classification `yaml:"class"`     // where it differs from the category's
	Mandatory []privacy.PurposeID    `yaml:"mandatory"` // purposes for which it must be given (policy 2.2)
	Only      []privacy.PurposeID    `yaml:"only"`      // when not empty: readable and writable under these purposes alone
	Index     string                 `yaml:"index"`     // blind index it is findable by: msisdn, pin, document, email; empty for none
}

// Purpose is one of the twenty, or a child ("P06.ads", "P20.x").
type Purpose struct {
	ID         privacy.PurposeID     `yaml:"id"`
	Parent     privacy.PurposeID     `yaml:"parent"`   // empty for P01-P20
	Template   bool                  `yaml:"template"` // P20: permits nothing itself, only a child does (US-3.20-1)
	Clause     privacy.ClauseID      `yaml:"clause"`
	Title      privacy.Words         `yaml:"title"`
	Plain      privacy.Words         `yaml:"plain"` // one plain sentence for the consent screen
	Off        privacy.Words         `yaml:"off"`   // what changes for the subject when it is off
	Child      privacy.Words         `yaml:"child"` // the same for a reader of fourteen; needed where minor is not locked and the basis is consent (DC-81 p.4)
	Basis      privacy.Basis         `yaml:"basis"`
	Cites      []Citation            `yaml:"cites"`    // act and article, or the agreement
	Counsel    string                `yaml:"counsel"`  // "to-confirm" until a lawyer has confirmed the basis
	Requires   []string              `yaml:"requires"` // what must stand before: "acceptance", "agreement"; empty for what comes before the contract
	Rows       []Row                 `yaml:"categories"`
	Operations []string              `yaml:"operations"`
	Recipients []privacy.RecipientID `yaml:"recipients"` // to whom a transfer under this purpose may go; empty is nobody
	Terms      Terms                 `yaml:"terms"`
	Default    string                `yaml:"default"`    // "on" or "off"; consent is always off
	Switchable bool                  `yaml:"switchable"` // the subject may turn it off
	Evidence   string                `yaml:"evidence"`   // least grade for a consent: tick, drawn, sms; empty where the basis is not consent
	Minor      string                `yaml:"minor"`      // open | guardian (under 14 the representative gives it) | locked (under 18 refused)
	Marketing  bool                  `yaml:"marketing"`  // advertising or partners: own consent, stop word, quiet hours
	Transient  bool                  `yaml:"transient"`  // nothing under it may be stored (P11)
	Duty       bool                  `yaml:"duty"`       // a legal duty, or the dispute itself: a block does not stop it (T7; P13, P04)
}

// Row is a category within a purpose. Basis and cites override the purpose's
// where this category stands on another ground.
type Row struct {
	Category   privacy.CategoryID `yaml:"id"`
	Basis      privacy.Basis      `yaml:"basis"`
	Cites      []Citation         `yaml:"cites"`
	Operations []string           `yaml:"operations"` // narrower than the purpose's, when given
	Terms      *Terms             `yaml:"terms"`
	Safeguard  string             `yaml:"safeguard"` // id of the safeguard, needed where the category is special
	Keep       bool               `yaml:"keep"`      // storing under this row is itself a duty, for whatever purpose the value was collected (tax, claims)
}

// Citation points to an article of an act in policies/law-kg.
type Citation struct {
	Act     law.ActID `yaml:"act"`
	Article string    `yaml:"article"`
	Why     string    `yaml:"why"` // short, English, for counsel
}

// Terms says how long processing and storage last. Both are law.Term or
// "while" (as long as what starts the term lasts, nothing after).
// Starts: collected, consent, agreement (lasts while it is alive, then the term
// runs from its end), request (a case; runs from its end).
type Terms struct {
	Processing string        `yaml:"processing"` // "while", "1y", "30d" …
	Storage    string        `yaml:"storage"`    // "3y", "30d", "none" for transient use
	From       string        `yaml:"from"`       // collected | consent | agreement | request
	Why        privacy.Words `yaml:"why"`        // sentence for the extract: until when and why
	Cites      []Citation    `yaml:"cites"`
}

// Recipient is somebody outside the Holder's staff to whom data may go.
type Recipient struct {
	ID        privacy.RecipientID  `yaml:"id"`
	Kind      string               `yaml:"kind"` // processor | partner | authority | operator; "sale" does not exist (US-4.4a-1)
	Title     privacy.Words        `yaml:"title"`
	Clause    privacy.ClauseID     `yaml:"clause"`
	Country   string               `yaml:"country"` // ISO 3166-1 alpha-2
	Agreement Agreement            `yaml:"agreement"`
	Fields    []privacy.CategoryID `yaml:"fields"` // categories the agreement names
	PolicyURL string               `yaml:"policy_url"`
}

// Agreement is the contract or act under which a recipient may be given data.
type Agreement struct {
	Ref  string `yaml:"ref"`
	From string `yaml:"from"` // date
	To   string `yaml:"to"`   // date, exclusive; empty while it lasts
}

// Safeguard lifts the ban on a special category for the rows that name it.
type Safeguard struct {
	ID        string        `yaml:"id"`
	Exception string        `yaml:"exception"` // number of the exception in DC-80 p.2
	Cites     []Citation    `yaml:"cites"`
	Measures  privacy.Words `yaml:"measures"`
	Approved  []string      `yaml:"approved"` // two roles that approved it; fewer than two does not count
}

// ClauseUse names what carries out a clause that no rule above cites.
type ClauseUse struct {
	Clause privacy.ClauseID `yaml:"id"`
	By     string           `yaml:"by"` // verb or page, as in docs/policy-trace.md
}

// Waiver lets a citation of an act that ended or was replaced stand for the
// publication of an edition. It revives nothing: what rests on such an act alone
// is refused all the same. (policy 4.1)
type Waiver struct {
	Act    law.ActID     `yaml:"act"`
	Rule   string        `yaml:"rule"`   // the path of the rule that cites it: "purposes[P18].terms.cites"
	Reason privacy.Words `yaml:"reason"` // why it may stand for now
	By     string        `yaml:"by"`     // who answers for it
	On     string        `yaml:"on"`     // since when: a date
}
