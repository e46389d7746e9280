#!/bin/bash
# Device DAX of 1G in a namespace that does not begin at a multiple of it, with
# the memory map in RAM: the page map begins in front of the device.
# needs: regions=2G mem=6G append=memmap=3G!6656M cpus=2 timeout=200
. "$(dirname "$0")/../lib.sh"

for map in mem dev; do
	dax=$(ndctl create-namespace -f -e namespace1.0 -m devdax -a 1G -M $map | sed -n 's/.*"chardev":"\(.*\)".*/\1/p')
	[ -c "/dev/$dax" ]
	ok $? "memory map in $map: namespace1.0 is /dev/$dax at $(cat "/sys/bus/dax/devices/$dax/resource")"
	selftest devdax "DAX_TEST_CHARDEV=/dev/$dax"
done
plan
