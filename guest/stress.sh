#!/bin/bash
# In the guest: fsx and fsstress of a build of fstests, each on a new file system
# of the configuration fst_config, for stress=SECONDS,SEED.
# needs: regions=4G,4G mem=3G cpus=2 threads=multi timeout=86400
# shellcheck disable=SC2154,SC1090
. "$(dirname "$0")/lib.sh"
. "$fst_config"
IFS=, read -r seconds seed <<<"$stress"
config=$(basename "$fst_config" .conf)
dir=/tmp/mnt
mkdir -p $dir

# run NAME COMMAND... - COMMAND in $dir, on a file system nobody has written to
run() {
	local name=$1 left
	shift
	wipefs -qa /dev/pmem0
	case $FSTYP in
	xfs) mkfs.xfs -q -f $MKFS_OPTIONS /dev/pmem0 ;;
	*) mke2fs -q -F -t "$FSTYP" $MKFS_OPTIONS /dev/pmem0 ;;
	esac >/tmp/log 2>&1 && mount -t "$FSTYP" $MOUNT_OPTIONS /dev/pmem0 $dir || cat /tmp/log >&2
	# where the inode has to say so, all that is made in there does
	case $MOUNT_OPTIONS in *dax=inode*) xfs_io -c 'chattr +x' $dir ;; esac
	(cd $dir && "$@") >/tmp/log 2>&1
	ok $? "$config: $name for $seconds s with seed $seed: $(tail -n 1 /tmp/log)"
	tail -n 3 /tmp/log | sed 's/^/# /'
	umount $dir
	ok $? "$config: unmounts after $name"
	case $FSTYP in
	xfs) xfs_repair -n /dev/pmem0 ;;
	*) e2fsck -fn /dev/pmem0 ;;
	esac >/tmp/log 2>&1
	ok $? "$config: its fsck finds nothing wrong after $name"
	[ -e /dev/test_dax ] || return 0
	left=$("$GUESTBIN/scan" /dev/pmem0)
	ok $? "$config: every page is idle after $name: $left"
}
run fsx "$fst_src/ltp/fsx" -q -l 8388608 -o 1048576 --duration="$seconds" -S "$seed" -P /tmp file
run fsstress "$fst_src/ltp/fsstress" -d $dir -p 3 -s "$seed" --duration="$seconds" -f mread=20 -f mwrite=20
plan
