// Package pgtest gives tests a PostgreSQL of their own.
//
// It promises each test a fresh, migrated database, on the server that
// KUPUYA_TEST_DSN names or else on one private cluster per test process, which
// is made from the installed binaries, listens on a Unix socket only and dies
// with the process. A test that needs PostgreSQL fails where there is none and
// says what to install; KUPUYA_NO_POSTGRES=1 makes it skip instead.
package pgtest
