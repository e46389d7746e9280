# shellcheck shell=bash disable=SC2034
# What every tool here shares: where things are, how they speak.
set -eu

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${BUILD:-$top/build}
tree=$build/linux
ARCH=${ARCH:-x86_64}
KCONFIG=${KCONFIG:-dax}
jobs=$(nproc)
# make exports what it was not given as empty
for v in KERNEL MEM CPUS ACCEL V TESTS RELEASES LINUX FSTESTS FS ARGS SHARD NEW STRESS APPEND; do
	[ -n "${!v:-}" ] || unset "$v"
done
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/dax-refcount
export GIT_TERMINAL_PROMPT=0 LC_ALL=C

say() { printf '%s\n' "${0##*/}: $*" >&2; }
die() { say "$*"; exit 1; }

# choose VALUE WHAT CHOICE... - die unless VALUE is one of the choices
choose() {
	local value=$1 what=$2 c
	shift 2
	for c; do [ "$c" = "$value" ] && return; done
	die "no $what '$value'; there are: $*"
}

# names DIR GLOB SUFFIX - the names, less suffix, of the files that match
names() {
	local f
	for f in "$1"/$2; do [ -e "$f" ] && basename "$f" "$3"; done | sort | tr '\n' ' '
}

# quiet LOG COMMAND... - run it into LOG; show the end of LOG when it fails
quiet() {
	local log=$1
	shift
	mkdir -p "$(dirname "$log")"
	if [ -n "${V:-}" ]; then
		"$@" 2>&1 | tee "$log" >&2
		return "${PIPESTATUS[0]}"
	fi
	if ! "$@" >"$log" 2>&1; then
		tail -n 25 "$log" >&2
		die "failed: $*; the whole log: $log"
	fi
}

# The fragments of $ARCH, a machine: its own, after the one that it says it is
# like. Headers of either say what is not of Kconfig.
arch_fragments() {
	local like
	like=$(sed -n 's/^# like: //p' "$top/kconfig/arch/$ARCH.config")
	echo ${like:+"$top/kconfig/arch/$like.config"} "$top/kconfig/arch/$ARCH.config"
}
# fragments KERNEL - all that make the configuration of a kernel for $ARCH;
# s390x has no DAX and takes none of what the others share
fragments() {
	local list=("$top/kconfig/dax.config" "$top/kconfig/small.config")
	[ "$ARCH" != x86_64 ] || list=("$top/kconfig/dax.config")
	[ "$ARCH" != s390x ] || list=()
	[ "$1" = base ] || [ "$ARCH" = s390x ] || list+=("$top/kconfig/series.config")
	list+=($(arch_fragments))
	[ "$KCONFIG" = dax ] || list+=("$top/kconfig/$KCONFIG.config")
	echo "${list[@]}"
}
arch_header() { sed -n "s/^# $1: //p" $(arch_fragments); }

# What make is told of the architecture.
# Sets: kmake, the arguments; with ccache the compiler among them.
arch_make() {
	local cc
	choose "$ARCH" ARCH $(names "$top/kconfig/arch" '*.config' .config)
	read -ra kmake < <(arch_header make)
	case " ${kmake[*]}" in
	*' LLVM='*) cc=clang${kmake[1]#LLVM=} ;;
	*' CROSS_COMPILE='*) cc=${kmake[1]#CROSS_COMPILE=}gcc ;;
	*) cc=gcc ;;
	esac
	command -v "$cc" >/dev/null || die "no $cc for $ARCH; 'ARCH=$ARCH make setup' installs it"
	! command -v ccache >/dev/null || cc="ccache $cc"
	kmake+=(CC="$cc")
	# depend: what is not in the cache is not preprocessed once more than without it
	export CCACHE_BASEDIR=$build CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1 CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-5G}
	export KBUILD_BUILD_TIMESTAMP='' KBUILD_BUILD_USER=dax KBUILD_BUILD_HOST=dax
}

# arch_config SRC OUT FRAGMENT... - tinyconfig and the fragments, all of which
# have to survive but for those that the architecture is said to be without
arch_config() {
	local src=$1 out=$2 line
	shift 2
	quiet "$out/config.log" make -s -C "$src" O="$out" "${kmake[@]}" tinyconfig
	(cd "$src" && quiet "$out/config.log" scripts/kconfig/merge_config.sh -m -O "$out" "$out/.config" "$@")
	quiet "$out/config.log" make -s -C "$src" O="$out" "${kmake[@]}" olddefconfig
	# of two fragments the later one counts
	for line in $(cat "$@" | sed -nE 's/^# (CONFIG_[A-Z0-9_]+) is not set/\1=n/p; /^CONFIG_[A-Z0-9_]+=[ymn]/p' |
		tac | awk -F= '!seen[$1]++ && $2 != "n"'); do
		case " $(arch_header without | tr '\n' ' ') " in
		*" $(sed 's/^CONFIG_//; s/=.*//' <<<"$line") "*) continue ;;
		esac
		grep -qx "$line" "$out/.config" || die "$line does not survive olddefconfig (see $out/.config)"
	done
}

# touched SRC CONFIG - the objects of what the series touches anywhere that exist
# in SRC and are set in CONFIG
touched() {
	local f
	for f in $(git -C "$tree" diff --name-only base..HEAD -- '*.c' ':!tools'); do
		case $f in "arch/${kmake[0]#ARCH=}/"*) ;; arch/*) continue ;; esac
		[ ! -f "$1/$f" ] || ! grep -qE "^CONFIG_$(touched_needs "$f")=[ym]" "$2" || echo "${f%.c}.o"
	done
}
touched_needs() {
	case $1 in
	arch/powerpc/*radix*) echo PPC_RADIX_MMU ;;
	arch/powerpc/*/hash_hugepage.c) echo TRANSPARENT_HUGEPAGE ;;
	arch/powerpc/kvm/*) echo KVM_BOOK3S_64_HV ;;
	drivers/s390/*) echo DCSSBLK ;;
	drivers/gpu/drm/nouveau/*) echo DRM_NOUVEAU_SVM ;;
	drivers/xen/*) echo XEN_UNPOPULATED_ALLOC ;;
	drivers/vfio/*) echo VFIO_IOMMU_TYPE1 ;;
	drivers/dax/*) echo DEV_DAX ;;
	drivers/md/*) echo DM_WRITECACHE ;;
	drivers/pci/*) echo PCI_P2PDMA ;;
	fs/dax.c) echo FS_DAX ;;
	fs/xfs/scrub/*) echo XFS_ONLINE_SCRUB ;;
	fs/ext2/* | fs/ext4/* | fs/xfs/*) cut -d/ -f2 <<<"$1" | sed "s/.*/\U&_FS/" ;;
	fs/fuse/dax.c) echo FUSE_DAX ;;
	fs/fuse/*) echo FUSE_FS ;;
	*/userfaultfd.c) echo USERFAULTFD ;;
	kernel/events/uprobes.c) echo UPROBES ;;
	lib/test_dax.c) echo TEST_DAX ;;
	lib/test_hmm.c) echo TEST_HMM ;;
	mm/debug_vm_pgtable.c) echo DEBUG_VM_PGTABLE ;;
	mm/hmm.c) echo HMM_MIRROR ;;
	mm/huge_memory.c | mm/khugepaged.c) echo TRANSPARENT_HUGEPAGE ;;
	mm/mapping_dirty_helpers.c) echo MAPPING_DIRTY_HELPERS ;;
	mm/memory-failure.c) echo MEMORY_FAILURE ;;
	mm/memremap.c) echo ZONE_DEVICE ;;
	mm/migrate_device.c) echo DEVICE_MIGRATION ;;
	*) echo MMU ;;
	esac
}

# The patches of the series, in order, as patches/series lists them.
series() { sed -e 's/[[:space:]]*#.*//' -e '/^[[:space:]]*$/d' "$top/patches/series"; }

elapsed() { printf '%d:%02d' $((SECONDS / 60)) $((SECONDS % 60)); }
