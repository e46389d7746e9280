#!/bin/bash
# On the unpatched base: dm-writecache goes on to use the pages of a device that
# is gone. On the patched kernel the device waits: writecache.t.
# needs: kernel=base regions=1G,1G mem=3G cpus=2 timeout=120
. "$(dirname "$0")/../lib.sh"
export DM_DISABLE_UDEV=1
echo 0 >/proc/sys/kernel/panic_on_oops
echo 'dax-test: provoked' >/dev/kmsg

dmsetup create wc --table "0 $(blockdev --getsz /dev/pmem1) writecache p /dev/pmem1 /dev/pmem0 4096 0" &&
	dmsetup mknodes && dd if=/dev/zero of=/dev/mapper/wc bs=1M count=16 conv=fsync status=none
ok $? 'base: a target in pmem mode'
timeout 20 bash -c 'echo namespace0.0 >/sys/bus/nd/drivers/nd_pmem/unbind'
ok $? 'base: the device goes at once'
# this may never end, so it has nothing of ours
dmsetup message wc 0 flush >/tmp/flush 2>&1 3>&- 4>&- &
oopsed
ok $? 'base: and when the target writes back the kernel has an Oops'
echo 'dax-test: end' >/dev/kmsg
plan
