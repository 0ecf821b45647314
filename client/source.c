#include "client/source.h"

#include "base/bytes.h"
#include "base/compress.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	READ_BYTES = 128 * 1024,
	MAGIC_BYTES = 4,
	WINDOW_LOG_MAX = 27, /* zstd --ultra --long: 128 MB */
};

struct source {
	int fd;
	struct decoder *decoder; /* NULL until the first bytes were seen */
	uint64_t taken;
	size_t n; /* bytes in room */
	char room[READ_BYTES];
};

int source_open(const char *name, struct source **out, struct err *e)
{
	bool is_stdin = strcmp(name, "-") == 0;
	struct source *s = malloc(sizeof(*s));
	if (!s)
		return err_set(e, LODE_NOMEM, "out of memory");
	s->decoder = NULL;
	s->taken = s->n = 0;
	s->fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0) {
		free(s);
		return err_set(e, LODE_IO, "cannot open: %s", strerror(errno));
	}
	*out = s;
	return 0;
}

void source_close(struct source *s)
{
	if (!s)
		return;
	if (s->fd != STDIN_FILENO)
		close(s->fd);
	decoder_destroy(s->decoder);
	free(s);
}

int source_fd(const struct source *s)
{
	return s->fd;
}

uint64_t source_taken(const struct source *s)
{
	return s->taken;
}

uint64_t source_size_of(const char *name)
{
	struct stat st;
	int rc = strcmp(name, "-") == 0 ? fstat(STDIN_FILENO, &st) : stat(name, &st);
	return rc == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
}

/* zstd files may begin with a skippable frame (pzstd writes one). */
static enum compress_kind recognise(struct slice first)
{
	enum compress_kind kind = compress_guess(first);
	if (kind == COMPRESS_NONE && first.n >= 4 &&
		(load_le32(first.p) & 0xfffffff0) == 0x184d2a50)
		return COMPRESS_ZSTD;
	return kind;
}

int source_pull(
	struct source *s, int (*sink)(void *arg, struct slice piece), void *arg, struct err *e)
{
	ssize_t got = read(s->fd, s->room + s->n, sizeof(s->room) - s->n);
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return 1;
	if (got < 0)
		return err_set(e, LODE_IO, "cannot read: %s", strerror(errno));
	s->taken += (uint64_t)got;
	s->n += (size_t)got;
	if (!s->decoder) {
		if (got > 0 && s->n < MAGIC_BYTES)
			return 1;
		int rc = decoder_create(
			recognise(slice_of(s->room, s->n)), WINDOW_LOG_MAX, &s->decoder);
		if (rc)
			return err_set(e, rc, "out of memory");
	}
	int rc = s->n ? decoder_feed(s->decoder, slice_of(s->room, s->n), sink, arg, e) : 0;
	s->n = 0;
	if (rc == 0 && got == 0)
		rc = decoder_finish(s->decoder, e);
	return rc ? rc : got > 0;
}

bool source_is_same(const char *a, const char *b)
{
	struct stat of_a, of_b;
	return stat(a, &of_a) == 0 && stat(b, &of_b) == 0 && S_ISREG(of_a.st_mode) &&
	       of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}
