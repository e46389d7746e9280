#!/bin/bash
# The same selftests on the unpatched base: the failures that the series is
# about, so that each is seen to be what the tests detect.
# needs: kernel=base regions=2G mem=3G cpus=2 timeout=300
. "$(dirname "$0")/../lib.sh"
export DAX_TEST_DEV=/dev/pmem0

# shows FS TEST PATTERN DESCRIPTION - TEST fails here and says PATTERN
shows() {
	local out=/tmp/out
	echo 'dax-test: provoked' >/dev/kmsg
	! "$SELFTESTS/fsdax_layout" -r "layout.$1.$2" >$out 2>&1 && grep -q "$3" $out
	ok $? "base, $1: $4"
	echo 'dax-test: end' >/dev/kmsg
}
for fs in ext2 ext4 xfs; do
	shows $fs pinned_block_is_not_reused 'data of the other file' 'after truncate, the pipe holds the data of another file'
	shows $fs unlink_and_umount_waits 'did not wait' 'unlink and unmount do not wait for a pinned page'
done
plan
