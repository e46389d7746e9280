#!/bin/bash
# In the guest: run fstests, its lines to the port as they come.
# needs: regions=4G,4G,2G mem=4G cpus=2 cpu=qemu64 timeout=86400
# (qemu64: a tenth faster under TCG than max.)
# The kernel parameters fst_config, fst_src and fst_dir say which configuration,
# which build of fstests, and where the list of tests lies; without a list the
# tests that the arguments in fst_dir/args select are printed instead.
# shellcheck disable=SC2154,SC1090
set -u
. "$fst_config"
for u in fsgqa 123456-fsgqa fsgqa2; do useradd -m "$u" 2>/dev/null; done
mkdir -p /mnt/test /mnt/scratch /tmp/results
export FSTYP MKFS_OPTIONS MOUNT_OPTIONS TEST_FS_MOUNT_OPTS=$MOUNT_OPTIONS
export TEST_DEV=/dev/pmem0 TEST_DIR=/mnt/test SCRATCH_DEV=/dev/pmem1 SCRATCH_MNT=/mnt/scratch
export RESULT_BASE=/tmp/results
[ -n "${SCRATCH_RTDEV:-}" ] || export LOGWRITES_DEV=/dev/pmem2
# no udev here: libdevmapper has to make the nodes itself
export DM_DISABLE_UDEV=1
case $FSTYP in
xfs) mkfs.xfs -q -f $MKFS_OPTIONS $TEST_DEV ;;
*) mke2fs -q -F -t "$FSTYP" $MKFS_OPTIONS $TEST_DEV ;;
esac || exit 1
cd "$fst_src" || exit 1
if [ ! -s "$fst_dir/list" ]; then
	./check -n $(cat "$fst_dir/args") 2>/dev/null | sed -nE '/\[expunged\]/d; s|^([a-z0-9]+/[0-9]+).*|test \1|p'
	exit
fi
./check $(cat "$fst_dir/list") 2>&1
# what a failure left, by the same way: small files only
cd /tmp/results || exit
find . \( -name '*.out.bad' -o -name '*.dmesg' -o -name '*.full' \) -size -128k |
	while read -r f; do
		[ "${f%.full}" = "$f" ] || [ -e "${f%.full}.out.bad" ] || continue
		echo "file ${f#./}"
		sed 's/^/|/' "$f"
	done
