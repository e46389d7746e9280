# SPDX-License-Identifier: GPL-2.0-only
# Every target calls one tool. `make` alone says what there is.

export ARCH KCONFIG KERNEL LINUX MEM CPUS ACCEL V TESTS RELEASES FSTESTS FS ARGS SHARD NEW STRESS APPEND

help:
	@sed -n 's/^#: //p' Makefile

#: Targets
#:   run       from source to a table of what was mapped with DAX and checked
#:   test      the whole check; ends with prove's summary (TESTS= for a part)
#:   shell     a prompt in the same guest
#:   setup     install what all this needs
#:   tree      build/linux: the kernel source, one commit a patch
#:   refresh   write patches/ from the commits of build/linux
#:   build     the patched kernel (KERNEL=base: the unpatched one)
#:   guest     the programs that run in the guest
#:   check     patches, scripts, checkpatch, sparse, W=1, other point releases
#:   test-arch the kernels of one architecture in a guest (ARCH=); test-all: of all
#:   bisect    compile the touched objects after each patch
#:   compile   the touched objects for one architecture (ARCH=)
#:   configs   the touched objects, each option off that may be; allmodconfig of mm, fs
#:   fstests   a checkout of fstests with DAX, base beside patched (FSTESTS=, FS=)
#:   fstests-table  all that fstests said so far (RESULTS=: folders of other machines too)
#:   mbox      the flat, numbered series as a mailing list gets it, in build/mbox
#:   clean     remove what was built (build/kernel); distclean: all of build/
#: Variables
#:   ARCH      architecture, of kconfig/arch/ (x86_64)
#:   LINUX     tree: apply the series to this kernel git instead, on a new branch
#:   KCONFIG   configuration, of kconfig/ (dax)
#:   KERNEL    base or patched (patched)
#:   TESTS     test: only these, by name (all); the names are in guest/tests, tools/t
#:   RELEASES  check: point releases to apply to, a number or all (2)
#:   FSTESTS   fstests: the checkout; FS its configurations, of guest/fstests (ext4 xfs)
#:   ARGS      fstests: what check is to run (-g dax); SHARD=i/n each n-th test of it;
#:             NEW=1|any only what has no verdict yet; STRESS=seconds[,seed] fsx and fsstress
#:   MEM       guest memory next to the pmem regions (what the test asks for)
#:   CPUS      guest CPUs (what the test asks for)
#:   ACCEL     tcg or kvm (kvm if a probe sees a guest print under it)
#:   V         1: show every command's output

run:
	@tools/run
test:
	@tools/test
shell: setup tree guest
	@tools/boot --shell
setup:
	@tools/setup
tree: setup
	@tools/tree
refresh:
	@tools/refresh
build: tree
	@tools/build $(or $(KERNEL),patched)
guest: tree
	@tools/guest
test-arch:
	@tools/test-arch
test-all:
	@tools/test-arch all
check: tree
	@tools/check
bisect: tree
	@tools/bisect
compile: tree
	@tools/compile
fstests: tree
	@tools/fstests
fstests-table:
	@tools/fstests-table $(RESULTS)
configs: tree
	@tools/configs
mbox:
	@tools/mbox
clean:
	rm -rf build/kernel build/guest build/selftests build/check
distclean:
	rm -rf build

.PHONY: help run test test-arch test-all shell setup tree refresh build guest check bisect compile configs fstests fstests-table mbox clean distclean
