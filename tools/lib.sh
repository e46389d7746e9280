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
for v in KERNEL MEM CPUS ACCEL V TESTS RELEASES LINUX FSTESTS FS ARGS SHARD APPEND; do
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

# What make is told of the architecture: kconfig/arch/$ARCH.config says it.
# Sets: kmake, the arguments; with ccache the compiler among them.
arch_make() {
	local cc
	choose "$ARCH" ARCH $(names "$top/kconfig/arch" '*.config' .config)
	read -ra kmake < <(sed -n 's/^# make: //p' "$top/kconfig/arch/$ARCH.config")
	case " ${kmake[*]}" in
	*' LLVM='*) cc=clang${kmake[1]#LLVM=} ;;
	*' CROSS_COMPILE='*) cc=${kmake[1]#CROSS_COMPILE=}gcc ;;
	*) cc=gcc ;;
	esac
	command -v "$cc" >/dev/null || die "no $cc for $ARCH; 'ARCH=$ARCH make setup' installs it"
	! command -v ccache >/dev/null || cc="ccache $cc"
	kmake+=(CC="$cc")
	export CCACHE_BASEDIR=$build CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-5G}
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
	for line in $(grep -hE '^CONFIG_[A-Z0-9_]+=[ym]' "$@"); do
		case " $(sed -n 's/^# without: //p' "$top/kconfig/arch/$ARCH.config") " in
		*" $(sed 's/^CONFIG_//; s/=.*//' <<<"$line") "*) continue ;;
		esac
		grep -qx "$line" "$out/.config" || die "$line does not survive olddefconfig (see $out/.config)"
	done
}

# The patches of the series, in order, as patches/series lists them.
series() { sed -e 's/[[:space:]]*#.*//' -e '/^[[:space:]]*$/d' "$top/patches/series"; }

elapsed() { printf '%d:%02d' $((SECONDS / 60)) $((SECONDS % 60)); }
