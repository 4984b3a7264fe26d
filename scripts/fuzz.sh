#!/bin/sh
# Fuzzes every fuzz target of the module, one after another, each for the time
# given. Go runs one target at a time.
#
# When the time is over while an input is being tried, Go sometimes ends with
# "context deadline exceeded" and no input to show for it: that says nothing of
# the target, which is then run once more. An input that fails ends the run.
set -eu
time="${1:-60s}"
go="${GO:-go}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT

fuzz() {
	status=0
	"$go" test "./$1" -run '^$' -fuzz "^$2\$" -fuzztime "$time" -fuzzminimizetime 10x > "$log" 2>&1 || status=$?
	cat "$log"
	return $status
}

for file in $(grep -rl --include='*_test.go' '^func Fuzz' internal cmd | sort); do
	for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file"); do
		dir=$(dirname "$file")
		echo "== $dir $target"
		fuzz "$dir" "$target" && continue
		if grep -q 'context deadline exceeded' "$log" && ! grep -q 'Failing input' "$log"; then
			echo "== $dir $target, once more"
			fuzz "$dir" "$target"
		else
			exit 1
		fi
	done
done
