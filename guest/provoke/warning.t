#!/bin/bash
# For tools/t/harness.t: what the runner has to notice.
# needs: mem=2G cpus=1 timeout=60
echo "ok 1 - fine, but the kernel warns"
echo 1..1
echo "WARNING: CPU: 0 PID: 1 at mm/memremap.c:1 provoked" >/dev/kmsg
