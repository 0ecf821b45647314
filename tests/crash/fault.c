/* A library to be preloaded into lodestoned that makes the world fail on command: it kills the
 * process, fails or shortens a write, fails a sync or an allocation, at a call that is chosen by
 * number, and can keep a record of all writes and syncs in their order (for power cuts).
 *
 * Only descriptors opened for writing on a path that ends in "/data.mdb" are watched.
 *
 * FAULT_CONTROL names a file of CONTROL_BYTES that the test maps too: struct control below, in that
 * order, 64-bit words of the machine's byte order.  The test writes the settings and reads the
 * counters while the daemon runs; nothing is counted before a mode is set.
 * FAULT_RECORD names a file that gets every write and sync: struct event and the bytes written.
 *
 * System calls are made directly, so nothing here allocates or can recurse. */
#undef _FILE_OFFSET_BITS /* or open() and open64() would be one symbol */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CONTROL_BYTES = 4096, FDS = 4096 };

enum io_mode {
	IO_OFF,
	IO_COUNT,
	IO_KILL_BEFORE, /* SIGKILL before the n-th write or sync */
	IO_KILL_HALF,   /* half of the n-th write is made */
	IO_KILL_AFTER,
	IO_NO_SPACE, /* the n-th write says ENOSPC */
	IO_SHORT,    /* the n-th write is half made */
	IO_SYNC_EIO, /* the n-th sync fails; a write to an O_DSYNC descriptor is no sync here */
};
enum io_when { WHEN_NTH, WHEN_EVERY_NTH, WHEN_FROM_NTH };
enum alloc_mode { ALLOC_OFF, ALLOC_COUNT, ALLOC_FAIL_NTH, ALLOC_FAIL_FROM_NTH };

struct control {
	uint64_t io_mode, io_when, io_n; /* n counts from 1 */
	uint64_t io_spare_meta; /* 1: writes to LMDB's two meta pages neither count nor fail */
	uint64_t io_calls, io_failed;
	uint64_t alloc_mode, alloc_n, alloc_calls, alloc_failed;
	uint64_t no_sync;      /* 1: syncs are skipped and O_DSYNC is not honoured in the record */
	uint64_t record_bytes; /* length of the record so far */
};

struct event {
	uint64_t kind, offset, n;
};
enum event_kind { EVENT_WRITE = 1, EVENT_SYNC, EVENT_SYNCED_WRITE, EVENT_TRUNCATE };

enum { META_END = 8192 }; /* two pages of 4096 bytes */

static struct control *control; /* NULL: not steered, everything passes */
static int record_fd = -1;
static pthread_mutex_t record_lock = PTHREAD_MUTEX_INITIALIZER;
static uint8_t watched[FDS]; /* 0, or one of the next two */
enum { WATCHED = 1, WATCHED_DSYNC };

__attribute__((constructor)) static void start(void)
{
	const char *path = getenv("FAULT_CONTROL");
	const char *record = getenv("FAULT_RECORD");
	if (!path)
		return;
	int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
	void *p = MAP_FAILED;
	if (fd >= 0)
		p = mmap(NULL, CONTROL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		abort(); /* a test that believes in faults which do not come would pass blindly */
	if (record) {
		record_fd = (int)syscall(SYS_openat, AT_FDCWD, record,
			O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		if (record_fd < 0)
			abort();
	}
	control = p;
}

static uint64_t load(const uint64_t *p)
{
	return __atomic_load_n(p, __ATOMIC_SEQ_CST);
}

static uint64_t count(uint64_t *p)
{
	return __atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST);
}

static bool hits(uint64_t call, uint64_t n, uint64_t when)
{
	switch (when) {
	case WHEN_EVERY_NTH: return n && call % n == 0;
	case WHEN_FROM_NTH: return call >= n;
	default: return call == n;
	}
}

static void die(void)
{
	syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
	for (;;)
		pause();
}

/* ---- writes and syncs ---- */

static int watch_of(int fd)
{
	return control && fd >= 0 && fd < FDS ? watched[fd] : 0;
}

/* What is to be done to this call: IO_OFF for nothing. */
static enum io_mode judge(bool is_write, uint64_t offset)
{
	enum io_mode mode = (enum io_mode)load(&control->io_mode);
	bool for_writes = mode == IO_NO_SPACE || mode == IO_SHORT;
	if (mode == IO_OFF || (for_writes && !is_write) || (mode == IO_SYNC_EIO && is_write))
		return IO_OFF;
	if (is_write && offset < META_END && load(&control->io_spare_meta))
		return IO_OFF;
	uint64_t call = count(&control->io_calls);
	if (mode == IO_COUNT || !hits(call, load(&control->io_n), load(&control->io_when)))
		return IO_OFF;
	count(&control->io_failed);
	return mode;
}

static void put_all(const void *data, size_t n)
{
	const char *p = data;
	while (n > 0) {
		long done = syscall(SYS_write, record_fd, p, n);
		if (done <= 0)
			abort();
		p += done;
		n -= (size_t)done;
	}
}

static void record(enum event_kind kind, uint64_t offset, const void *data, size_t n)
{
	struct event e = {kind, offset, n};
	if (record_fd < 0)
		return;
	pthread_mutex_lock(&record_lock);
	put_all(&e, sizeof(e));
	if (data)
		put_all(data, n);
	__atomic_add_fetch(&control->record_bytes, sizeof(e) + (data ? n : 0), __ATOMIC_SEQ_CST);
	pthread_mutex_unlock(&record_lock);
}

static void record_write(int fd, uint64_t offset, const void *data, long n)
{
	bool synced = watch_of(fd) == WATCHED_DSYNC && !load(&control->no_sync);
	if (n > 0)
		record(synced ? EVENT_SYNCED_WRITE : EVENT_WRITE, offset, data, (size_t)n);
}

static ssize_t write_at(int fd, const void *data, size_t n, off_t offset)
{
	enum io_mode mode = judge(true, (uint64_t)offset);
	if (mode == IO_KILL_BEFORE)
		die();
	if (mode == IO_NO_SPACE) {
		errno = ENOSPC;
		return -1;
	}
	if (mode == IO_KILL_HALF || mode == IO_SHORT)
		n /= 2;
	long done = syscall(SYS_pwrite64, fd, data, n, offset);
	record_write(fd, (uint64_t)offset, data, done);
	if (mode == IO_KILL_HALF || mode == IO_KILL_AFTER)
		die();
	return done;
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t offset)
{
	if (!watch_of(fd))
		return syscall(SYS_pwrite64, fd, data, n, offset);
	return write_at(fd, data, n, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off_t offset)
{
	return pwrite(fd, data, n, offset);
}

ssize_t write(int fd, const void *data, size_t n)
{
	if (!watch_of(fd))
		return syscall(SYS_write, fd, data, n);
	off_t at = lseek(fd, 0, SEEK_CUR);
	ssize_t done = write_at(fd, data, n, at);
	if (done > 0)
		lseek(fd, at + done, SEEK_SET);
	return done;
}

/* One call, as LMDB sees it: it is short as a whole. */
static ssize_t writev_at(int fd, const struct iovec *v, int n, off_t at)
{
	enum io_mode mode = judge(true, (uint64_t)at);
	if (mode == IO_KILL_BEFORE)
		die();
	if (mode == IO_NO_SPACE) {
		errno = ENOSPC;
		return -1;
	}
	size_t total = 0, done = 0;
	for (int i = 0; i < n; i++)
		total += v[i].iov_len;
	if (mode == IO_KILL_HALF || mode == IO_SHORT)
		total /= 2;
	for (int i = 0; i < n && done < total; i++) {
		size_t part = v[i].iov_len < total - done ? v[i].iov_len : total - done;
		off_t to = at + (off_t)done;
		long got = syscall(SYS_pwrite64, fd, v[i].iov_base, part, to);
		if (got < 0)
			return done ? (ssize_t)done : -1;
		record_write(fd, (uint64_t)to, v[i].iov_base, got);
		done += (size_t)got;
		if ((size_t)got < part)
			break;
	}
	if (mode == IO_KILL_HALF || mode == IO_KILL_AFTER)
		die();
	lseek(fd, at + (off_t)done, SEEK_SET);
	return (ssize_t)done;
}

ssize_t writev(int fd, const struct iovec *v, int n)
{
	if (!watch_of(fd))
		return syscall(SYS_writev, fd, v, n);
	return writev_at(fd, v, n, lseek(fd, 0, SEEK_CUR));
}

static int sync_with(long number, int fd)
{
	if (!watch_of(fd))
		return (int)syscall(number, fd);
	enum io_mode mode = judge(false, 0);
	if (mode == IO_KILL_BEFORE || mode == IO_KILL_HALF)
		die();
	if (mode == IO_SYNC_EIO) {
		errno = EIO;
		return -1;
	}
	int rc = 0;
	if (!load(&control->no_sync)) {
		rc = (int)syscall(number, fd);
		record(EVENT_SYNC, 0, NULL, 0);
	}
	if (mode == IO_KILL_AFTER)
		die();
	return rc;
}

int fsync(int fd)
{
	return sync_with(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return sync_with(SYS_fdatasync, fd);
}

/* The index never maps for writing, so a call of this would itself be a finding. */
int msync(void *p, size_t n, int flags)
{
	if (control)
		abort();
	return (int)syscall(SYS_msync, p, n, flags);
}

static int truncate_to(int fd, off_t n)
{
	int rc = (int)syscall(SYS_ftruncate, fd, n);
	if (rc == 0 && watch_of(fd))
		record(EVENT_TRUNCATE, (uint64_t)n, NULL, 0);
	return rc;
}

int ftruncate(int fd, off_t n)
{
	return truncate_to(fd, n);
}

int ftruncate64(int fd, off_t n)
{
	return truncate_to(fd, n);
}

/* ---- which descriptors ---- */

static int open_at(int dir, const char *path, int flags, mode_t mode)
{
	static const char data_file[] = "/data.mdb";
	int fd = (int)syscall(SYS_openat, dir, path, flags, mode);
	size_t n = strlen(path), tail = sizeof(data_file) - 1;
	if (fd < 0 || fd >= FDS)
		return fd;
	watched[fd] = 0;
	if ((flags & O_ACCMODE) != O_RDONLY && n >= tail && !strcmp(path + n - tail, data_file))
		watched[fd] = flags & O_DSYNC ? WATCHED_DSYNC : WATCHED;
	return fd;
}

static mode_t mode_of(int flags, va_list more)
{
	bool makes = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
	return makes ? (mode_t)va_arg(more, int) : 0;
}

int open(const char *path, int flags, ...)
{
	va_list more;
	va_start(more, flags);
	mode_t mode = mode_of(flags, more);
	va_end(more);
	return open_at(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	va_list more;
	va_start(more, flags);
	mode_t mode = mode_of(flags, more);
	va_end(more);
	return open_at(AT_FDCWD, path, flags, mode);
}

int close(int fd)
{
	if (fd >= 0 && fd < FDS)
		watched[fd] = 0;
	return (int)syscall(SYS_close, fd);
}

/* ---- memory ---- */

/* glibc's own, under the names it exports for libraries like this one. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);

static bool is_out_of_memory(void)
{
	if (!control)
		return false;
	uint64_t mode = load(&control->alloc_mode);
	if (mode == ALLOC_OFF)
		return false;
	uint64_t call = count(&control->alloc_calls), n = load(&control->alloc_n);
	if (mode == ALLOC_COUNT || (mode == ALLOC_FAIL_NTH ? call != n : call < n))
		return false;
	count(&control->alloc_failed);
	errno = ENOMEM;
	return true;
}

/* strdup, asprintf, qsort and getline of glibc come through here as well. */
void *malloc(size_t n)
{
	return is_out_of_memory() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return is_out_of_memory() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return is_out_of_memory() ? NULL : __libc_realloc(p, n);
}

void *aligned_alloc(size_t align, size_t n)
{
	return is_out_of_memory() ? NULL : __libc_memalign(align, n);
}

void *memalign(size_t align, size_t n)
{
	return aligned_alloc(align, n);
}

int posix_memalign(void **out, size_t align, size_t n)
{
	void *p = aligned_alloc(align, n);
	if (!p)
		return ENOMEM;
	*out = p;
	return 0;
}
