#!/bin/bash
# A crash while the blocks of an unlinked file are kept for a page in a pipe:
# what is on the device at that moment is what a reboot finds. It is mounted
# elsewhere, which recovers it; nothing is lost and nothing kept.
# needs: regions=2G,4G mem=3G cpus=2 timeout=300
. "$(dirname "$0")/../lib.sh"
mkdir -p /tmp/mnt /tmp/copy
free_blocks() { stat -f -c %f "$1"; }

# crash NAME TYPE SIZE CHECK OPTIONS MKFS...
crash() {
	local name=$1 type=$2 size=$3 check=$4 options=$5 empty held recovered sum
	shift 5
	wipefs -qa /dev/pmem0
	"$@" >/tmp/mkfs.log 2>&1 && mount -t "$type" -o dax /dev/pmem0 /tmp/mnt || cat /tmp/mkfs.log >&2
	head -c 8M /dev/urandom >/tmp/mnt/kept
	sync -f /tmp/mnt
	sum=$(md5sum </tmp/mnt/kept)
	empty=$(free_blocks /tmp/mnt)
	head -c 32M /dev/urandom >/tmp/mnt/file
	sync -f /tmp/mnt
	coproc "$GUESTBIN/hold" /tmp/mnt/file
	read -r -u "${COPROC[0]}" line
	# what the journal has of the unlink is on the device, the blocks are kept
	sync -f /tmp/mnt
	held=$(free_blocks /tmp/mnt)
	[ "$line" = ready ] && [ $((empty - held)) -ge $(((32 << 20) / 4096)) ]
	ok $? "$name: the blocks of the unlinked file are kept, $held of $empty are free"
	dd if=/dev/pmem0 of=/dev/pmem1 bs=4M iflag=direct oflag=direct count=$((size / 4)) status=none

	# this system goes on
	[ "$(md5sum </tmp/mnt/kept)" = "$sum" ]
	ok $? "$name: the other file is usable meanwhile"
	eval "exec ${COPROC[1]}>&-"
	wait "$COPROC_PID"
	ok $? "$name: the pipe has the data of the file"
	sync -f /tmp/mnt
	[ "$(free_blocks /tmp/mnt)" -ge "$empty" ]
	ok $? "$name: its blocks come back with the pipe: $(free_blocks /tmp/mnt) are free"
	umount /tmp/mnt

	# and so does one after a crash
	mount -t "$type" -o "dax$options" /dev/pmem1 /tmp/copy
	recovered=$(free_blocks /tmp/copy)
	[ "$recovered" -ge "$empty" ] && [ "$(md5sum </tmp/copy/kept)" = "$sum" ]
	ok $? "$name, after a crash: $recovered blocks are free, the other file is there"
	umount /tmp/copy
	$check /dev/pmem1 >/tmp/check.log 2>&1
	ok $? "$name, after a crash: '$check' finds nothing" || cat /tmp/check.log >&2
}
crash ext4 ext4 128 'e2fsck -fn' '' mke2fs -q -F -t ext4 -b 4096 /dev/pmem0 128M
crash xfs xfs 300 'xfs_repair -n' ,nouuid mkfs.xfs -q -f -m reflink=0 -d size=300m /dev/pmem0
crash 'xfs with reflink' xfs 300 'xfs_repair -n' ,nouuid mkfs.xfs -q -f -m reflink=1 -d size=300m /dev/pmem0
plan
