/* Input files -> a compiled lexicon on disk. */
#include "index/lexicon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return LODE_IO;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

/* Beside its place and then renamed: who has the old one mapped keeps it, and nobody sees half of it. */
static int write_file(const char *path, struct slice bytes, struct err *e)
{
	char beside[4096];
	int n = snprintf(beside, sizeof(beside), "%s.new-%ld", path, (long)getpid());
	if (n < 0 || (size_t)n >= sizeof(beside))
		return err_set(e, LODE_BADREQ, "the path is too long");
	int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_set(e, LODE_IO, "%.100s: %s", beside, strerror(errno));
	int rc = write_all(fd, bytes.p, bytes.n);
	if (rc == 0 && fsync(fd) != 0)
		rc = LODE_IO;
	int error = errno;
	if (close(fd) != 0 && rc == 0) {
		rc = LODE_IO;
		error = errno;
	}
	if (rc == 0 && rename(beside, path) != 0) {
		rc = LODE_IO;
		error = errno;
	}
	if (rc) {
		unlink(beside);
		return err_set(e, rc, "%.100s: %s", path, strerror(error));
	}
	return 0;
}

static int fill_report(struct slice bytes, const char *path, const struct lexicon_counts *counts,
	struct lexicon_report *out, struct err *e)
{
	struct lexicon *l;
	const char *slash = strrchr(path, '/');
	int rc = lexicon_view(bytes, slash ? slash + 1 : path, &l, e);
	if (rc)
		return rc;
	*out = (struct lexicon_report){.skipped = counts->skipped,
		.repeated = counts->repeated,
		.orphans = counts->orphans};
	lexicon_info(l, &out->info);
	snprintf(out->room, 33, "%s", out->info.digest);
	snprintf(out->room + 33, 64, "%s", out->info.label);
	out->info.digest = out->room;
	out->info.label = out->room + 33;
	lexicon_close(l);
	return 0;
}

int lexicon_build(const char *path, char *const *inputs, unsigned n_inputs,
	struct lexicon_report *out, struct err *e)
{
	struct lexicon_builder *b;
	struct lexicon_counts counts;
	struct buf bytes = {0};
	int rc = lexicon_builder_create(&b);
	if (rc)
		return err_set(e, rc, "no memory for a lexicon");
	for (unsigned i = 0; i < n_inputs && rc == 0; i++)
		rc = lexicon_read(b, inputs[i], e);
	if (rc == 0)
		rc = lexicon_builder_finish(b, &bytes, &counts, e);
	if (rc == 0 && counts.names == 0)
		rc = err_set(e, LODE_BADREQ, "the inputs hold no name");
	if (rc == 0)
		rc = fill_report(buf_slice(&bytes), path, &counts, out, e);
	if (rc == 0)
		rc = write_file(path, buf_slice(&bytes), e);
	buf_release(&bytes);
	lexicon_builder_destroy(b);
	return rc;
}
