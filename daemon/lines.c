#include "daemon/lines.h"

#include "base/err.h"

enum { CARRY_KEEP = 64 << 10 };

static struct slice without_blanks(struct slice s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t' || s.p[0] == '\r'))
		s.p++, s.n--;
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

static int hand_out(struct lines *l, struct slice line)
{
	l->number++;
	if (line.n > l->limit)
		return l->each(l->arg, l->number, (struct slice){0});
	line = without_blanks(line);
	return line.n ? l->each(l->arg, l->number, line) : 0;
}

static int end_carried(struct lines *l, struct slice tail)
{
	if (l->is_skipping) { /* it was reported when it grew too long */
		l->is_skipping = false;
		return 0;
	}
	if (l->carry.n == 0)
		return hand_out(l, tail);
	/* One byte over the limit is enough to see that the line is over it. */
	if (tail.n > l->limit + 1 - l->carry.n)
		tail.n = l->limit + 1 - l->carry.n;
	if (buf_put_slice(&l->carry, tail))
		return LODE_NOMEM;
	int rc = hand_out(l, buf_slice(&l->carry));
	if (l->carry.cap > CARRY_KEEP)
		buf_release(&l->carry);
	else
		buf_clear(&l->carry);
	return rc;
}

static int carry(struct lines *l, struct slice tail)
{
	if (l->is_skipping || tail.n == 0)
		return 0;
	if (tail.n <= l->limit - l->carry.n)
		return buf_put_slice(&l->carry, tail);
	buf_release(&l->carry);
	l->is_skipping = true;
	l->number++;
	return l->each(l->arg, l->number, (struct slice){0});
}

int lines_feed(struct lines *l, struct slice piece)
{
	while (piece.n) {
		const char *end = memchr(piece.p, '\n', piece.n);
		size_t n = end ? (size_t)(end - piece.p) : piece.n;
		int rc = end ? end_carried(l, slice_of(piece.p, n)) : carry(l, piece);
		if (rc)
			return rc;
		n += end != NULL;
		piece.p += n;
		piece.n -= n;
	}
	return 0;
}

int lines_finish(struct lines *l)
{
	if (l->is_skipping || l->carry.n == 0) {
		l->is_skipping = false;
		return 0;
	}
	return end_carried(l, (struct slice){0});
}

void lines_release(struct lines *l)
{
	buf_release(&l->carry);
}
