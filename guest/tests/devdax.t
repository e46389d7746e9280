#!/bin/bash
# Device DAX at each alignment: the tree's selftest, and as RAM.
# needs: regions=2G,4G mem=3G cpus=2 timeout=300
. "$(dirname "$0")/../lib.sh"

for align in 4K 2M 1G; do
	dax=$(ndctl create-namespace -f -e namespace1.0 -m devdax -a $align | sed -n 's/.*"chardev":"\(.*\)".*/\1/p')
	[ -c "/dev/$dax" ]
	ok $? "$align: namespace1.0 is /dev/$dax"
	selftest devdax "DAX_TEST_CHARDEV=/dev/$dax"
done

# Where one device waits for who uses a page of it, others come all the same.
other=$(ndctl create-namespace -f -e namespace0.0 -m devdax -a 4K | sed -n 's/.*"chardev":"\(.*\)".*/\1/p')
region=$(basename "$(dirname "$(readlink -f "/sys/bus/dax/devices/$other")")")
nd=/sys/bus/nd/drivers/dax_pmem
echo "$region" >$nd/unbind
coproc "$GUESTBIN/hold" -r "/dev/$dax" 2>/tmp/hold.log
read -r -u "${COPROC[0]}" line
used=$(basename "$(dirname "$(readlink -f "/sys/bus/dax/devices/$dax")")")
echo "$used" >$nd/unbind &
unbind=$!
sleep 1
kill -0 $unbind && [ "$line" = ready ]
ok $? "$used waits for a buffer of io_uring" || cat /tmp/hold.log >&2
echo "$region" >$nd/bind &
for _ in $(seq 50); do [ ! -c "/dev/$other" ] || break; sleep 0.2; done
[ -c "/dev/$other" ] && kill -0 $unbind
ok $? "and $region comes meanwhile, as /dev/$other"
eval "exec ${COPROC[1]}>&-"
wait $unbind
ok $? "$used goes when the buffer is released"
wait
echo "$used" >$nd/bind

# the same memory as RAM, more of it used than there was before, and taken back
kmem=/sys/bus/dax/drivers/kmem memory=/sys/devices/system/memory
mem_total() { sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo; }
dax=$(ndctl create-namespace -f -e namespace1.0 -m devdax -a 2M | sed -n 's/.*"chardev":"\(.*\)".*/\1/p')
before=$(mem_total)
grep -l online $memory/memory*/state >/tmp/blocks
echo online_movable >$memory/auto_online_blocks
echo "$dax" >/sys/bus/dax/drivers/device_dax/unbind
echo "$dax" >$kmem/new_id
during=$(mem_total)
[ "$during" -gt $((before + 3 * 1048576)) ]
ok $? "dax_kmem: $before kB of RAM become $during kB"
mkdir -p /tmp/ram && mount -t tmpfs -o size=100% tmpfs /tmp/ram
head -c $((before / 1024 + 512))M /dev/zero >/tmp/ram/file && cmp -n $(((before + 262144) * 1024)) /tmp/ram/file /dev/zero
ok $? "dax_kmem: a file in tmpfs is larger than the RAM there was"
umount /tmp/ram
for state in $(grep -l online $memory/memory*/state | grep -vxFf /tmp/blocks); do
	echo offline >"$state" || echo "# $state stays online"
done
[ "$(mem_total)" = "$before" ] && echo "$dax" >$kmem/unbind
ok $? "dax_kmem: it is offline again and goes"
plan
