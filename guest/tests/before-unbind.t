#!/bin/bash
# On the unpatched base: a device goes while a page of it is in use, and the
# kernel follows the page into a memory map that is not there any more. The
# tests of the patched kernel are devdax.unbind_waits_for_pin and
# counts.device_is_unbound.
# needs: kernel=base regions=2G,4G,2G mem=3G cpus=2 timeout=120
. "$(dirname "$0")/../lib.sh"
echo 0 >/proc/sys/kernel/panic_on_oops
echo 'dax-test: provoked' >/dev/kmsg

# oops DESCRIPTION REMOVE HOLD... - remove the device while HOLD has a page of it,
# let go of the page. The task that did so may never end, so it has nothing of
# ours.
oops() {
	local what=$1 remove=$2 line
	shift 2
	dmesg -C
	coproc "$GUESTBIN/hold" "$@" 3>&- 4>&- 2>/tmp/hold.log
	read -r -u "${COPROC[0]}" line
	timeout 20 bash -c "$remove" >/tmp/remove.log 2>&1 && [ "$line" = ready ]
	ok $? "base, $what: the device goes at once" || cat /tmp/hold.log /tmp/remove.log >&2
	eval "exec ${COPROC[1]}>&-"
	oopsed
	ok $? "base, $what: and when the page is released the kernel has an Oops"
}
for align in 4K 2M 1G; do
	dax=$(ndctl create-namespace -f -e namespace1.0 -m devdax -a $align | sed -n 's/.*"chardev":"\(.*\)".*/\1/p')
	oops "io_uring buffer in device DAX, $align" 'ndctl destroy-namespace -f namespace1.0' -r "/dev/$dax"
done
# mounted N FS MKFS... - likewise for a page of a file system on region N
mounted() {
	local nr=$1 fs=$2 mnt=/tmp/$2
	shift 2
	mkdir -p "$mnt"
	"$@" "/dev/pmem$nr" >/tmp/mkfs.log 2>&1 && mount -t "$fs" -o dax "/dev/pmem$nr" "$mnt" || cat /tmp/mkfs.log >&2
	head -c 1M /dev/zero >"$mnt/file" && sync -f "$mnt"
	oops "page of a mounted $fs in a pipe" "echo namespace$nr.0 >/sys/bus/nd/drivers/nd_pmem/unbind" -k "$mnt/file"
}
mounted 0 ext4 mke2fs -q -F -t ext4 -b 4096
mounted 2 xfs mkfs.xfs -q -f -m reflink=0 -d size=300m
echo 'dax-test: end' >/dev/kmsg
plan
