// SPDX-License-Identifier: GPL-2.0-only
/*
 * scan /dev/pmemN - is every page of the device idle and nobody's?
 * Prints what the pages are like; status 0 if none has a reference, a mapping,
 * an order, a file or a sharer.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include "lib/test_dax_uapi.h"

static unsigned long long attribute(const char *device, const char *name)
{
	unsigned long long value = 0;
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/block/%s/device/%s",
		 strrchr(device, '/') + 1, name);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%lli", (long long *)&value) != 1)
		err(2, "%s", path);
	fclose(file);
	return value;
}

int main(int argc, char **argv)
{
	struct test_dax_scan s = { 0 };
	int dev = open("/dev/test_dax", O_RDWR);

	if (argc != 2 || dev < 0)
		err(2, "usage: scan /dev/pmemN; /dev/test_dax");
	s.pfn = attribute(argv[1], "resource") / getpagesize();
	s.nr_pages = attribute(argv[1], "size") / getpagesize();
	if (ioctl(dev, TEST_DAX_SCAN, &s))
		err(2, "TEST_DAX_SCAN");
	printf("%llu pages, with a count of 0 %llu, mapped %llu, compound %llu, of a file %llu, shared %llu\n",
	       s.nr_device, s.nr_ref[0], s.nr_mapped, s.nr_compound,
	       s.nr_mapping, s.nr_share);
	return !s.nr_device || s.nr_ref[0] != s.nr_device || s.nr_mapped ||
	       s.nr_compound || s.nr_mapping || s.nr_share;
}
