#!/bin/bash
# The harness itself: what it must notice in a guest, each provoked by a guest
# that does it, and what bad input gets, each row of the table given once.
. "$(dirname "$0")/../lib.sh"
set +e
PATH=$PATH:/usr/sbin:/sbin
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n=0
ok() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; sed 's/^/# /' "$tmp/out"; fi; }
# says WHAT STATUS PATTERN COMMAND... - it ends with STATUS and says PATTERN
says() {
	local what=$1 want=$2 pattern=$3 got
	shift 3
	"$@" >"$tmp/out" 2>&1 </dev/null
	got=$?
	[ "$got" = "$want" ] && { [ -z "$pattern" ] || grep -qE -- "$pattern" "$tmp/out"; }
	ok $? "$what"
}
boot=$top/tools/boot provoke=$top/guest/provoke
export -n TESTS KERNEL LINUX

# guests
says 'a good guest passes' 0 '^1..4$' "$boot" "$provoke/good.t"
says 'a failing test fails the run' 1 '^not ok 1 - meant to fail' "$boot" "$provoke/fail.t"
says 'a guest without a plan fails' 1 '^not ok 2 - noplan: the guest printed a plan' "$boot" "$provoke/noplan.t"
says 'a guest that ran less than its plan fails' 1 '^not ok 2 - short: the guest printed a plan and ran it whole' "$boot" "$provoke/short.t"
says 'a test that exits with 3 fails' 1 '^not ok 3 - status: the test ended with status 0' "$boot" "$provoke/status.t"
says 'a hanging guest is killed and fails' 1 'the guest was killed after its 15 s' "$boot" "$provoke/hang.t"
grep -q 'last lines of the console' "$tmp/out"; ok $? '... and its last console lines are shown'
says 'an Oops fails the run' 1 '^not ok 4 - oops: no report of the kernel' "$boot" "$provoke/oops.t"
says 'a warning of the kernel fails the run' 1 '^not ok 4 - warning: no report of the kernel' "$boot" "$provoke/warning.t"

# what counts as a report of the kernel
while IFS= read -r line; do
	echo "[    1.000000] $line" >"$tmp/console"
	"$top/tools/console-reports" "$tmp/console" >"$tmp/out"
	grep -q . "$tmp/out"; ok $? "noticed on the console: $line"
done <<'LINES'
WARNING: CPU: 0 PID: 1 at fs/dax.c:1 dax_disassociate_entry+0x1/0x2
BUG: kernel NULL pointer dereference, address: 0000000000000001
Oops: general protection fault, probably for non-canonical address
BUG: Bad page state in process a  pfn:1
BUG: Bad rss-counter state mm:1 type:MM_FILEPAGES val:-1 Comm:a Pid:1
refcount_t: saturated; leaking memory.
refcount_t: underflow; use-after-free.
WARNING: possible circular locking dependency detected
WARNING: suspicious RCU usage
BUG: KASAN: slab-use-after-free in dax_x+0x1/0x2
INFO: task umount:77 blocked for more than 60 seconds.
watchdog: BUG: soft lockup - CPU#0 stuck for 22s!
VFS: Busy inodes after unmount of pmem0 (ext4)
LINES
printf '[1.0] EXT4-fs (pmem0): mounted filesystem\n[1.1] random: crng init done\n' >"$tmp/console"
[ -z "$("$top/tools/console-reports" "$tmp/console")" ]; ok $? 'not noticed: what is no report'

# bad input
says 'an unknown ARCH gets the list' 1 "no ARCH 'vax'; there are: .*x86_64" env ARCH=vax "$top/tools/build"
says 'test-arch: an unknown ARCH gets the list' 1 "no ARCH 'vax'; there are: .*riscv64" "$top/tools/test-arch" vax
says 'an unknown KCONFIG gets the list' 1 "no KCONFIG 'huge'; there are: .*dax" env KCONFIG=huge "$top/tools/build"
says 'an unknown test gets the list' 1 "no test 'nix'; there are: .*fsdax" env TESTS=nix "$top/tools/test"
says 'an unknown KERNEL gets the list' 1 "no kernel 'new'; there are: base patched" "$top/tools/build" new

says 'another distribution gets the list of tools' 1 'install these tools, named as Debian names them' \
	env PATH="$tmp:/usr/bin:/bin" OSREL="$tmp/none" bash -c "cp '$top/tools/packages.list' $tmp/l; printf 'no-such\tno-such-tool\tfor this test\n' >>'$tmp/l'; PACKAGES=$tmp/l '$top/tools/setup'"
says '... and goes on with all of them and LINUX=' 0 '' env OSREL="$tmp/none" LINUX="$tree" "$top/tools/setup"
says '... but wants LINUX= for the source' 1 'give LINUX=' env OSREL="$tmp/none" "$top/tools/setup"
mkdir "$tmp/bin"
printf '#!/bin/sh\necho 1000\n' >"$tmp/bin/id"
printf '#!/bin/sh\nexit 1\n' >"$tmp/bin/sudo"
printf '#!/bin/sh\ncase "$*" in *update*) exit 1;; esac\necho "E: Unable to locate package no-such"\nexit 100\n' >"$tmp/bin/apt-get"
chmod +x "$tmp/bin/"*
printf 'no-such\tno-such-tool\tfor this test\n' >"$tmp/list"
says 'no root and no sudo gets the apt command' 1 'apt-get install --no-install-recommends no-such' \
	env PATH="$tmp/bin:$PATH" PACKAGES="$tmp/list" "$top/tools/setup"
rm "$tmp/bin/id" "$tmp/bin/sudo"
says 'a package that cannot be had is named, with its list' 1 'not installed: no-such \(for this test\)' \
	env PATH="$tmp/bin:$PATH" PACKAGES="$tmp/list" BUILD="$tmp/build" "$top/tools/setup"
says 'too little disk is said before unpacking' 1 '5 GB free .* want 12 GB' env BUILD="$tmp/b2" FREE_GB=5 "$top/tools/tree"

# a user's own tree: a copy of just the files that the series touches
user=$tmp/linux
mkdir "$user"
git -C "$tree" archive base $(git -C "$tree" diff --name-only --diff-filter=M base HEAD) Makefile fs/dax.c | tar -x -C "$user"
git init -q "$user" && git -C "$user" config user.name t && git -C "$user" config user.email t@t
git -C "$user" add -fA . && git -C "$user" commit -qm user
before=$(git -C "$user" rev-parse HEAD)

# build/linux made of the same files, with another series on it
again=$tmp/again
mkdir "$again" "$tmp/kill"
git clone -q "$user" "$again/linux" && git -C "$again/linux" checkout -q -b dax && git -C "$again/linux" tag base
git -C "$again/linux" config user.name t && git -C "$again/linux" config user.email t@t
echo none >"$again/base.done" && echo other >"$again/series.done" && echo "$before" >"$again/head.done"
# shellcheck disable=SC2016
printf '#!/bin/sh\ncase "$*" in *" am "*%s*) kill -9 $PPID; exit 1;; esac\nexec /usr/bin/git "$@"\n' \
	"$(basename "$(series | sed -n 5p)")" >"$tmp/kill/git"
chmod +x "$tmp/kill/git"
says 'make tree is killed while it applies a new series' 137 '' \
	bash -c "PATH='$tmp/kill:$PATH' BUILD='$again' '$top/tools/tree'; exit \$?"
says '... and applies all of it when it is run again' 0 "with $(series | wc -l) patches" env BUILD="$again" "$top/tools/tree"

says 'the series applies to a tree of the user, on a new branch' 0 'branch dax-refcount-' env LINUX="$user" "$top/tools/tree"
[ "$(git -C "$user" rev-list --count "$before"..)" = "$(series | wc -l)" ]; ok $? '... one commit a patch'
git -C "$user" checkout -q master 2>/dev/null || git -C "$user" checkout -q main
git -C "$user" branch -q -D "$(git -C "$user" branch --list 'dax-refcount-*' --format='%(refname:short)')"
sed -i 's/|| !mapping_mapped(mapping)/|| !mapping_used(mapping)/' "$user/fs/dax.c"
git -C "$user" commit -qam change
before=$(git -C "$user" rev-parse HEAD)
says 'a patch that does not apply is named, with the file' 1 'does not apply: .*\.patch, file fs/dax.c' env LINUX="$user" "$top/tools/tree"
[ "$(git -C "$user" rev-parse HEAD)" = "$before" ] && [ -z "$(git -C "$user" status --porcelain)" ] && ! git -C "$user" branch | grep -q dax-refcount
ok $? '... and the tree is as it was'
says 'LINUX= that is no git is said' 1 'is not a git tree' env LINUX="$tmp/bin" "$top/tools/tree"

# refresh, on a kernel tree of one file
work=$tmp/work/linux
mkdir -p "$work"
echo one >"$work/file"
git init -q "$work" && git -C "$work" config user.name t && git -C "$work" config user.email t@t
git -C "$work" add file && git -C "$work" commit -qm base && git -C "$work" tag base
echo two >"$work/file"
says 'refresh refuses uncommitted work and shows it' 1 'M file' env BUILD="$tmp/work" "$top/tools/refresh" "$tmp/out-patches"
[ "$(cat "$work/file")" = two ]; ok $? '... and leaves it alone'

echo "1..$n"
