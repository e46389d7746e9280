# shellcheck shell=bash
# For the tests that run in the guest: TAP on standard output.
set -u
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export GUESTBIN=${GUESTBIN:-$repo/build/guest/x86_64}
export SELFTESTS=${SELFTESTS:-$repo/build/selftests/x86_64}
n=0 failed=0

# ok STATUS DESCRIPTION
ok() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; failed=1; fi
}
plan() { echo "1..$n"; exit $failed; }

# selftest PROGRAM [NAME=VALUE...] - run one of the tree's, its results as ours
selftest() {
	local program=$1 line want='' got=0
	shift
	while IFS= read -r line; do
		case $line in
		1..*) want=${line#1..} ;;
		'ok '*) got=$((got + 1)) n=$((n + 1)); echo "ok $n - $(name "$line")" ;;
		'not ok '*) got=$((got + 1)) n=$((n + 1)) failed=1; echo "not ok $n - $(name "$line")" ;;
		'# '*) echo "$line" ;;
		*) echo "# $line" ;;
		esac
	done < <(env "$@" "$SELFTESTS/$program" ${TESTS:+$TESTS} 2>&1)
	[ "$got" = "${want:-none}" ]
	ok $? "$program ran the ${want:-unknown number of} tests it planned"
}
name() { sed -E 's/^(not )?ok *[0-9]* *//' <<<"$1"; }
