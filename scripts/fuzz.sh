#!/bin/sh
# Fuzzes every fuzz target of the module, one after another, each for the time
# given. Go runs one target at a time.
set -eu
time="${1:-60s}"
go="${GO:-go}"
for file in $(grep -rl --include='*_test.go' '^func Fuzz' internal cmd | sort); do
	for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file"); do
		echo "== $(dirname "$file") $target"
		"$go" test "./$(dirname "$file")" -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 10x
	done
done
