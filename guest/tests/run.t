#!/bin/bash
# The main job: file systems with -o dax and device DAX, mapped, written, and
# checked after the file system was mounted, or the device bound, again.
# needs: regions=2G,4G mem=3G cpus=2 timeout=300
. "$(dirname "$0")/../lib.sh"
mapcheck=$GUESTBIN/mapcheck
mkdir -p /tmp/mnt
row() { printf '# %-24s %-6s %-11s %9s  %-10s %s\n' "$@"; }
rule() { row ------------------------ ------ ----------- --------- ---------- ------; }

# counts PATH SIZE ALIGN LEVEL NAME - references/mappings of the first folio
counts() {
	local name=$5 got status
	[ -c /dev/test_dax ] || return 0
	got=$("$GUESTBIN/counts" "$1" "$2" "$3" "$4")
	status=$?
	# shellcheck disable=SC2086
	counted+=$(printf '# %-24s %-6s %5s %5s %5s %7s %7s %7s %9s %6s' "$name" "$4" $got)$'\n'
	ok $status "$name: references and mappings are as computed"
}
counted=''

# both regions of memmap=, as the namespaces that persistent memory comes in
fs_ns=$(ndctl create-namespace -f -e namespace0.0 -m fsdax -M mem | sed -n 's/.*"blockdev":"\(.*\)".*/\1/p')
[ -b "/dev/$fs_ns" ]
ok $? "region 0 is an fsdax namespace, /dev/$fs_ns"
rule
row what size 'mapped as' faults 'data' 'after remount'
rule

# fs NAME MKFS TYPE LEVEL - LEVEL is what it has to be mapped as
fs() {
	local name=$1 mkfs=$2 type=$3 want=$4 size=$((16 << 20)) seed=$RANDOM got data=bad again=bad
	wipefs -qa "/dev/$fs_ns"
	if [ "$type" = erofs ]; then
		rm -rf /tmp/image && mkdir /tmp/image
		"$mapcheck" write /tmp/image/file $size $seed >/dev/null
	fi
	$mkfs >/tmp/mkfs.log 2>&1 && mount -t "$type" -o dax "/dev/$fs_ns" /tmp/mnt || cat /tmp/mkfs.log >&2
	if [ "$type" = erofs ]; then
		got=$("$mapcheck" read /tmp/mnt/file $size $seed) && data=ok
	else
		got=$("$mapcheck" write /tmp/mnt/file $size $seed) && data=ok
	fi
	counts /tmp/mnt/file $size $((2 << 20)) "$want" "$name"
	umount /tmp/mnt && mount -t "$type" -o dax "/dev/$fs_ns" /tmp/mnt
	"$mapcheck" read /tmp/mnt/file $size $seed >/dev/null && again=ok
	umount /tmp/mnt
	row "$name" 16M "${got% *}" "${got#* }" "$data" "$again"
	[ "$data,$again,${got% *}" = "ok,ok,$want" ]
	ok $? "$name is mapped as $want and keeps its data"
}
fs ext2 "mke2fs -q -F -t ext2 -b 4096 /dev/$fs_ns" ext2 PTE
fs ext4 "mke2fs -q -F -t ext4 -b 4096 -E stride=512,stripe_width=512 /dev/$fs_ns" ext4 PMD
fs 'xfs reflink=0' "mkfs.xfs -q -f -m reflink=0 -d su=2m,sw=1,extszinherit=512 /dev/$fs_ns" xfs PMD
fs 'xfs reflink=1' "mkfs.xfs -q -f -m reflink=1 /dev/$fs_ns" xfs PTE
fs erofs "mkfs.erofs --quiet -T0 /dev/$fs_ns /tmp/image" erofs PTE

# dev ALIGN SIZE LEVEL
dev() {
	local size=$2 seed=$RANDOM dax data=bad again=bad got align
	align=$(numfmt --from=iec "$1")
	dax=$(ndctl create-namespace -f -e namespace1.0 -m devdax -a "$1" | sed -n 's/.*"chardev":"\(.*\)".*/\1/p')
	got=$("$mapcheck" write "/dev/$dax" "$size" $seed) && data=ok
	counts "/dev/$dax" $((size > align ? 2 * align : align)) $align "$3" "device DAX, align $1"
	ndctl disable-namespace namespace1.0 >/dev/null 2>&1
	ndctl enable-namespace namespace1.0 >/dev/null 2>&1
	"$mapcheck" read "/dev/$dax" "$size" $seed >/dev/null && again=ok
	row "device DAX, align $1" $((size >> 20))M "${got% *}" "${got#* }" "$data" "$again"
	[ "$data,$again,${got% *}" = "ok,ok,$3" ]
	ok $? "device DAX at $1 is mapped as $3 and keeps its data"
}
dev 4K $((16 << 20)) PTE
dev 2M $((16 << 20)) PMD
dev 1G $((1 << 30)) PUD
rule
if [ -n "$counted" ]; then
	echo '# references/mappings of a folio: not mapped, 1, 2 and 64 times; and once more by'
	echo '# a PTE; and 3 times in another process; and pinned (a page: 1024); not mapped again'
	printf '# %-24s %-6s %5s %5s %5s %7s %7s %7s %9s %6s\n' what by 0 1 2 64 +PTE +3 +pin 0
	printf '%s' "$counted"
fi
plan
