// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print "references/mappings" of a folio of a DAX file or device as it is mapped
 * in various ways, and compare them with what was done.
 * usage: counts PATH SIZE ALIGN LEVEL
 *	LEVEL is PTE, PMD or PUD: what maps the folio, the first that is of ALIGN
 * Output: a column each for no mapping, 1, 2 and 64 of them, those and one of
 * a page by a PTE (files), those and 3 in another process, those and a pin, and
 * none again. Status 0 if all of them are as computed.
 */
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "lib/test_dax_uapi.h"

#define MAPPINGS 64

static int dev, bad;
static unsigned long long pfn;
static size_t offset;	/* of the folio */

static void *map(int fd, size_t size, size_t align, size_t skew)
{
	uintptr_t room = (uintptr_t)mmap(NULL, size + 2 * align, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *p = (void *)((room + align - 1) / align * align + skew);

	p = mmap(p, size, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0);
	if (p == MAP_FAILED)
		err(2, "mmap");
	*((volatile char *)p + offset);
	return p;
}

static struct test_dax_page look(void *p)
{
	struct test_dax_page page = { .addr = (uintptr_t)p };

	if (!p) {
		page.pfn = pfn;
		page.by_pfn = 1;
	}
	if (ioctl(dev, TEST_DAX_PAGE, &page))
		err(2, "TEST_DAX_PAGE");
	return page;
}

static void column(unsigned int refs, unsigned int maps)
{
	struct test_dax_page page = look(NULL);
	int wrong = page.refcount != refs || page.mapcount != maps;

	printf(" %u/%u%s", page.refcount, page.mapcount, wrong ? "!" : "");
	bad |= wrong;
}

int main(int argc, char **argv)
{
	struct test_dax_pin pin = { .nr_pages = 1 };
	size_t size, align, page = getpagesize();
	unsigned int order, n = 0, maps;
	int fd, up[2], go[2], file;
	void *p[MAPPINGS], *pte;
	struct stat st;
	char c;

	if (argc != 5)
		errx(2, "usage: counts PATH SIZE ALIGN LEVEL");
	fd = open(argv[1], O_RDONLY);
	dev = open("/dev/test_dax", O_RDWR);
	if (fd < 0 || dev < 0 || fstat(fd, &st))
		err(2, "%s or /dev/test_dax", argv[1]);
	file = S_ISREG(st.st_mode);
	size = strtoul(argv[2], NULL, 0);
	align = strtoul(argv[3], NULL, 0);
	order = strcmp(argv[4], "PTE") ? __builtin_ctzl(align / page) : 0;

	p[0] = map(fd, size, align, 0);
	while (offset < size && (*((volatile char *)p[0] + offset),
				 look((char *)p[0] + offset).order != order))
		offset += align;
	if (offset == size)
		errx(1, "no folio of order %u", order);
	pfn = look((char *)p[0] + offset).pfn;
	munmap(p[0], size);
	column(0, 0);
	for (maps = 1; maps <= MAPPINGS; maps = maps == 2 ? MAPPINGS : maps * 2) {
		while (n < maps)
			p[n++] = map(fd, size, align, 0);
		column(n, n);
		if (maps == MAPPINGS)
			break;
	}
	maps = MAPPINGS;
	pte = NULL;
	if (file) {
		pte = map(fd, size, align, page);
		maps++;
		column(maps, maps);
	} else {
		printf(" -");
	}

	if (pipe(up) || pipe(go))
		err(2, "pipe");
	if (fork() == 0) {
		for (n = 0; n < 3; n++)
			map(fd, size, align, 0);
		close(go[1]);
		if (write(up[1], "", 1) != 1 || read(go[0], &c, 1) != 0)
			_exit(1);
		_exit(0);
	}
	if (read(up[0], &c, 1) != 1)
		err(2, "child");
	column(maps + 3, maps + 3);
	close(go[1]);
	wait(NULL);

	pin.addr = (uintptr_t)p[0] + offset;
	if (ioctl(dev, TEST_DAX_PIN, &pin))
		err(2, "TEST_DAX_PIN");
	column(maps + (order ? 1 : 1024), maps);
	ioctl(dev, TEST_DAX_UNPIN);

	for (n = 0; n < MAPPINGS; n++)
		munmap(p[n], size);
	if (pte)
		munmap(pte, size);
	column(0, 0);
	printf("\n");
	return bad;
}
