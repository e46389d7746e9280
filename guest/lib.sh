# shellcheck shell=bash
# For the tests that run in the guest: TAP on standard output.
set -u
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export GUESTBIN=${GUESTBIN:-$repo/build/guest/x86_64}
export SELFTESTS=${SELFTESTS:-$repo/build/selftests/x86_64}
n=0 failed=0

# ok STATUS DESCRIPTION - and return STATUS
ok() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; failed=1; fi
	return "$1"
}
# oopsed - does the kernel follow a pointer to nowhere, within 20 s?
oopsed() {
	local _
	for _ in $(seq 200); do
		! dmesg | grep -q 'BUG: unable to handle page fault' || return 0
		sleep 0.1
	done
	return 1
}
plan() { echo "1..$n"; exit $failed; }

# why a selftest may skip: what the variant cannot have, not what is missing here
may_skip='read only|.* cannot do that|.* has no MAP_SYNC|a page is aligned|cannot be frozen|ext4 only|no DAX flag|no hole punching|no reflink|one folio'

# selftest PROGRAM [NAME=VALUE...] - run one of the tree's, its results as ours
selftest() {
	local program=$1 line skip want='' got=0
	shift
	while IFS= read -r line; do
		case $line in
		1..*) want=${line#1..} ;;
		'ok '*)
			got=$((got + 1)) skip=''
			case $line in *'# SKIP '*) skip=${line#*# SKIP } ;; esac
			if [ -z "$skip" ] || [ ! -e /dev/test_dax ] || grep -qxE "$may_skip" <<<"$skip"; then
				ok 0 "$(name "$line")"
			else
				ok 1 "$program skips a test: $skip"
			fi ;;
		'not ok '*) got=$((got + 1)) n=$((n + 1)) failed=1; echo "not ok $n - $(name "$line")" ;;
		'# '*) echo "$line" ;;
		*) echo "# $line" ;;
		esac
	done < <(env "$@" "$SELFTESTS/$program" ${TESTS:+$TESTS} 2>&1)
	[ "$got" = "${want:-none}" ]
	ok $? "$program ran the ${want:-unknown number of} tests it planned"
}
name() { sed -E 's/^(not )?ok *[0-9]* *//' <<<"$1"; }
