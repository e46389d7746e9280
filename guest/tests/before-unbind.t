#!/bin/bash
# On the unpatched base: a device goes while a page of it is in use, and the
# kernel follows the page into a memory map that is not there any more. The
# tests of the patched kernel are devdax.unbind_waits_for_pin and
# counts.device_is_unbound.
# needs: kernel=base regions=2G,4G mem=3G cpus=2 timeout=120
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
	for _ in $(seq 50); do ! dmesg | grep -q 'BUG: unable to handle page fault' || break; sleep 0.1; done
	dmesg | grep -q 'BUG: unable to handle page fault'
	ok $? "base, $what: and when the page is released the kernel has an Oops"
}
for align in 4K 2M 1G; do
	dax=$(ndctl create-namespace -f -e namespace1.0 -m devdax -a $align | sed -n 's/.*"chardev":"\(.*\)".*/\1/p')
	oops "io_uring buffer in device DAX, $align" 'ndctl destroy-namespace -f namespace1.0' -r "/dev/$dax"
done
mkdir -p /tmp/mnt
mke2fs -q -F -t ext4 -b 4096 /dev/pmem0 128M && mount -o dax /dev/pmem0 /tmp/mnt
head -c 1M /dev/zero >/tmp/mnt/file && sync -f /tmp/mnt
oops 'page of a mounted ext4 in a pipe' 'echo namespace0.0 >/sys/bus/nd/drivers/nd_pmem/unbind' -k /tmp/mnt/file
echo 'dax-test: end' >/dev/kmsg
plan
