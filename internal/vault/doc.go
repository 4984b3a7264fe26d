// Package vault seals what is personal and opens it only to a Permit.
//
// It promises: a value is opened for a purpose only when a decision allowed
// exactly that subject, category and a reading operation; sealed bytes open in
// the place they were sealed for and nowhere else, so a swapped row does not
// open; destroying the seed of a category, or the key of a subject, makes what
// was sealed under it irrecoverable in every copy and backup. (policy 1.2b,
// 3.21, DC-83 p.1)
//
// The keys hang on each other. A KEK of some epoch wraps one random key per
// subject; HKDF of that key and of a random seed gives the key of one category;
// values are sealed under it by AES-256-GCM with a fresh nonce, and bound to
// subject, category, kind and version. Wrapped keys and seeds are kept by
// store.Keys, apart from the data. KEK, index key and signing keys lie in one
// file sealed by a passphrase (Sealed). No key and no plain value leaves this
// room in a form that prints.
package vault
