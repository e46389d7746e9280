#!/bin/bash
# PCI peer-to-peer memory: the controller memory buffer of an NVMe disk.
# needs: nvme=16 regions= mem=3G cpus=2 timeout=120
. "$(dirname "$0")/../lib.sh"
dev=$(dirname /sys/bus/pci/devices/*/p2pmem/allocate)
before=$(cat "$dev/available")
"$GUESTBIN/p2pmem" "$dev/allocate" /dev/nvme0n1 | grep -v '^1\.\.' >/tmp/out
status=${PIPESTATUS[0]}
cat /tmp/out
n=$(grep -cE '^(not )?ok' /tmp/out) failed=$status
[ "$(cat "$dev/available")" = "$before" ] && [ "$before" -gt 0 ]
ok $? "all $before bytes are available again"
plan
