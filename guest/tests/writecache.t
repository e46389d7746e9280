#!/bin/bash
# dm-writecache has the pages of a pmem device without a mapping: it holds a
# reference to each, and the device does not go before it does.
# needs: regions=1G,1G mem=3G cpus=2 timeout=200
. "$(dirname "$0")/../lib.sh"
export DM_DISABLE_UDEV=1
idle() { "$GUESTBIN/scan" /dev/pmem0 >/tmp/scan; }
size=$(blockdev --getsz /dev/pmem1)

idle
ok $? "no page is in use: $(cat /tmp/scan)"
dmsetup create wc --table "0 $size writecache p /dev/pmem1 /dev/pmem0 4096 0" &&
	dmsetup mknodes && [ -e /dev/mapper/wc ]
ok $? 'a target in pmem mode'
! idle && grep -q 'with a count of 0 0,' /tmp/scan
ok $? "every page is in use: $(cat /tmp/scan)"
seq 4000000 | head -c 16M >/tmp/data
dd if=/tmp/data of=/dev/mapper/wc bs=1M conv=fsync status=none && sync &&
	dd if=/dev/mapper/wc bs=1M count=16 iflag=direct status=none | cmp - /tmp/data
ok $? 'it reads what was written'

# the device is wanted elsewhere
(sh -c 'echo namespace0.0 >/sys/bus/nd/drivers/nd_pmem/unbind'; echo $? >/tmp/unbound) &
sleep 2
[ ! -e /tmp/unbound ]
ok $? 'the device waits for the target'
dmsetup message wc 0 flush && dmsetup remove wc
ok $? 'which can write back and be removed'
for _ in $(seq 100); do [ ! -e /tmp/unbound ] || break; sleep 0.1; done
[ "$(cat /tmp/unbound 2>/dev/null)" = 0 ]
ok $? '... and then the device goes'
dd if=/dev/pmem1 bs=1M count=16 iflag=direct status=none | cmp - /tmp/data
ok $? 'what was written is on the other device'
echo namespace0.0 >/sys/bus/nd/drivers/nd_pmem/bind && idle
ok $? "no page is in use: $(cat /tmp/scan)"
plan
