// SPDX-License-Identifier: GPL-2.0-only
/*
 * race DIR SECONDS SEED [DEVICE]
 *
 * Faults, pins, fork() and exit() against what takes blocks away, all on one
 * file in DIR, which is mounted with DAX; a second file takes up what becomes
 * free and a third shares blocks where the file system can. Whatever is written
 * to a file has a mark of that file in each word, so that a word with the mark
 * of another one is a block that was given away while somebody used it.
 * DEVICE, a block device to overwrite, is for O_DIRECT into and out of mappings,
 * by system calls and by io_uring, whose buffers are unmapped meanwhile.
 * With NOPINS in the environment nothing is pinned, which is what a kernel that
 * does not wait for pins has to get right as well.
 * Status 0 if no such word was seen and nobody got stuck.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include "lib/test_dax_uapi.h"
#include "ring.h"

#define SIZE	(8UL << 20)
#define PMD	(2UL << 20)
#define MARK	0xda7a000100000000ULL	/* of the file and of its clone */
#define OTHER	0xbad0000200000000ULL	/* of the one that reuses blocks */
#define WORDS(page) ((page) / 8)

static char path[128], clone[128], other[128];
static uint64_t state;
static size_t page;
static int device = -1, nopins;
static sigjmp_buf fault;
static struct ring ring = { .fd = -1 };
static time_t end;
static unsigned long *done;	/* by worker, shared */

static uint64_t rnd(uint64_t below)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (state >> 33) % below;
}

/* behind the end of the file, or where a part was unmapped */
static void no_page(int sig) { siglongjmp(fault, 1); }

/* What the page is, and whether another look through a new mapping is the same. */
static void tell(void *p, size_t i)
{
	struct test_dax_page info = { .addr = (uintptr_t)p };
	int dev = open("/dev/test_dax", O_RDWR);

	if (!ioctl(dev, TEST_DAX_PAGE, &info) && info.pgmap_type)
		warnx("pfn %#llx refs %u maps %u order %u mapping %u index %llu",
		      (unsigned long long)info.pfn, info.refcount, info.mapcount,
		      info.order, info.has_mapping, (unsigned long long)info.index);
	if (!madvise(p, page, MADV_DONTNEED) && !sigsetjmp(fault, 1))
		warnx("and then it is %#llx",
		      (unsigned long long)((volatile uint64_t *)p)[i]);
	memset(&info, 0, sizeof(info));
	info.addr = (uintptr_t)p;
	if (!ioctl(dev, TEST_DAX_PAGE, &info) && info.pgmap_type)
		warnx("pfn %#llx refs %u maps %u order %u mapping %u index %llu",
		      (unsigned long long)info.pfn, info.refcount, info.mapcount,
		      info.order, info.has_mapping, (unsigned long long)info.index);
}

static void look(const char *what, const volatile uint64_t *p, uint64_t mark)
{
	uint64_t word;
	size_t i;

	for (i = 0; i < WORDS(page); i += 61) {
		word = p[i];
		if (word && (word & 0xffffffff00000000ULL) != mark) {
			warnx("%s: word %zu is %#llx", what, i,
			      (unsigned long long)word);
			tell((void *)p, i);
			exit(3);
		}
	}
}

static void fill(volatile uint64_t *p, uint64_t mark)
{
	size_t i;

	for (i = 0; i < WORDS(page); i += 61)
		p[i] = mark | rnd(1 << 30);
}

/* Mapped so that PMDs fit, or do not. */
static char *map(int fd, int pmd, int prot, int flags, char **room)
{
	char *p;

	*room = mmap(NULL, SIZE + 2 * PMD, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	p = (char *)(((uintptr_t)*room + PMD - 1) & -PMD) + (pmd ? 0 : page);
	p = mmap(p, SIZE, prot, flags | MAP_FIXED, fd, 0);
	if (p == MAP_FAILED)
		err(2, "mmap");
	return p;
}

static void use_mapping(void)
{
	int fd = open(path, O_RDWR), pmd = rnd(2), pipefd[2], t;
	volatile int n;
	int private = !rnd(6);
	char *room, *buf, *p;
	struct iovec iov;
	pid_t pid;

	if (fd < 0)
		err(2, "%s", path);
	p = map(fd, pmd, PROT_READ | PROT_WRITE, private ? MAP_PRIVATE : MAP_SHARED, &room);
	close(fd);
	buf = aligned_alloc(page, page);
	for (n = rnd(20) + 1; n; n--) {
		volatile uint64_t *at = (void *)(p + rnd(SIZE / page) * page);

		if (sigsetjmp(fault, 1))
			continue;
		t = rnd(11);
		switch (nopins && (t == 5 || t == 6 || t == 10) ? 0 : t) {
		case 0 ... 2:
			look("mapping", at, MARK);
			break;
		case 3 ... 4:
			fill(at, MARK);
			break;
		case 5:	/* a page in a pipe, its mapping gone, looked at later */
			if (private || pipe(pipefd))
				break;
			iov = (struct iovec){ .iov_base = (void *)at, .iov_len = page };
			if (vmsplice(pipefd[1], &iov, 1, SPLICE_F_NONBLOCK) == (ssize_t)page) {
				madvise((void *)at, page, MADV_DONTNEED);
				usleep(rnd(3000));
				if (read(pipefd[0], buf, page) == (ssize_t)page)
					look("pipe", (void *)buf, MARK);
			}
			close(pipefd[0]);
			close(pipefd[1]);
			break;
		case 6:	/* O_DIRECT into the mapping, and out of it */
			if (device < 0)
				break;
			t = pread(device, (void *)at, page, rnd(256) * page);
			if (t < 0 && errno != EFAULT && errno != EINTR)
				err(2, "O_DIRECT");
			if (pwrite(device, (void *)at, page, (256 + rnd(256)) * page) < 0 &&
			    errno != EFAULT)
				err(2, "O_DIRECT");
			break;
		case 7:
			madvise(p, SIZE, MADV_DONTNEED);
			break;
		case 8:
			pid = fork();
			if (pid == 0) {
				if (!sigsetjmp(fault, 1))
					look("child", at, MARK);
				_exit(0);
			}
			if (waitpid(pid, &t, 0) == pid && t)
				errx(3, "child: %#x", t);
			break;
		case 9:
			munmap(p + rnd(SIZE / page) * page, page);
			break;
		case 10:	/* the same by io_uring */
			if (device < 0 || ring.fd < 0)
				break;
			t = rnd(2);
			if (ring_begin(&ring, t ? IORING_OP_READ : IORING_OP_WRITE, device,
				       (void *)at, page, (t ? 0 : 256 + rnd(256)) * page))
				err(2, "io_uring");
			madvise((void *)at, page, MADV_DONTNEED);
			t = ring_end(&ring);
			if (t < 0 && t != -EFAULT && t != -EINTR)
				errx(2, "io_uring: %s", strerror(-t));
			break;
		}
	}
	free(buf);
	munmap(room, SIZE + 2 * PMD);
}

static void use_pins(void)
{
	struct test_dax_pin pin = { .nr_pages = rnd(8) + 1 };
	int fd = open(path, O_RDWR), dev = open("/dev/test_dax", O_RDWR);
	char *room, *p;

	if (dev >= 0 && fd >= 0 && !sigsetjmp(fault, 1)) {
		p = map(fd, rnd(2), PROT_READ | PROT_WRITE, MAP_SHARED, &room);
		pin.addr = (uintptr_t)p + rnd(SIZE / page - 8) * page;
		pin.flags = rnd(2) ? TEST_DAX_PIN_WRITE : 0;
		ioctl(dev, TEST_DAX_PIN, &pin);
		munmap(room, SIZE + 2 * PMD);
		usleep(rnd(3000));
	}
	close(dev);
	close(fd);
}

static void take_blocks(void)
{
	static const int modes[] = {
		FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, FALLOC_FL_ZERO_RANGE,
		FALLOC_FL_COLLAPSE_RANGE, FALLOC_FL_INSERT_RANGE, 0,
	};
	struct file_clone_range range = { 0 };
	size_t from = rnd(SIZE / page) * page, len = (rnd(64) + 1) * page;
	int fd = open(path, O_RDWR), from_fd;

	if (!rnd(4))
		from &= -PMD, len = PMD;
	switch (rnd(8)) {
	case 0:
		/* to a whole word, or what is left of it has no mark */
		if (ftruncate(fd, rnd(SIZE / 8) * 8))
			err(2, "truncate");
		/* fall through */
	case 1:
		if (ftruncate(fd, SIZE))
			err(2, "truncate");
		break;
	case 2 ... 5:
		fallocate(fd, modes[rnd(5)], from, len);
		if (!rnd(4) && ftruncate(fd, SIZE))
			err(2, "truncate");
		break;
	case 6:	/* share with the clone, either way */
		from_fd = open(clone, O_RDWR | O_CREAT, 0600);
		range = (struct file_clone_range){ .src_offset = from,
			.dest_offset = from, .src_length = len };
		if (rnd(2)) {
			range.src_fd = fd;
			ioctl(from_fd, FICLONERANGE, &range);
		} else {
			range.src_fd = from_fd;
			ioctl(fd, FICLONERANGE, &range);
		}
		if (!rnd(16) && ftruncate(from_fd, 0))
			err(2, "truncate");
		close(from_fd);
		break;
	case 7:
		fsync(fd);
		break;
	}
	close(fd);
}

/* write() and read() of the file, and of the one that takes what is free */
static void use_calls(uint64_t *buf)
{
	int fd = open(path, O_RDWR), fd2 = open(other, O_RDWR | O_CREAT, 0600);
	size_t i, at = rnd(SIZE / page) * page;

	/* what was read into a block of the file after that had been given away */
	while (read(fd2, buf, page) == (ssize_t)page)
		look("other file", buf, OTHER);
	if (ftruncate(fd2, 0) || lseek(fd2, 0, SEEK_SET))
		err(2, "%s", other);
	for (i = 0; i < WORDS(page); i++)
		buf[i] = MARK | i;
	if (pwrite(fd, buf, page, at) < 0 && errno != ENOSPC)
		err(2, "write");
	memset(buf, 0, page);
	if (pread(fd, buf, page, at) == (ssize_t)page)
		look("read", buf, MARK);
	for (i = 0; i < WORDS(page); i++)
		buf[i] = OTHER | i;
	for (i = rnd(256); i; i--)
		if (write(fd2, buf, page) < 0)
			break;
	close(fd2);
	close(fd);
}

static void worker(int n, uint64_t seed)
{
	uint64_t *buf = aligned_alloc(page, page);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGBUS, no_page);
	signal(SIGSEGV, no_page);
	state = seed * 1000003 + n;
	if (n < 3 && ring_open(&ring))
		warn("io_uring");
	for (; time(NULL) < end; done[n]++) {
		switch (n) {
		case 0 ... 2: use_mapping(); break;
		case 3: nopins ? use_mapping() : use_pins(); break;
		case 4: take_blocks(); break;
		default: use_calls(buf); break;
		}
	}
	exit(0);
}

int main(int argc, char **argv)
{
	int i, status, left = 6, bad = 0;
	uint64_t seed, *buf;

	if (argc < 4)
		errx(2, "usage: race DIR SECONDS SEED [DEVICE]");
	page = getpagesize();
	nopins = getenv("NOPINS") != NULL;
	snprintf(path, sizeof(path), "%s/file", argv[1]);
	snprintf(clone, sizeof(clone), "%s/clone", argv[1]);
	snprintf(other, sizeof(other), "%s/other", argv[1]);
	end = time(NULL) + atoi(argv[2]);
	seed = strtoull(argv[3], NULL, 0);
	buf = aligned_alloc(page, page);
	for (i = 0; i < (int)WORDS(page); i++)
		buf[i] = MARK | i;
	if (argc > 4) {
		device = open(argv[4], O_RDWR | O_DIRECT);
		for (i = 0; i < 512; i++)
			if (pwrite(device, buf, page, i * page) != (ssize_t)page)
				err(2, "%s", argv[4]);
	}
	status = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (status < 0 || ftruncate(status, SIZE))
		err(2, "%s", path);
	for (i = 0; i < (int)(SIZE / page); i++)
		if (pwrite(status, buf, page, i * page) < 0)
			err(2, "%s", path);
	close(status);

	done = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (done == MAP_FAILED)
		err(2, "mmap");
	for (i = 0; i < left; i++)
		if (fork() == 0)
			worker(i, seed);
	end += 120;	/* for the last operations to end in */
	while (left && time(NULL) < end) {
		if (waitpid(-1, &status, WNOHANG) > 0) {
			left--;
			bad |= status;
		}
		usleep(50000);
	}
	fprintf(stderr, "%lu mappings used, %lu pinned by the kernel, blocks taken %lu times, %lu rounds of calls\n",
		done[0] + done[1] + done[2] + (nopins ? done[3] : 0),
		nopins ? 0 : done[3], done[4], done[5]);
	if (left)
		fprintf(stderr, "%d workers are stuck\n", left);
	return bad || left ? 1 : 0;
}
