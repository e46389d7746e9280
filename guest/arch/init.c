// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first and only program of a guest of a foreign architecture, where there
 * is neither a shell nor mkfs: make the namespaces by sysfs, run the tree's
 * DAX selftests, and report through the kernel's log, so that no message of
 * the kernel gets into a line: "TAP: " and what it is.
 *
 * As "init VARIANT DEVICE" it is mkfs for the selftests: it copies what
 * tools/boot-arch has put into /images. As "init plain ..." it is the test of
 * an unpatched kernel, which has no /dev/test_dax.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define ND	"/sys/bus/nd"
#define LOG	(1 << 19)

static int n;

static void tap(const char *format, ...)
{
	char line[900] = "<4>TAP: ";
	int kmsg = open("/dev/kmsg", O_WRONLY), len = strlen(line);
	va_list ap;

	va_start(ap, format);
	len += vsnprintf(line + len, sizeof(line) - len, format, ap);
	va_end(ap);
	write(kmsg, line, len < (int)sizeof(line) ? len : (int)sizeof(line) - 1);
	close(kmsg);
}

static void ok(int good, const char *what)
{
	tap("%sok %d - %s", good ? "" : "not ", ++n, what);
}

/* The value of an attribute; empty if there is none. */
static const char *get(const char *dir, const char *name)
{
	static char value[256];
	char path[256];
	int fd, len;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY);
	len = fd < 0 ? 0 : (int)read(fd, value, sizeof(value) - 1);
	close(fd);
	value[len > 0 ? len : 0] = 0;
	value[strcspn(value, "\n")] = 0;
	return value;
}

static int put(const char *dir, const char *name, const char *value)
{
	char path[256];
	int fd, ret;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY);
	ret = fd < 0 || write(fd, value, strlen(value)) < 0 ? -1 : 0;
	if (ret)
		tap("# %s into %s: errno %d", value, path, errno);
	close(fd);
	return ret;
}

/*
 * Copy the image of a file system: blocks of 4096 bytes that are not zero, each
 * after its offset, both in 8 bytes; and zeroes where another one may have had
 * what a probe would find.
 */
static int make_fs(const char *variant, const char *dev)
{
	static char zero[1 << 16];
	struct { uint64_t off; char data[4096]; } block;
	char path[64];
	int image, disk, i;

	snprintf(path, sizeof(path), "/images/%s", variant);
	image = open(path, O_RDONLY);
	disk = open(dev, O_WRONLY);
	if (image < 0 || disk < 0)
		return 1;
	for (i = 0; i < 4; i++)
		if (pwrite(disk, zero, sizeof(zero), i * sizeof(zero)) != sizeof(zero))
			return 2;
	while (read(image, &block, sizeof(block)) == sizeof(block))
		if (pwrite(disk, block.data, 4096, block.off) != 4096)
			return 3;
	return fsync(disk) ? 4 : 0;
}

/* Touch all of the mapping here and in a child. Nonzero if it is not kept. */
static int touch(int fd, size_t size)
{
	size_t step = getpagesize(), i;
	volatile char *p;
	int status;
	pid_t pid;

	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return 10;
	for (i = 0; i < size; i += step)
		p[i] = i / step + 1;
	pid = fork();
	if (pid == 0) {
		for (i = 0; i < size; i += step)
			if (p[i] != (char)(i / step + 1))
				_exit(11);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		return 12;
	return munmap((void *)p, size) ? 13 : 0;
}

/* init plain fs DEVICE, init plain dev CHARDEV SIZE: use it, and exit */
static int plain(int argc, char **argv)
{
	int fd, ret;

	if (argc == 5) {
		fd = open(argv[3], O_RDWR);
		return fd < 0 ? 20 : touch(fd, strtoul(argv[4], NULL, 0));
	}
	if (make_fs("ext2", argv[3]) ||
	    mount(argv[3], "/mnt", "ext2", 0, "dax"))
		return 21;
	fd = open("/mnt/file", O_RDWR | O_CREAT, 0600);
	ret = fd < 0 || ftruncate(fd, 1 << 20) ? 22 : touch(fd, 1 << 20);
	close(fd);
	return ret ? ret : umount("/mnt") ? 23 : 0;
}

static void result(const char *program, const char *line, int *got)
{
	const char *what = strstr(line, "ok ");
	char text[200];

	if (strncmp(line, "ok ", 3) && strncmp(line, "not ok ", 7)) {
		if (strstr(line, "xpected") || strstr(line, "FAIL"))
			tap("%s", line);
		return;
	}
	++*got;
	what += 3 + strspn(what + 3, "0123456789 ");
	snprintf(text, sizeof(text), "%s: %s", program, what);
	ok(*line == 'o', text);
}

/* Run a selftest; its results become ours, and it has to run all it planned. */
static void selftest(const char *program, const char *option, const char *value)
{
	const char *name = strrchr(program, '/') + 1;
	int planned = -1, got = 0, out[2], status;
	char line[512];
	FILE *results;
	pid_t pid;

	pipe(out);
	pid = fork();
	if (pid == 0) {
		dup2(out[1], 1);
		dup2(out[1], 2);
		close(out[0]);
		close(out[1]);
		execl(program, program, option, value, NULL);
		_exit(127);
	}
	close(out[1]);
	results = fdopen(out[0], "r");
	while (fgets(line, sizeof(line), results)) {
		line[strcspn(line, "\n")] = 0;
		if (!strncmp(line, "1..", 3))
			planned = atoi(line + 3);
		result(name, line, &got);
	}
	fclose(results);
	waitpid(pid, &status, 0);
	snprintf(line, sizeof(line), "%s ran the %d tests it planned", name, planned);
	ok(got == planned, line);
}

/* Run this program as another process, which dies with all that it has. */
static int self(const char *a, const char *b, const char *c, const char *d)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/init", "/init", a, b, c, d, NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	if (status)
		tap("# init %s %s %s: status %x", a, b, c, status);
	return status;
}

/*
 * Make the seed of a region's pfn or dax devices one on the namespace. Return
 * its name, such as dax0.1.
 */
static const char *claim(const char *kind, const char *align)
{
	static char name[32];
	char dir[64];

	snprintf(dir, sizeof(dir), "%s_seed", kind);
	snprintf(name, sizeof(name), "%s", get(ND "/devices/region0", dir));
	snprintf(dir, sizeof(dir), ND "/devices/%s", name);
	if (put(dir, "uuid", get("/proc/sys/kernel/random", "uuid")) ||
	    (align && put(dir, "align", align)) || put(dir, "mode", "ram") ||
	    put(dir, "namespace", "namespace0.0"))
		return NULL;
	return name;
}

/* The namespace has nothing on it any more that would claim it. */
static void wipe(void)
{
	static char zero[1 << 16];
	int fd;

	put(ND "/devices/namespace0.0", "force_raw", "1");
	put(ND "/drivers/nd_pmem", "bind", "namespace0.0");
	fd = open("/dev/pmem0", O_WRONLY);
	write(fd, zero, sizeof(zero));
	fsync(fd);
	close(fd);
	put(ND "/drivers/nd_pmem", "unbind", "namespace0.0");
	put(ND "/devices/namespace0.0", "force_raw", "0");
}

static void device_dax(const char *align, int patched)
{
	char text[64], path[32], dir[64], first[32];
	const char *name = claim("dax", align);

	snprintf(text, sizeof(text), "device DAX with an alignment of %s", align);
	if (!name || put(ND "/drivers/dax_pmem", "bind", name)) {
		ok(0, text);
		return;
	}
	snprintf(first, sizeof(first), "%s", name);
	snprintf(path, sizeof(path), "/dev/%s", name);
	/* the character device is called after the region, dax0.0 */
	if (access(path, F_OK))
		snprintf(path, sizeof(path), "/dev/dax0.0");
	snprintf(dir, sizeof(dir), "%s", get("/sys/bus/dax/devices/dax0.0", "size"));
	tap("# %s: %s bytes", path, dir);
	ok(!self("plain", "dev", path, atol(align) > 4 << 20 ? align : "4194304"), text);
	if (patched) {
		setenv("DAX_TEST_CHARDEV", path, 1);
		selftest("/tests/devdax", NULL, NULL);
	}
	put(ND "/drivers/dax_pmem", "unbind", first);
	snprintf(dir, sizeof(dir), ND "/devices/%s", first);
	put(dir, "namespace", "\n");
	wipe();
}

/* The same memory as device DAX, at each alignment. @pfn has it, if not empty. */
static void all_device_dax(const char *pfn, int patched)
{
	char dir[64], aligns[256], *align;

	if (*pfn) {
		put(ND "/drivers/nd_pmem", "unbind", pfn);
		snprintf(dir, sizeof(dir), ND "/devices/%s", pfn);
		put(dir, "namespace", "\n");
	} else {
		put(ND "/drivers/nd_pmem", "unbind", "namespace0.0");
	}
	wipe();
	snprintf(dir, sizeof(dir), ND "/devices/%s", get(ND "/devices/region0", "dax_seed"));
	snprintf(aligns, sizeof(aligns), "%s", get(dir, "supported_alignments"));
	tap("# alignments: %s", aligns);
	ok(*aligns, "there is an alignment for device DAX");
	for (align = strtok(aligns, " "); align; align = strtok(NULL, " "))
		device_dax(align, patched);
}

static int log_has(const char *text)
{
	char *log = calloc(1, LOG);

	return log && klogctl(3, log, LOG - 1) > 0 && strstr(log, text);
}

/* Labelled namespaces, as papr_scm has them, are made; others are there. */
static int namespace(void)
{
	char dir[64], size[32];

	if (!strncmp(get(ND "/devices/namespace0.0", "devtype"), "nd_namespace_io", 15))
		return 0;
	snprintf(size, sizeof(size), "%s", get(ND "/devices/region0", "available_size"));
	snprintf(dir, sizeof(dir), ND "/devices/namespace0.0");
	return put(dir, "uuid", get("/proc/sys/kernel/random", "uuid")) ||
	       put(dir, "size", size) || put(dir, "sector_size", "512");
}

int main(int argc, char **argv)
{
	static const char * const tests[] = {
		"/tests/fsdax_pages", "/tests/fsdax_counts",
		"/tests/fsdax_layout", "/tests/fsdax_reflink",
	};
	char text[96], pfn[32] = "";
	const char *name;
	int patched;
	size_t i;

	if (argc > 3 && !strcmp(argv[1], "plain"))
		return plain(argc, argv);
	if (getpid() != 1)
		return argc == 3 ? make_fs(argv[1], argv[2]) : 1;

	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	/* regions are probed by other threads: this waits for them */
	get(ND "/devices/ndbus0", "wait_probe");
	patched = !access("/dev/test_dax", F_OK);
	snprintf(text, sizeof(text), "pages of %d bytes, PMDs of %s", getpagesize(),
		 get("/sys/kernel/mm/transparent_hugepage", "hpage_pmd_size"));
	tap("# %s", text);
	ok(log_has("Validating architecture page table helpers"), "debug_vm_pgtable has run");

	/* a file system */
	ok(!namespace(), "there is a namespace");
	if (strcmp(get("/sys/block/pmem0/queue", "dax"), "1")) {
		if (!access("/sys/block/pmem0", F_OK))
			put(ND "/drivers/nd_pmem", "unbind", "namespace0.0");
		name = claim("pfn", NULL);
		snprintf(pfn, sizeof(pfn), "%s", name ? name : "");
		put(ND "/drivers/nd_pmem", "bind", pfn);
	}
	ok(!strcmp(get("/sys/block/pmem0/queue", "dax"), "1"), "it can be mapped");
	ok(!self("plain", "fs", "/dev/pmem0", NULL), "a file is mapped, by two processes");
	setenv("DAX_TEST_DEV", "/dev/pmem0", 1);
	setenv("DAX_TEST_MKFS", "/init", 1);
	for (i = 0; patched && i < sizeof(tests) / sizeof(*tests); i++)
		selftest(tests[i], getpagesize() == 4096 ? NULL : "-V", "erofs");

	/* whose driver wants transparent huge pages, which not all have */
	if (!access("/sys/bus/dax/drivers/device_dax", F_OK))
		all_device_dax(pfn, patched);

	tap("1..%d", n);
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}
