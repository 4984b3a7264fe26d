#!/bin/sh
# Makes sure that the tests find what they need: curl, a C compiler for the race
# detector, PostgreSQL's server programs, and pdfsig and pdftotext, which read
# signed papers as strangers would. Installs them from Debian where it
# may and otherwise says exactly what to install.
set -eu

have_postgres() {
	command -v initdb >/dev/null 2>&1 && command -v postgres >/dev/null 2>&1 && return 0
	for dir in /usr/lib/postgresql/*/bin; do
		[ -x "$dir/initdb" ] && return 0
	done
	return 1
}

missing=""
command -v cc >/dev/null 2>&1 || missing="$missing gcc libc6-dev"
command -v curl >/dev/null 2>&1 || missing="$missing curl"
have_postgres || missing="$missing postgresql"
command -v pdfsig >/dev/null 2>&1 && command -v pdftotext >/dev/null 2>&1 || missing="$missing poppler-utils"
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
	if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
		as_root="sudo"
	else
		as_root="no"
	fi
fi
if ! command -v apt-get >/dev/null 2>&1 || [ "$as_root" = "no" ]; then
	echo "The tests need these Debian packages, which this account may not install:$missing" >&2
	echo "Install them (apt-get install$missing) and run make test again." >&2
	exit 1
fi
echo "Installing for the tests:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086 # a list of packages
$as_root apt-get install -y -qq --no-install-recommends $missing
