#!/bin/bash
# The tree's hmm-tests with lib/test_hmm: DEVICE_PRIVATE memory.
# needs: regions= mem=3G cpus=2 timeout=300
. "$(dirname "$0")/../lib.sh"
for d in /dev/hmm_dmirror*; do echo "# $d"; done
[ -c /dev/hmm_dmirror0 ]
ok $? 'there is a mirror device'
selftest hmm-tests
plan
