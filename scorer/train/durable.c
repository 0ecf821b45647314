#include "scorer/train/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int failed(const char *path, const char *what, struct err *e)
{
	int number = errno;
	int code = number == ENOENT ? LODE_NOTFOUND : number == ENOSPC ? LODE_FULL : LODE_IO;
	return err_set(e, code, "%s: %s: %s", path, what, strerror(number));
}

static int write_all(int fd, struct slice bytes)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return LODE_IO;
		bytes.p += n;
		bytes.n -= (size_t)n;
	}
	return LODE_OK;
}

static int sync_folder(const char *path)
{
	char copy[PATH_MAX];
	snprintf(copy, sizeof(copy), "%s", path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return LODE_IO;
	int rc = fsync(fd);
	close(fd);
	return rc ? LODE_IO : LODE_OK;
}

int durable_write(const char *path, struct slice bytes, struct err *e)
{
	char beside[PATH_MAX];
	int n = snprintf(beside, sizeof(beside), "%s.new", path);
	if (n < 0 || (size_t)n >= sizeof(beside))
		return err_set(e, LODE_TOOBIG, "a path of %zu bytes is too long", strlen(path));
	int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return failed(beside, "cannot be opened for writing", e);
	bool is_whole = write_all(fd, bytes) == 0 && fsync(fd) == 0;
	if (!is_whole) {
		int rc = failed(beside, "cannot be written", e);
		close(fd);
		unlink(beside);
		return rc;
	}
	close(fd);
	if (rename(beside, path)) {
		int rc = failed(path, "cannot be replaced", e);
		unlink(beside);
		return rc;
	}
	return sync_folder(path) ? failed(path, "folder cannot be synced", e) : LODE_OK;
}

int durable_read(const char *path, size_t limit, struct buf *out, struct err *e)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return failed(path, "cannot be opened", e);
	if (fstat(fd, &st)) {
		int rc = failed(path, "cannot be read", e);
		close(fd);
		return rc;
	}
	if (!S_ISREG(st.st_mode) || st.st_size < 0 || (uint64_t)st.st_size > limit) {
		close(fd);
		return err_set(e, LODE_TOOBIG, "%s is no file of at most %zu bytes", path, limit);
	}
	size_t left = (size_t)st.st_size;
	while (left) {
		char *room = buf_room(out, left);
		ssize_t n = room ? read(fd, room, left) : -1;
		if (room && n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			close(fd);
			return err_set(
				e, room ? LODE_IO : LODE_NOMEM, "%s cannot be read whole", path);
		}
		out->n += (size_t)n;
		left -= (size_t)n;
	}
	close(fd);
	return LODE_OK;
}
