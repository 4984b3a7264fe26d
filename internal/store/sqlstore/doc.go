// Package sqlstore keeps what package store asks for in SQLite or PostgreSQL.
//
// It promises what store.Store, store.Queue and store.Keys promise, and holds
// both engines to it with one body of SQL: every statement stands once, beside
// what reads its answer, with the placeholders $1, $2 that both understand. What
// differs between the engines (types, the row lock, how a transaction travels)
// is in sqlite.go and postgres.go and nowhere else.
//
// Three rules hold for the whole room:
//
// A statement that fails dooms its transaction, also when the caller drops the
// error, because PostgreSQL would refuse what follows and SQLite would not. A
// write may reach the engine only with the next read or with the commit, so
// its error may come from a later call or from Update itself.
//
// Moments are kept in whole milliseconds and come back in UTC; the zero time
// is no moment. Text is UTF-8 without NUL; anything else is refused as Invalid
// before it reaches an engine, because only one of them would keep it.
//
// There are no foreign keys. They would lock rows in an order of their own on
// the way to every event and stand in the way of spreading the tables over
// machines; that rows belong together is held by the lock on the subject, by
// CHECKs and by the contract suite.
package sqlstore
