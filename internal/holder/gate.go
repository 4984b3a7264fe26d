package holder

import (
	"time"

	"kupuya/internal/policy"
)

func gate(_ *policy.Content, _ *policy.Edition, _ *policy.Content, _ time.Time) error { return nil }

func notWider(_, _ *policy.Content) error { return nil }
