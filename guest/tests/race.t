#!/bin/bash
# Faults, pins, fork() and exit() against what takes blocks away; then not one
# page of the device may have anything left of it. RACE=SECONDS,SEED on the
# kernel's command line (APPEND=) for another time than 20 s and a given seed.
# needs: regions=2G,4G mem=3G cpus=2 threads=multi timeout=8000
. "$(dirname "$0")/../lib.sh"
mkdir -p /tmp/mnt
IFS=, read -r seconds seed <<<"${RACE:-20}"
seed=${seed:-$RANDOM$RANDOM}

# race NAME TYPE MKFS...
race() {
	local name=$1 type=$2 left
	shift 2
	wipefs -qa /dev/pmem0
	"$@" >/tmp/mkfs.log 2>&1 && mount -t "$type" -o dax /dev/pmem0 /tmp/mnt || cat /tmp/mkfs.log >&2
	echo "# $name: $seconds s with seed $seed"
	"$GUESTBIN/race" /tmp/mnt "$seconds" "$seed" /dev/pmem1 2>/tmp/race.log
	ok $? "$name: no data of another file, nobody stuck (seed $seed)"
	sed 's/^/# /' /tmp/race.log
	umount /tmp/mnt
	ok $? "$name: unmounts"
	left=$("$GUESTBIN/scan" /dev/pmem0)
	ok $? "$name: every page of the device is idle and belongs to nobody: $left"
}
race ext4 ext4 mke2fs -q -F -t ext4 -b 4096 /dev/pmem0 128M
race 'ext4 2M' ext4 mke2fs -q -F -t ext4 -b 4096 -E stride=512,stripe_width=512 /dev/pmem0 128M
race xfs xfs mkfs.xfs -q -f -m reflink=1 -d size=300m /dev/pmem0
race 'xfs 2M' xfs mkfs.xfs -q -f -m reflink=1 -l size=64m,su=32k -d size=520m,agcount=2,su=2m,sw=1,extszinherit=512 /dev/pmem0
plan
