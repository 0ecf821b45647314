#include "scorer/train/csv.h"

static bool ends_field(char c)
{
	return c == ',' || c == '\n' || c == '\r';
}

/* Each takes one field from *at on and appends its bytes. */
static int take_quoted(struct csv *c, struct slice in, size_t *at)
{
	size_t i = *at + 1;
	for (;; i++) {
		const char *quote = i < in.n ? memchr(in.p + i, '"', in.n - i) : NULL;
		if (!quote)
			return LODE_BADREQ;
		size_t end = (size_t)(quote - in.p);
		bool is_doubled = end + 1 < in.n && in.p[end + 1] == '"';
		buf_put(&c->bytes, in.p + i, end - i + (is_doubled ? 1 : 0));
		i = end + 1;
		if (!is_doubled)
			break;
	}
	*at = i;
	return i == in.n || ends_field(in.p[i]) ? LODE_OK : LODE_BADREQ;
}

static int take_bare(struct csv *c, struct slice in, size_t *at)
{
	size_t i = *at;
	while (i < in.n && !ends_field(in.p[i])) {
		if (in.p[i] == '"')
			return LODE_BADREQ;
		i++;
	}
	buf_put(&c->bytes, in.p + *at, i - *at);
	*at = i;
	return LODE_OK;
}

/* Fields as offsets into c->bytes, which moves while it grows. */
static int take_record(struct csv *c, struct slice in, size_t *at, size_t *ends)
{
	for (;;) {
		if (c->n == CSV_FIELDS_MAX)
			return LODE_BADREQ;
		int rc = *at < in.n && in.p[*at] == '"' ? take_quoted(c, in, at)
							: take_bare(c, in, at);
		if (rc < 0)
			return rc;
		ends[c->n++] = c->bytes.n;
		if (*at == in.n || in.p[*at] != ',')
			break;
		(*at)++;
	}
	if (*at < in.n && in.p[*at] == '\r')
		(*at)++;
	if (*at < in.n && in.p[*at] == '\n')
		(*at)++;
	return c->bytes.failed ? LODE_NOMEM : LODE_OK;
}

int csv_next(struct csv *c, struct slice *rest)
{
	size_t ends[CSV_FIELDS_MAX], at = 0;
	if (rest->n == 0)
		return 0;
	buf_clear(&c->bytes);
	c->n = 0;
	int rc = take_record(c, *rest, &at, ends);
	if (rc < 0)
		return rc;
	for (size_t i = 0, start = 0; i < c->n; start = ends[i++])
		c->fields[i] = slice_of(c->bytes.p ? c->bytes.p + start : "", ends[i] - start);
	*rest = slice_of(rest->p + at, rest->n - at);
	return 1;
}

size_t csv_column(const struct csv *c, const char *name)
{
	size_t i = 0;
	while (i < c->n && !slice_eq(c->fields[i], slice_str(name)))
		i++;
	return i;
}

void csv_release(struct csv *c)
{
	buf_release(&c->bytes);
}
