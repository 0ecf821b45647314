#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int file_load(const char *path, struct buf *to, struct err *e)
{
	char block[1 << 14];
	FILE *f = fopen(path, "re");
	int rc = LODE_OK;
	if (!f)
		return err_set(e, errno == ENOENT ? LODE_NOTFOUND : LODE_IO, "%s", strerror(errno));
	for (size_t n; rc == 0 && (n = fread(block, 1, sizeof(block), f)) > 0;)
		rc = buf_put(to, block, n);
	if (ferror(f))
		rc = err_set(e, LODE_IO, "%s", strerror(errno));
	else if (rc == LODE_TOOBIG)
		err_set(e, rc, "over %zu bytes", to->limit);
	else if (rc)
		err_set(e, rc, "%s", err_words(rc));
	fclose(f);
	return rc;
}

int file_map(const char *path, struct slice *out, struct err *e)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_set(e, errno == ENOENT ? LODE_NOTFOUND : LODE_IO, "%.100s: %s", path,
			strerror(errno));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0) {
		close(fd);
		return err_set(e, LODE_IO, "%.100s: no file, or an empty one", path);
	}
	void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	int error = errno;
	close(fd);
	if (p == MAP_FAILED)
		return err_set(e, LODE_IO, "%.100s: %s", path, strerror(error));
	*out = slice_of(p, (size_t)st.st_size);
	return LODE_OK;
}

void file_unmap(struct slice map)
{
	/* The mapping is its holder's alone; const is of the slice, not of the pages' owner. */
	union {
		const void *in;
		void *out;
	} own = {.in = map.p};
	if (map.p)
		munmap(own.out, map.n);
}

static int write_all(int fd, struct slice bytes)
{
	while (bytes.n > 0) {
		ssize_t done = write(fd, bytes.p, bytes.n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return LODE_IO;
		bytes = slice_of(bytes.p + done, bytes.n - (size_t)done);
	}
	return LODE_OK;
}

/* A rename is durable when the folder that holds the name is. */
static int sync_folder_of(const char *path)
{
	char room[4096];
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) + 1 : 0;
	if (n >= sizeof(room))
		return LODE_IO;
	memcpy(room, path, n);
	room[n] = '\0';
	int fd = open(n ? room : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return LODE_IO;
	int rc = fsync(fd) == 0 ? LODE_OK : LODE_IO;
	close(fd);
	return rc;
}

static int write_new(const char *path, const struct slice *pieces, unsigned n, unsigned mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
	if (fd < 0)
		return LODE_IO;
	int rc = LODE_OK;
	for (unsigned i = 0; i < n && rc == LODE_OK; i++)
		rc = write_all(fd, pieces[i]);
	if (rc == LODE_OK && fsync(fd) != 0)
		rc = LODE_IO;
	int error = errno;
	if (close(fd) != 0 && rc == LODE_OK)
		return LODE_IO;
	errno = error;
	return rc;
}

static int fail_write(const char *path, int error, struct err *e)
{
	bool is_full = error == ENOSPC || error == EDQUOT;
	return err_set(e, is_full ? LODE_FULL : LODE_IO, "%.100s: %s", path, strerror(error));
}

/* A device or a pipe is written into: who may rename onto /dev/null would have replaced it. */
static int write_into(const char *path, const struct slice *pieces, unsigned n, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), rc = fd < 0 ? LODE_IO : LODE_OK;
	for (unsigned i = 0; i < n && rc == LODE_OK; i++)
		rc = write_all(fd, pieces[i]);
	int error = errno;
	if (fd >= 0)
		close(fd);
	return rc == LODE_OK ? LODE_OK : fail_write(path, error, e);
}

int file_replace(
	const char *path, const struct slice *pieces, unsigned n, unsigned mode, struct err *e)
{
	char beside[4096], target[PATH_MAX];
	struct stat st;
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return write_into(path, pieces, n, e);
	/* Of a link what it leads to is replaced, not the link. */
	if (realpath(path, target))
		path = target;
	else if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
		return err_set(e, LODE_IO, "%s: the link leads nowhere", path);
	int length = snprintf(beside, sizeof(beside), "%s.new-%ld", path, (long)getpid());
	if (length < 0 || (size_t)length >= sizeof(beside))
		return err_set(e, LODE_BADREQ, "the path is too long");
	int rc = write_new(beside, pieces, n, mode);
	if (rc == LODE_OK && rename(beside, path) != 0)
		rc = LODE_IO;
	int error = errno;
	if (rc != LODE_OK)
		unlink(beside);
	else if ((rc = sync_folder_of(path)) != LODE_OK)
		error = errno;
	return rc == LODE_OK ? LODE_OK : fail_write(path, error, e);
}
