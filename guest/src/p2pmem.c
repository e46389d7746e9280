// SPDX-License-Identifier: GPL-2.0-only
/*
 * p2pmem ALLOCATE DISK
 *
 * ALLOCATE is p2pmem/allocate of a PCI device in sysfs, DISK its block device.
 * Map peer-to-peer memory, see by its mapcount that its pages are ordinary,
 * write it to the disk with O_DIRECT, unmap it while the pages are in a pipe,
 * and do so often enough that the pool would run dry if any was lost. TAP.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include "lib/test_dax_uapi.h"	/* of the kernel tree */

#define SIZE (1UL << 20)

static int n, failed;

static void ok(int good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++n, what);
	if (!good) {
		printf("# errno %d\n", errno);
		failed = 1;
	}
}

static uint64_t word(const char *path, uint64_t index)
{
	uint64_t value = 0;
	int fd = open(path, O_RDONLY);

	if (pread(fd, &value, 8, index * 8) != 8)
		value = 0;
	close(fd);
	return value;
}

static uint64_t pfn(void *addr)
{
	return word("/proc/self/pagemap", (uintptr_t)addr / getpagesize()) &
	       ((1ULL << 55) - 1);
}

/* Has this page so many references and mappings? */
static int counts(uint64_t pfn, unsigned int refs, unsigned int maps)
{
	struct test_dax_page page = { .pfn = pfn, .by_pfn = 1 };
	int dev = open("/dev/test_dax", O_RDWR);
	int ret = ioctl(dev, TEST_DAX_PAGE, &page);

	close(dev);
	if (!ret && (page.refcount != refs || page.mapcount != maps))
		printf("# refcount %u, mapcount %u\n", page.refcount, page.mapcount);
	return !ret && page.refcount == refs && page.mapcount == maps;
}

int main(int argc, char **argv)
{
	int alloc, disk, pipefd[2], round, status, good;
	struct iovec iov;
	uint64_t first;
	char *p, *q;

	if (argc != 3)
		return 2;
	alloc = open(argv[1], O_RDWR);
	disk = open(argv[2], O_RDWR | O_DIRECT);
	ok(alloc >= 0 && disk >= 0, "p2pmem/allocate and the disk are there");

	p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, alloc, 0);
	ok(p != MAP_FAILED, "peer-to-peer memory can be mapped");
	if (p == MAP_FAILED)
		return 1;
	first = pfn(p);
	ok(counts(first, 1, 1) && counts(pfn(p + SIZE - 1), 1, 1),
	   "its pages have one reference, of one mapping");
	memset(p, 0x5a, SIZE);
	if (fork() == 0)
		_exit(p[SIZE / 2] == 0x5a && counts(pfn(p), 2, 2) ? 0 : 1);
	wait(&status);
	ok(status == 0, "and two while a child has touched them");
	ok(counts(first, 1, 1), "and one again after it");

	ok(pwrite(disk, p, SIZE, 0) == SIZE, "O_DIRECT writes them");
	memset(p, 0, SIZE);
	q = aligned_alloc(4096, SIZE);
	good = pread(disk, q, SIZE, 0) == SIZE;
	for (round = 0; round < (int)SIZE; round++)
		good &= q[round] == 0x5a;
	ok(good, "and the disk has what they held");
	munmap(p, SIZE);
	ok(counts(first, 0, 0), "free again, they have none");

	for (round = 0, good = 1; round < 500 && good; round++) {
		p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, alloc, 0);
		good = p != MAP_FAILED;
		if (good) {
			p[0] = round;
			good = counts(pfn(p), 1, 1);
			munmap(p, SIZE);
		}
	}
	ok(good, "500 times the same, and none is lost");

	/* a pipe does not take such pages: GUP refuses them to who does no I/O */
	p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, alloc, 0);
	strcpy(p, "in the pipe");
	iov.iov_base = p;
	iov.iov_len = 4096;
	errno = 0;
	good = pipe(pipefd) == 0 && vmsplice(pipefd[1], &iov, 1, 0) == -1;
	ok(good && (errno == EREMOTEIO || errno == EFAULT), "a pipe refuses such pages");
	munmap(p, SIZE);
	printf("1..%d\n", n);
	return failed;
}
