#include "daemon/lines.h"

#include "base/err.h"

/* Drops the rest of a line that is too long: all that came, or what stands before its end. */
static void skip(struct lines_cut *c, struct buf *b)
{
	char *fresh = b->p + c->seen;
	size_t n = b->n - c->seen;
	const char *end = n ? memchr(fresh, '\n', n) : NULL;
	size_t gone = end ? (size_t)(end - fresh) : n;
	if (gone)
		memmove(fresh, fresh + gone, n - gone);
	b->n -= gone;
	c->is_skipping = end == NULL;
}

void lines_scan(struct lines_cut *c, struct buf *b)
{
	if (c->is_skipping)
		skip(c, b);
	size_t n = b->n - c->seen;
	const char *end = n ? memrchr(b->p + c->seen, '\n', n) : NULL;
	if (end)
		c->whole = (size_t)(end - b->p) + 1;
	if (b->n - c->whole > c->limit) {
		c->is_skipping = true;
		b->n = c->whole + c->limit + 1;
	}
	c->seen = b->n;
}

bool lines_has(const struct lines_cut *c, const struct buf *b, size_t enough)
{
	return c->whole > 0 && b->n >= enough;
}

/* The length of what lines_take cuts off. */
static size_t cut_at(const struct buf *b, size_t whole, size_t most)
{
	if (whole <= most)
		return whole;
	const char *end = memrchr(b->p, '\n', most);
	if (!end)
		end = memchr(b->p + most, '\n', whole - most);
	return end ? (size_t)(end - b->p) + 1 : whole;
}

int lines_take(struct lines_cut *c, struct buf *b, size_t most, bool is_all, struct buf *out)
{
	size_t cut = cut_at(b, is_all ? b->n : c->whole, most);
	struct buf rest = {.limit = b->limit};
	if (cut < b->n && buf_put(&rest, b->p + cut, b->n - cut) != 0)
		return LODE_NOMEM;
	*out = *b;
	out->n = cut;
	*b = rest;
	c->seen -= cut;
	c->whole = c->whole > cut ? c->whole - cut : 0;
	return 0;
}

static struct slice without_blanks(struct slice s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t' || s.p[0] == '\r'))
		s.p++, s.n--;
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

bool lines_next(struct lines_walk *w, struct slice *line)
{
	while (w->left.n) {
		const char *end = memchr(w->left.p, '\n', w->left.n);
		size_t n = end ? (size_t)(end - w->left.p) : w->left.n;
		struct slice whole = slice_of(w->left.p, n);
		n += end != NULL;
		w->left = slice_of(w->left.p + n, w->left.n - n);
		w->number++;
		*line = whole.n > w->limit ? (struct slice){0} : without_blanks(whole);
		if (!line->p || line->n)
			return true;
	}
	return false;
}
