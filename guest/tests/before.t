#!/bin/bash
# The same selftests on the unpatched base: the failures that the series is
# about, so that each is seen to be what the tests detect.
# needs: kernel=base regions=2G mem=3G cpus=2 timeout=300
. "$(dirname "$0")/../lib.sh"
export DAX_TEST_DEV=/dev/pmem0 DAX_TEST_WAITS_MS=3000

echo 0 >/proc/sys/kernel/panic_on_oops

# shows PROGRAM TEST PATTERN DESCRIPTION - TEST of PROGRAM fails here, and it or
# the kernel says PATTERN
shows() {
	local out=/tmp/out status
	echo 'dax-test: provoked' >/dev/kmsg
	echo 1 >/sys/kernel/debug/clear_warn_once
	dmesg -C
	"$SELFTESTS/$1" -r "$2" >$out 2>&1
	status=$?
	dmesg >>$out
	[ $status != 0 ] && grep -q "$3" $out
	ok $? "base, $4" || cat $out >&2
	echo 'dax-test: end' >/dev/kmsg
}
for fs in ext2 ext4 xfs; do
	shows fsdax_layout "layout.$fs.pinned_block_is_not_reused" 'data of the other file' \
		"$fs: after truncate, the pipe holds the data of another file"
	shows fsdax_layout "layout.$fs.unlink_and_umount_waits" 'did not wait' \
		"$fs: unlink and unmount do not wait for a pinned page"
	shows fsdax_layout "layout.$fs.own_pin_unlink_close" 'WARNING: .* dax_disassociate_entry' \
		"$fs: a file is evicted under a page that the task has in a pipe"
done
shows fsdax_reflink reflink.hwpoison_of_shared_page 'NULL pointer dereference, address: 0*1$' \
	'xfs: a failed page that files share is an Oops'
plan
