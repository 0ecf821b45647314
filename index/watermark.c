/* DIR/index/revision: the newest revision that was committed, beside the index.
 *
 * One flipped bit in the transaction id of LMDB's newer meta page makes LMDB take the older tree for
 * the newest: everything in it is whole and the last commit is gone.  The state record cannot tell,
 * it is the older one.  This file can: it is written after each commit, so it is never ahead of an
 * undamaged index.  For the same reason it needs no sync: after a power cut it may be behind, which
 * says nothing, and a commit costs a microsecond more instead of another flush. */
#include "index/watermark.h"

#include "base/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* checksum over the rest u64, uuid, revision u64; docs/index-format.md section 1 */
enum { UUID_AT = 8, REVISION_AT = 24, MARK_BYTES = 32 };

static uint64_t checksum(const char *mark)
{
	return digest64_keyed(SLICE("revision"), slice_of(mark + UUID_AT, MARK_BYTES - UUID_AT));
}

static int open_mark(const char *folder, int flags)
{
	char path[4096];
	if ((size_t)snprintf(path, sizeof(path), "%s/revision", folder) >= sizeof(path))
		return -1;
	return open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
}

int watermark_check(struct index *x, uint64_t revision, struct err *e)
{
	char mark[MARK_BYTES];
	x->mark_fd = open_mark(x->folder, 0);
	if (x->mark_fd < 0 || pread(x->mark_fd, mark, MARK_BYTES, 0) != MARK_BYTES)
		return 0;
	/* A damaged mark, or that of another index, says nothing; the next commit writes it anew. */
	if (load_le64(mark) != checksum(mark) ||
		memcmp(mark + UUID_AT, x->format.uuid, sizeof(x->format.uuid)) != 0)
		return 0;
	uint64_t known = load_le64(mark + REVISION_AT);
	if (known <= revision)
		return 0;
	return err_set(e, LODE_CORRUPT,
		"the index is at revision %llu, but %llu was committed: the last commits are gone",
		(unsigned long long)revision, (unsigned long long)known);
}

static void make_mark(const struct index *x, uint64_t revision, char mark[MARK_BYTES])
{
	memcpy(mark + UUID_AT, x->format.uuid, sizeof(x->format.uuid));
	store_le64(mark + REVISION_AT, revision);
	store_le64(mark, checksum(mark));
}

int watermark_carry(const struct index *x, const char *folder, uint64_t revision, struct err *e)
{
	char mark[MARK_BYTES];
	int fd = open_mark(folder, O_CREAT);
	make_mark(x, revision, mark);
	int rc = fd >= 0 && pwrite(fd, mark, MARK_BYTES, 0) == MARK_BYTES && fsync(fd) == 0
			 ? 0
			 : path_error(e, "write the revision in", folder);
	if (fd >= 0)
		close(fd);
	return rc;
}

void watermark_forget(struct index *x)
{
	if (x->mark_fd >= 0)
		close(x->mark_fd);
	x->mark_fd = -1;
}

void watermark_write(struct index *x, uint64_t revision)
{
	char mark[MARK_BYTES];
	make_mark(x, revision, mark);
	if (x->mark_fd < 0)
		x->mark_fd = open_mark(x->folder, O_CREAT);
	/* A full disk leaves the older mark: the guard is behind, the commit stands. */
	if (x->mark_fd >= 0 && pwrite(x->mark_fd, mark, MARK_BYTES, 0) != MARK_BYTES)
		return;
}
