#include "scorer/train/files.h"

#include "base/file.h"

#include <stdlib.h>

int file_read(const char *path, struct arena *a, struct slice *out, struct err *e)
{
	struct buf b = {0};
	struct err why = {0};
	int rc = file_load(path, &b, &why);
	if (rc == 0) {
		*out = arena_slice(a, b.n ? buf_slice(&b) : SLICE(""));
		rc = out->p ? 0 : err_set(&why, LODE_NOMEM, "no memory");
	}
	buf_release(&b);
	return rc ? err_set(e, rc, "%.100s: %.90s", path, why.text) : 0;
}

bool file_piece(struct slice *rest, char mark, struct slice *piece)
{
	if (!rest->p || rest->n == 0)
		return false;
	const char *at = memchr(rest->p, mark, rest->n);
	size_t n = at ? (size_t)(at - rest->p) : rest->n;
	*piece = slice_of(rest->p, n);
	n += at != NULL;
	*rest = slice_of(rest->p + n, rest->n - n);
	return true;
}

bool file_line(struct slice *rest, struct slice *line)
{
	if (!file_piece(rest, '\n', line))
		return false;
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

unsigned file_fields(struct slice line, struct slice *fields, unsigned room)
{
	unsigned n = 0;
	while (n < room) {
		const char *tab = n + 1 < room ? memchr(line.p, '\t', line.n) : NULL;
		size_t len = tab ? (size_t)(tab - line.p) : line.n;
		fields[n++] = slice_of(line.p, len);
		if (!tab)
			break;
		line = slice_of(tab + 1, line.n - len - 1);
	}
	return n;
}

static int by_bytes(const void *a, const void *b)
{
	return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

/* qsort and bsearch want a list even of no ids. */
void ids_sort(struct slice *ids, unsigned n)
{
	if (n)
		qsort(ids, n, sizeof(*ids), by_bytes);
}

bool ids_have(const struct slice *ids, unsigned n, struct slice id)
{
	return n && bsearch(&id, ids, n, sizeof(*ids), by_bytes);
}
