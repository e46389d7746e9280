#!/bin/bash
# The tree's selftests for DAX file systems, on a small namespace of pmem.
# needs: regions=2G,4G mem=3G cpus=2 timeout=900
. "$(dirname "$0")/../lib.sh"

n=0
selftest fsdax_layout DAX_TEST_DEV=/dev/pmem0
selftest fsdax_reflink DAX_TEST_DEV=/dev/pmem0
selftest fsdax_pages DAX_TEST_DEV=/dev/pmem0
selftest fsdax_counts DAX_TEST_DEV=/dev/pmem0
plan
