package diff

import "kupuya/internal/law"

// Kind is what sort of change it is: a closed set of codes that stay.
type Kind string

// effectRule is how the effect of a kind is found.
type effectRule uint8

const (
	nothing     effectRule = iota // None
	tell                          // Tell
	month                         // TellMonth
	byBasis                       // AskAgain where a purpose it bears on stands on consent, otherwise TellMonth
	byAgreement                   // Tell where a purpose it bears on stands on the contract, otherwise None
)

// row is one line of the table: a kind that widens, the kind that undoes it,
// and what each asks. Without a second kind the change is its own reverse, and
// wider both ways, since nobody can tell which way it goes.
type row struct {
	wide, narrow         Kind
	wideRule, narrowRule effectRule
	atoms                bool // opens or closes places of the matrix, and no others than it names
	cites                []law.Citation
}

// table decides the class and effect of every kind that is not wording, with
// the articles on which that rests. The list of what must be told anew follows
// ISO/IEC 29184, 5.5: controller, data, method, purpose, third parties,
// retention, rights, contact. (law I, L)
var table = []row{
	// The Holder
	{"holder.identity", "", byBasis, nothing, false, dc("73 p.1", "79 p.4")}, // another controller
	{"holder.contact", "", tell, nothing, false, dc("73 p.1", "115 p.1")},
	{"holder.letters", "", month, nothing, false, dc("79 p.5")}, // an old address would no longer withdraw
	{"holder.places", "", month, nothing, false, dc("73 p.1")},
	{"automation.added", "automation.removed", month, tell, false, dc("57 p.2", "73 p.1")},
	{"automation.changed", "", month, nothing, false, dc("57 p.2", "73 p.1")},

	// What may be done
	{"purpose.added", "purpose.removed", byBasis, byAgreement, true, dc("78 p.2", "79 p.2")},
	{"purpose.parent", "", byBasis, nothing, false, dc("78 p.2")},
	{"category.added", "category.removed", byBasis, byAgreement, true, dc("78 p.3")},
	{"purpose.category.added", "purpose.category.removed", byBasis, byAgreement, true, dc("78 p.2", "78 p.3")},
	{"special.opened", "special.closed", byBasis, byAgreement, true, dc("80")},
	{"operation.added", "operation.removed", byBasis, byAgreement, true, dc("78 p.2")},
	{"operation.unnamed", "operation.named", month, tell, false, dc("73 p.1")},
	{"transient.removed", "transient.added", byBasis, byAgreement, false, dc("78 p.5")},
	{"duty.added", "duty.removed", byBasis, byAgreement, false, dc("85 p.1")}, // a block does not stop it
	{"keep.added", "keep.removed", byBasis, byAgreement, false, dc("83 p.2")},
	{"marketing.changed", "", byBasis, nothing, false, dc("132 p.3")},
	{"safeguard.changed", "", byBasis, nothing, false, dc("80 p.2")},

	// To whom
	{"recipient.added", "recipient.removed", byBasis, byAgreement, true, dc("73 p.1", "78 p.2")},
	{"purpose.recipient.added", "purpose.recipient.removed", byBasis, byAgreement, true, dc("73 p.1", "78 p.2")},
	{"recipient.field.added", "recipient.field.removed", byBasis, byAgreement, true, dc("73 p.1", "78 p.3")},
	{"recipient.name", "", byBasis, nothing, false, dc("73 p.1")}, // perhaps somebody else
	{"recipient.kind", "", byBasis, nothing, false, dc("73 p.1", "86 p.4")},
	{"country.abroad", "country.home", byBasis, byAgreement, false, dc("89")},
	{"country.changed", "", byBasis, nothing, false, dc("89")},
	{"agreement.longer", "agreement.shorter", byBasis, byAgreement, false, dc("86 p.4")},
	{"agreement.changed", "", tell, nothing, false, dc("86 p.4")},

	// On what ground
	{"consent.dropped", "consent.required", month, tell, false, dc("79 p.1", "79 p.2")},
	{"basis.changed", "", month, nothing, false, dc("73 p.1", "79 p.1")},
	{"cites.changed", "", byBasis, nothing, false, dc("73 p.1", "79 p.1")},
	{"force.longer", "force.shorter", byBasis, byAgreement, false, dc("79 p.1")},
	{"evidence.weaker", "evidence.stronger", month, tell, false, dc("79 p.4")}, // a stronger consent stays good
	{"requires.removed", "requires.added", byBasis, byAgreement, false, dc("114 p.1")},
	{"minor.opened", "minor.closed", byBasis, byAgreement, false, dc("81")},
	{"default.on", "default.off", month, byAgreement, false, dc("71 p.2")},
	{"switch.removed", "switch.added", month, byAgreement, false, dc("84 p.1")},

	// How long
	{"term.longer", "term.shorter", byBasis, byAgreement, false, dc("78 p.5")},
	{"term.unclear", "", byBasis, nothing, false, dc("78 p.5")},
	{"term.start", "", byBasis, nothing, false, dc("78 p.5")},
	{"hold.added", "hold.removed", month, tell, false, dc("83 p.2")},

	// Which data, whose, from where
	{"group.added", "group.removed", month, tell, false, dc("73 p.1", "78 p.2")},
	{"group.changed", "", tell, nothing, false, dc("73 p.1")},
	{"class.lower", "class.higher", byBasis, byAgreement, false, dc("80", "130")},
	{"assessment.removed", "assessment.added", byBasis, byAgreement, false, dc("82 p.1")},
	{"nature.changed", "", byBasis, nothing, false, dc("81", "82 p.1")},
	{"source.listed", "source.unlisted", tell, byAgreement, false, dc("73 p.2")}, // before a category names it
	{"source.added", "source.removed", byBasis, byAgreement, false, dc("73 p.2")},
	{"attribute.added", "attribute.removed", byBasis, byAgreement, false, dc("78 p.3")},
	{"attribute.type", "", byBasis, nothing, false, dc("78 p.3")},
	{"attribute.opened", "attribute.restricted", byBasis, byAgreement, false, dc("78 p.2")},
	{"mandatory.added", "mandatory.removed", month, byAgreement, false, dc("71 p.2", "78 p.3")},
	{"index.added", "index.removed", byBasis, byAgreement, false, dc("40 p.3")},

	// What is promised
	{"acceptance.added", "acceptance.removed", month, tell, false, dc("43 p.1", "114 p.3")}, // one more way to be bound
	{"continued.added", "continued.removed", month, tell, false, dc("79 p.4")},
	{"withdrawal.removed", "withdrawal.added", month, tell, false, dc("79 p.5")},
	{"withdrawal.unpromised", "withdrawal.promised", month, tell, false, dc("79 p.5")},
	{"right.removed", "right.added", month, tell, false, dc("73 p.1", "114 p.5")},
	{"deadline.later", "deadline.earlier", month, tell, false, dc("73 p.1", "114 p.5")},
	{"deadline.unclear", "", month, nothing, false, dc("73 p.1", "114 p.5")},
	{"notice.quieter", "notice.louder", month, tell, false, dc("114 p.5")},
	{"notice.later", "notice.sooner", month, tell, false, dc("114 p.5")},
	{"notice.unclear", "", month, nothing, false, dc("114 p.5")},
	{"identification.changed", "", tell, nothing, false, dc("46 p.2")},
	{"informing.changed", "", tell, nothing, false, dc("73 p.1")},
	{"measures.changed", "", tell, nothing, false, dc("88 p.2")},
	{"clause.dropped", "clause.carried", month, tell, false, dc("114 p.5")},
}

// wordings are the kinds of changed words and of notes, with the kind that
// undoes each. They ask nothing. (law I3)
var wordings = map[Kind]Kind{
	"words": "words", "note": "note", "holder.register": "holder.register",
	"text.changed": "text.changed", "text.added": "text.removed", "text.removed": "text.added",
	"text.heading": "text.heading", "text.order": "text.order", "text.layout": "text.layout",
}

// judgement is what the table says of one kind.
type judgement struct {
	class   Class
	rule    effectRule
	reverse Kind
	atoms   bool
	cites   []law.Citation
}

// judgements finds a kind in the table.
var judgements = func() map[Kind]judgement {
	out := map[Kind]judgement{}
	for _, r := range table {
		if r.narrow == "" {
			out[r.wide] = judgement{Wider, r.wideRule, r.wide, r.atoms, r.cites}
			continue
		}
		out[r.wide] = judgement{Wider, r.wideRule, r.narrow, r.atoms, r.cites}
		out[r.narrow] = judgement{Narrower, r.narrowRule, r.wide, r.atoms, r.cites}
	}
	for k, reverse := range wordings {
		out[k] = judgement{Wording, nothing, reverse, false, dc("114 p.5")}
	}
	return out
}()

// Kinds lists the closed set in the order of the table, wording last.
func Kinds() []Kind {
	var out []Kind
	for _, r := range table {
		out = append(out, r.wide)
		if r.narrow != "" {
			out = append(out, r.narrow)
		}
	}
	return append(out, "words", "note", "holder.register", "text.changed", "text.added", "text.removed", "text.heading", "text.order", "text.layout")
}

// dc cites articles of the Digital Code.
func dc(articles ...string) []law.Citation {
	var out []law.Citation
	for _, a := range articles {
		out = append(out, law.Citation{Act: "dc", Article: a})
	}
	return out
}
