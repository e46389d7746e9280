// SPDX-License-Identifier: GPL-2.0-only
/*
 * mapcheck write|read PATH SIZE SEED
 *
 * Map SIZE bytes of a DAX file or device, shared, write a pattern made of SEED
 * or compare with it, and print by which page-table level it was mapped, as the
 * number of page faults tells: "PTE 1024 faults". Exit 1 if the data differs.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define GIB (1UL << 30)

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static long faults(void)
{
	struct rusage ru;

	getrusage(RUSAGE_SELF, &ru);
	return ru.ru_minflt + ru.ru_majflt;
}

int main(int argc, char **argv)
{
	size_t size, off, page = getpagesize();
	volatile uint64_t *at;
	unsigned long seed;
	struct stat st;
	long before, n;
	char *p, *room;
	int write, fd;

	if (argc != 5) {
		fputs("usage: mapcheck write|read PATH SIZE SEED\n", stderr);
		return 2;
	}
	write = !strcmp(argv[1], "write");
	size = strtoul(argv[3], NULL, 0);
	seed = strtoul(argv[4], NULL, 0);

	fd = open(argv[2], write ? O_RDWR | O_CREAT : O_RDONLY, 0600);
	if (fd < 0 || fstat(fd, &st))
		die(argv[2]);
	if (write && S_ISREG(st.st_mode)) {
		/* written, not only allocated: ext2 and PMDs want blocks */
		char *buf = calloc(1, 1 << 20);

		/* by 2 MiB, which ext4 with a stripe of that size aligns */
		for (off = 0; off < size; off += 2 << 20)
			if (fallocate(fd, 0, off, 2 << 20) && ftruncate(fd, size))
				die("size");
		for (off = 0; off < size; off += 1 << 20)
			if (pwrite(fd, buf, 1 << 20, off) != 1 << 20)
				die("write");
		fsync(fd);
	}

	/* at an address that is as good for a PUD as the file or device */
	room = mmap(NULL, size + GIB, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (room == MAP_FAILED)
		die("mmap");
	room = (char *)(((uintptr_t)room + GIB - 1) & -GIB);
	p = mmap(room, size, write ? PROT_READ | PROT_WRITE : PROT_READ,
		 MAP_SHARED | MAP_FIXED, fd, 0);
	if (p == MAP_FAILED)
		die("mmap");

	before = faults();
	for (off = 0; off < size; off += page) {
		at = (volatile uint64_t *)(p + off);
		if (write) {
			*at = seed + off;
		} else if (*at != seed + off) {
			fprintf(stderr, "%s: offset %#zx holds %#lx, not %#lx\n",
				argv[2], off, (unsigned long)*at,
				(unsigned long)(seed + off));
			return 1;
		}
	}
	n = faults() - before;
	if (write && S_ISREG(st.st_mode) && msync(p, size, MS_SYNC))
		die("msync");
	/* a fault or two may be of something else */
	printf("%s %ld\n", n >= (long)(size / page) ? "PTE" :
	       n >= (long)(size >> 21) ? "PMD" : "PUD", n);
	return 0;
}
