#!/bin/bash
# The pages of an xfs file on a realtime device are those of another device than
# the file system's: when it goes, they are taken away all the same.
# needs: regions=1G,1G mem=3G cpus=2 timeout=200
. "$(dirname "$0")/../lib.sh"
mnt=/tmp/xfs
idle() { "$GUESTBIN/scan" /dev/pmem1 >/tmp/scan; }

mkdir $mnt
mkfs.xfs -q -f -m reflink=0 -d rtinherit=1 -r rtdev=/dev/pmem1 /dev/pmem0 &&
	mount -t xfs -o dax,rtdev=/dev/pmem1 /dev/pmem0 $mnt &&
	head -c 1M /dev/zero >$mnt/file && sync -f $mnt
ok $? 'a file system with a realtime device'
idle
ok $? "no page of that is in use: $(cat /tmp/scan)"
coproc "$GUESTBIN/hold" -k $mnt/file 3>&- 4>&-
hold=$COPROC_PID
read -r -u "${COPROC[0]}" line
[ "$line" = ready ] && ! idle
ok $? "but when a pipe has one: $(cat /tmp/scan)"

(sh -c 'echo namespace1.0 >/sys/bus/nd/drivers/nd_pmem/unbind'; echo $? >/tmp/unbound) &
sleep 2
[ ! -e /tmp/unbound ]
ok $? 'the device waits for the pipe'
! dd if=$mnt/file of=/dev/null bs=4k count=1 status=none 2>/tmp/err && grep -q 'Input/output error' /tmp/err
ok $? 'the file system is shut down'
eval "exec ${COPROC[1]}>&-"
wait "$hold"
ok $? 'the pipe has what was in the file'
for _ in $(seq 100); do [ ! -e /tmp/unbound ] || break; sleep 0.1; done
[ "$(cat /tmp/unbound 2>/dev/null)" = 0 ]
ok $? '... and then the device goes'
umount $mnt
ok $? 'the file system can be unmounted'
echo namespace1.0 >/sys/bus/nd/drivers/nd_pmem/bind && idle
ok $? "no page is in use: $(cat /tmp/scan)"
plan
