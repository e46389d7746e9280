#!/bin/bash
# What the series touches compiles on every architecture that it touches.
top=$(cd "$(dirname "$0")/../.." && pwd)
n=0 failed=0
log=$top/build/log/arch
for config in "$top"/kconfig/arch/*.config; do
	arch=$(basename "$config" .config)
	[ "$arch" != x86_64 ] || continue
	n=$((n + 1))
	if ARCH=$arch "$top/tools/compile" >"$log" 2>&1; then
		echo "ok $n - $arch: $(tail -n 1 "$log")"
	else
		failed=1
		echo "not ok $n - $arch"
		tail -n 20 "$log" | sed 's/^/# /'
	fi
done
echo "1..$n"
exit $failed
