#!/bin/bash
# For tools/t/harness.t: what the runner has to notice.
# needs: mem=2G cpus=1 timeout=60
echo "ok 1 - before the Oops"
echo 1..1
sync
echo c >/proc/sysrq-trigger
sleep 1000
