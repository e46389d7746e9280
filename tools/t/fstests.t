#!/bin/bash
# tools/fstests itself, on a tiny fstests: a test that passes, one that fails,
# hangs, crashes the kernel, is not run, and one that only the patched kernel
# fails.
. "$(dirname "$0")/../lib.sh"
set +e
real=${FSTESTS:-}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n=0
ok() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; sed 's/^/# /' "$tmp/out"; fi; }
run() { env -u TESTS FSTESTS="$tmp/fst" FSTESTS_RESULTS="$tmp/results" FS="${1:-ext4}" KERNEL="${2:-both}" ARGS="${3:--g all}" TEST_SECONDS=20 "$top/tools/fstests" >"$tmp/out" 2>&1 </dev/null; }
has() { grep -qE "$1" "$tmp/out"; ok $? "$2"; }

mkdir -p "$tmp/fst/tests/generic"
cat >"$tmp/fst/check" <<'CHECK'
#!/bin/bash
if [ "$1" = -n ]; then
	[ "$3" != crash ] || { echo c >/proc/sysrq-trigger; sleep 1000; }
	[ "$3" = all ] && printf 'generic/00%d\n' 1 2 3 4 5 6 7
	[ "$3" = slow ] && printf 'generic/00%s\n' 8 '1       [expunged]' 7
	[ "$3" = off ] && echo generic/009
	exit 0
fi
for t; do
	printf '%s ' "$t"
	case $t in
	*1) echo '2s ...  1s' ;;
	*2) echo '2s ... - output mismatch (see x)' ;;
	*3) sleep 1000 ;;
	*4) sleep 1; echo c >/proc/sysrq-trigger; sleep 1000 ;;
	*5) echo '       [not run] for lack of something' ;;
	*6) if [ -e /dev/test_dax ]; then echo '[failed, exit status 1]'; else echo ' 3s'; fi ;;
	*7) echo ' 4s' ;;
	*8) sleep 30; echo ' 30s' ;;
	*9) echo o >/proc/sysrq-trigger; sleep 1000 ;;
	esac
done
CHECK
chmod +x "$tmp/fst/check"

run
ok $(($? != 1)) 'a test that only the patched kernel fails makes the status 1'
has '^generic/001 +pass +pass +1s +1s' 'a passing test passes, with its seconds'
has '^generic/002 +fail +fail' 'a failing one fails'
has '^generic/003 +hang +hang' 'a hanging one is a hang, and the rest goes on'
has '^generic/004 +crash +crash' 'one that crashes the kernel is a crash, and the rest goes on'
has '^generic/005 +notrun +notrun' 'one that is not run is not run'
has '^generic/006 +pass +fail' 'the difference is in the table'
has '^generic/007 +pass +pass' 'the last one is reached'
has '^generic/006: pass on the base, fail on the patched' '... and named'
run ext4 base '-g none'
ok $(($? != 1)) 'no test matched: status 1'
has 'no test of FS=ext4 matches ARGS=-g none' '... and said'
run ext4 base '-g crash'
ok $(($? != 1)) 'the guest that lists them dies: status 1'
has 'that was to list the tests of FS=ext4 failed: .*/base-dax/fstests.sh$' '... which is not taken for no test'
has 'sysrq triggered crash' '... with the end of its console'
run ext4 base '-g off'
has 'generic/009 crash' 'a guest that is gone without a word is a crash'
has 'reboot: Power down' '... with the end of its console'
echo 'generic/008 sleeps' >"$tmp/slow"
SLOW=$tmp/slow SLOW_SECONDS=100 run ext4 base '-g slow'
has '^fstests: ext4 base 1/2 generic/007 pass 4s$' 'a slow test is run last, and one left out with -e is not'
has '^fstests: ext4 base 2/2 generic/008 pass 30s$' '... and may be silent for longer'
run btrfs base
has "no FS configuration 'btrfs'; there are: .*ext4 .*xfs" 'an unknown configuration gets the list'
NEW=yes run ext4 base
has "no NEW 'yes'; there are: 1 any" 'so does an unknown NEW'
SHARD=4/3 run ext4 base
has 'SHARD=4/3 is not i/n' 'a slice that there is not is said'
STRESS=1h run ext4 base
has 'STRESS=1h is not seconds' 'so is a time that is no number'
FSTESTS=/nonexistent env -u TESTS "$top/tools/fstests" >"$tmp/out" 2>&1
has 'is no checkout of fstests' 'what is no checkout is said'

# slices and what they add up to
run ext4 base '-g all'
NEW=1 run ext4 patched '-g all'
ok $(($? != 0)) 'NEW=1: nothing is left where each test has a verdict'
has '^fstests: ext4 patched: no test without a verdict' '... which is said'
sed -Ei 's/^(([^ ]+ ){4})/\10/' "$tmp/results/ext4/patched/all"
NEW=any run ext4 patched '-g all'
has '^fstests: ext4 patched: no test without a verdict' 'NEW=any: nor has another state of the kernel to be run again'
"$top/tools/fstests-table" "$tmp/results" >"$tmp/out" 2>&1
has '^\| ext4 \| 9 \| 2 \| 1 \| 3 \| 1 \| 2 \|$' 'the table counts them'
has '^\| generic/006 \| pass/fail \|$' '... and shows the difference'
has '^- for lack of something: generic/005$' '... and why one was not run'

# the real one, when there is one
if [ -n "$real" ]; then
	FSTESTS=$real env -u TESTS "$top/tools/fstests" >"$tmp/out" 2>&1
	ok $? "group dax of $real: patched as the base"
	sed 's/^/# /' "$tmp/out"
fi
echo "1..$n"
