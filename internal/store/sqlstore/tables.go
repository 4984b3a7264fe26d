package sqlstore

import "strings"

// Place says where the rows of a table live when the data are spread over more
// than one machine. It has no useful zero.
type Place uint8

// The places. A test holds the schema to them, so that the day the data outgrow
// one machine no key has to change.
const (
	Local       Place = iota + 1 // on the coordinator: little data, or one global order
	Reference                    // the same on every node: read everywhere, written seldom
	Distributed                  // spread by one column, with which every unique key begins
)

// Table declares one table.
type Table struct {
	Name  string
	Place Place
	By    string // the column that spreads a Distributed table
	// Thin rows are kept by SQLite in the primary key itself; fat ones, and those
	// with a number for a key, beside it.
	Thin bool
	// Lively rows are rewritten all the time; PostgreSQL leaves room beside them,
	// so that a new version stays on the page and costs no entry in an index.
	Lively bool
}

const bySubject = "subject_id"

// DataTables lists every table of the store, in the order of the migrations.
func DataTables() []Table {
	return []Table{
		{Name: "migration", Place: Reference},
		{Name: "subject", Place: Distributed, By: bySubject, Lively: true},
		{Name: "stream", Place: Distributed, By: bySubject, Thin: true, Lively: true},
		{Name: "event", Place: Distributed, By: bySubject},
		{Name: "note", Place: Distributed, By: bySubject},
		{Name: "unsealed", Place: Distributed, By: bySubject, Thin: true},
		{Name: "lookup", Place: Distributed, By: "token", Thin: true},
		{Name: "record", Place: Distributed, By: bySubject},
		{Name: "blob", Place: Distributed, By: bySubject},
		{Name: "notice", Place: Distributed, By: "notice_id"},
		{Name: "challenge", Place: Distributed, By: "challenge_id"},
		{Name: "receipt", Place: Distributed, By: bySubject},
		{Name: "message", Place: Distributed, By: bySubject},
		{Name: "duty", Place: Distributed, By: bySubject},
		{Name: "edition", Place: Reference},
		{Name: "credential", Place: Reference},
		{Name: "staff", Place: Local},
		{Name: "session", Place: Distributed, By: "token_hash"},
		{Name: "once", Place: Distributed, By: "actor"},
		{Name: "counter", Place: Distributed, By: "counter_key", Thin: true, Lively: true},
		{Name: "leaf", Place: Local},
		{Name: "tree_hash", Place: Local},
		{Name: "checkpoint", Place: Local},
		{Name: "lease", Place: Local},
		{Name: "proposal", Place: Reference},
		{Name: "mark", Place: Local},
		{Name: "recipient", Place: Reference},
		{Name: "disclosure", Place: Distributed, By: bySubject},
		{Name: "propagation", Place: Distributed, By: bySubject},
		{Name: "lawful_request", Place: Local},
	}
}

// KeyTables lists every table of the keys, which stand in a database of their own.
func KeyTables() []Table {
	return []Table{
		{Name: "migration", Place: Reference},
		{Name: "subject_key", Place: Distributed, By: bySubject},
		{Name: "seed", Place: Distributed, By: bySubject},
		{Name: "destroyed", Place: Distributed, By: bySubject},
		{Name: "mark", Place: Local},
	}
}

// tableOf gives the declaration of the table that a statement creates.
func tableOf(statement string) (Table, bool) {
	rest, found := strings.CutPrefix(statement, "CREATE TABLE ")
	if !found {
		return Table{}, false
	}
	name, _, _ := strings.Cut(rest, " ")
	for _, t := range append(DataTables(), KeyTables()...) {
		if t.Name == name {
			return t, true
		}
	}
	return Table{}, true
}
