#include "base/buf.h"

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int slice_cmp(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	if (c)
		return c;
	return (a.n > b.n) - (a.n < b.n);
}

static int over(struct buf *b)
{
	b->failed = true;
	return LODE_TOOBIG;
}

static int grow(struct buf *b, size_t n)
{
	if (b->failed)
		return LODE_NOMEM;
	if (n > SIZE_MAX / 2 - b->n)
		return over(b);
	size_t want = b->n + n;
	if (b->limit && want > b->limit)
		return over(b);
	if (want <= b->cap)
		return 0;
	size_t cap = b->cap + b->cap / 2;
	if (cap < want)
		cap = want < 64 ? 64 : want;
	char *p = realloc(b->p, cap);
	if (!p) {
		b->failed = true;
		return LODE_NOMEM;
	}
	b->p = p;
	b->cap = cap;
	return 0;
}

char *buf_room(struct buf *b, size_t n)
{
	return grow(b, n) == 0 ? b->p + b->n : NULL;
}

int buf_put(struct buf *b, const void *p, size_t n)
{
	int rc = grow(b, n);
	if (rc)
		return rc;
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	return 0;
}

int buf_put_slice(struct buf *b, struct slice s)
{
	return buf_put(b, s.p, s.n);
}

int buf_put_str(struct buf *b, const char *s)
{
	return buf_put(b, s, strlen(s));
}

int buf_put_byte(struct buf *b, uint8_t c)
{
	return buf_put(b, &c, 1);
}

int buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	int rc = n < 0 ? LODE_BUG : grow(b, (size_t)n + 1);
	if (rc == 0) {
		vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
	return rc;
}

void buf_drop_front(struct buf *b, size_t n)
{
	if (n >= b->n) {
		b->n = 0;
		return;
	}
	memmove(b->p, b->p + n, b->n - n);
	b->n -= n;
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->failed = false;
}

void buf_release(struct buf *b)
{
	free(b->p);
	*b = (struct buf){.limit = b->limit};
}
