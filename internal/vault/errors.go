package vault

import (
	"errors"
	"fmt"
	"slices"

	"kupuya/internal/privacy"
	"kupuya/internal/store"
)

// What can keep sealed bytes from opening. Each comes inside a privacy.Error.
var (
	// ErrGone says that the key or seed is not there: destroyed, or never made.
	// It is also a store.ErrNotFound.
	ErrGone = fmt.Errorf("vault: the key is gone: %w", store.ErrNotFound)
	// ErrDamaged says that bytes are not what was sealed there: changed, or moved
	// from the place of another value.
	ErrDamaged = errors.New("vault: damaged, or not sealed for this place")
	// ErrEpoch says that a key is wrapped under an epoch the KEK does not have:
	// dropped, or made by another node after the key file was read here.
	ErrEpoch = errors.New("vault: wrapped under a KEK epoch that is not in the key file; reload it, or the key comes from an old backup")
	// ErrInUse says that living keys still hang on an epoch.
	ErrInUse = errors.New("vault: living keys are wrapped under this epoch or an earlier one; finish rewrapping first")
)

// What can be wrong with the key file.
var (
	// ErrPassphrase says that the passphrase does not open the key file.
	ErrPassphrase = errors.New("vault: the passphrase does not open the key file; try again, or the first lines of the file are damaged")
	// ErrFile says that the file was opened by nobody's passphrase or holds no
	// whole set of keys.
	ErrFile = errors.New("vault: the key file is damaged; restore it from its backup")
	// ErrNewer says that a newer release wrote the key file.
	ErrNewer = errors.New("vault: the key file is of a newer format; run the release that wrote it")
	// ErrBusy says that the file is being changed, or that a change was cut off.
	ErrBusy = errors.New("vault: the key file is being changed; if no other command is at it, remove the file that ends in .new")
)

// The problems of a photograph, as they stand in privacy.Error.Problem.
const (
	ImageFormat        = "image.format"          // neither JPEG nor PNG
	ImageTooLarge      = "image.too_large"       // more bytes than MaxPhotograph
	ImageTooManyPixels = "image.too_many_pixels" // more pixels, or a longer side, than any camera's document photograph
	ImageBroken        = "image.broken"          // begins like an image and does not go on like one
)

// Problems lists the closed set, so that the words for each can be tested for
// completeness.
func Problems() []string {
	return slices.Clone([]string{ImageFormat, ImageTooLarge, ImageTooManyPixels, ImageBroken})
}

// fail names the operation and gives an error the code that callers act on.
func fail(op string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrNotFound):
		return privacy.E(op, privacy.NotFound, err)
	case errors.Is(err, store.ErrTaken):
		return privacy.E(op, privacy.Conflict, err)
	case errors.Is(err, ErrEpoch):
		return privacy.E(op, privacy.Unavailable, err)
	}
	return privacy.E(op, privacy.Internal, err)
}
