// SPDX-License-Identifier: GPL-2.0-only
/*
 * hold FILE, hold -k FILE, hold -r DEVICE
 *
 * Put a page of the file into a pipe, unlink the file (-k: keep it) and close
 * it, so that nothing but the pipe has to do with it any more. With -r, register
 * memory of a device DAX with io_uring instead, unmap and close that. Say
 * "ready", and keep the pipe or the ring until standard input ends. Status 0 if
 * the pipe still has the data of the file, or the memory could be unregistered.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include "ring.h"

static void hold(void)
{
	char c;

	puts("ready");
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		;
}

static int hold_file(const char *path, int keep)
{
	size_t size = getpagesize();
	char *p, *was = malloc(size), *is = malloc(size);
	struct iovec iov = { .iov_len = size };
	int fd = open(path, O_RDWR), pipefd[2];

	if (fd < 0 || pipe(pipefd))
		err(2, "%s", path);
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 8 * size);
	if (p == MAP_FAILED)
		err(2, "mmap");
	memcpy(was, p, size);
	iov.iov_base = p;
	if (vmsplice(pipefd[1], &iov, 1, 0) != (ssize_t)size)
		err(2, "vmsplice");
	munmap(p, size);
	if ((!keep && unlink(path)) || close(fd))
		err(2, "%s", path);
	hold();
	if (read(pipefd[0], is, size) != (ssize_t)size || memcmp(was, is, size))
		errx(1, "the pipe holds something else");
	return 0;
}

static int hold_device(const char *path)
{
	size_t size = 1 << 30;	/* a multiple of each alignment */
	int fd = open(path, O_RDWR);
	struct iovec iov = { .iov_len = 4096 };
	struct ring ring;
	char *room, *p;

	if (fd < 0 || ring_open(&ring))
		err(2, "%s", path);
	room = mmap(NULL, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	p = (char *)(((uintptr_t)room + size - 1) & -size);
	if (mmap(p, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
		err(2, "mmap");
	*p = 1;
	iov.iov_base = p;
	if (syscall(__NR_io_uring_register, ring.fd, IORING_REGISTER_BUFFERS, &iov, 1))
		err(2, "io_uring_register");
	munmap(room, 2 * size);
	close(fd);
	hold();
	if (syscall(__NR_io_uring_register, ring.fd, IORING_UNREGISTER_BUFFERS, NULL, 0))
		err(1, "io_uring_register");
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "-r"))
		return hold_device(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "-k"))
		return hold_file(argv[2], 1);
	if (argc != 2)
		errx(2, "usage: hold [-k] FILE, hold -r DEVICE");
	return hold_file(argv[1], 0);
}
