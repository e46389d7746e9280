#!/bin/bash
# The tree's hmm-tests with lib/test_hmm: DEVICE_PRIVATE memory, and memory that
# is kept from the kernel as DEVICE_COHERENT.
# needs: regions= mem=4G cpus=2 timeout=300
# needs: append=memmap=512M$4G;test_hmm.spm_addr_dev0=0x100000000;test_hmm.spm_addr_dev1=0x110000000
. "$(dirname "$0")/../lib.sh"
for d in /dev/hmm_dmirror*; do echo "# $d"; done
[ -c /dev/hmm_dmirror0 ]
ok $? 'there is a mirror device'
[ -c /dev/hmm_dmirror2 ] && [ -c /dev/hmm_dmirror3 ]
ok $? 'and one of coherent memory'
echo 16 >/proc/sys/vm/nr_hugepages
selftest hmm-tests
plan
