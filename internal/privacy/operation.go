package privacy

import "strings"

// Operations is a set of operations, one bit each. The thirteen of policy 4.2
// take sixteen bits, since clarify has two kinds and transfer three; the bare
// word stands for all of its kinds.
type Operations uint16

// The operations of policy 4.2, in its order.
const (
	Collect Operations = 1 << iota
	Record
	Systematise
	Accumulate
	Store
	ClarifyUpdate
	ClarifyChange
	Extract
	Use
	TransferDistribute
	TransferProvide
	TransferAccess
	Anonymise
	BlockOp
	Delete
	Destroy

	Clarify  = ClarifyUpdate | ClarifyChange
	Transfer = TransferDistribute | TransferProvide | TransferAccess
)

// operationNames maps the names used in rules, on the wire and in the ledger.
// The thirteen come first in the policy's order, then the kinds of two of them.
var operationNames = [...]struct {
	name string
	set  Operations
}{
	{"collect", Collect},
	{"record", Record},
	{"systematise", Systematise},
	{"accumulate", Accumulate},
	{"store", Store},
	{"clarify", Clarify},
	{"extract", Extract},
	{"use", Use},
	{"transfer", Transfer},
	{"anonymise", Anonymise},
	{"block", BlockOp},
	{"delete", Delete},
	{"destroy", Destroy},
	{"clarify.update", ClarifyUpdate},
	{"clarify.change", ClarifyChange},
	{"transfer.distribute", TransferDistribute},
	{"transfer.provide", TransferProvide},
	{"transfer.access", TransferAccess},
}

// ParseOperation accepts one operation by name; a bare "transfer" or "clarify"
// is the set of its kinds.
func ParseOperation(s string) (Operations, bool) {
	for i := range operationNames {
		if operationNames[i].name == s {
			return operationNames[i].set, true
		}
	}
	return 0, false
}

// OperationNames lists the thirteen operations in the policy's order.
func OperationNames() []string {
	names := make([]string, 13)
	for i := range names {
		names[i] = operationNames[i].name
	}
	return names
}

// Has reports whether every operation of o is in the set.
func (set Operations) Has(o Operations) bool { return o != 0 && set&o == o }

// String gives the name of one operation, or the names of a set with commas.
func (set Operations) String() string { return strings.Join(set.Names(), ",") }

// Names lists the operations of the set, a whole word where all its kinds are in.
func (set Operations) Names() []string {
	var out []string
	for i := range operationNames {
		if o := operationNames[i].set; set.Has(o) {
			out = append(out, operationNames[i].name)
			set &^= o
		}
	}
	return out
}
