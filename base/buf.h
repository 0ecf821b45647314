/* Bytes: `struct slice` borrows, `struct buf` owns. */
#ifndef LODESTONE_BASE_BUF_H
#define LODESTONE_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Borrowed bytes; the declaration that hands one out says until when they are valid. */
struct slice {
	const char *p;
	size_t n;
};

#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})

static inline struct slice slice_of(const void *p, size_t n)
{
	return (struct slice){p, n};
}

static inline struct slice slice_str(const char *s)
{
	return (struct slice){s, s ? strlen(s) : 0};
}

static inline bool slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* memcmp order, shorter first on a tie: the order of LMDB keys. */
int slice_cmp(struct slice a, struct slice b);

/* Growable owned bytes.  Zero-initialise; appending to a buf that failed keeps failing, so a
 * writer may append many times and look at `failed` once. */
struct buf {
	char *p;
	size_t n, cap;
	size_t limit; /* 0: none; else appends past it fail */
	bool failed;  /* out of memory, or over the limit */
};

/* Makes room for n more bytes and returns where they go (n is not added to b->n); NULL if not. */
char *buf_room(struct buf *b, size_t n);
int buf_put(struct buf *b, const void *p, size_t n); /* 0 or LODE_NOMEM / LODE_TOOBIG */
int buf_put_slice(struct buf *b, struct slice s);
int buf_put_str(struct buf *b, const char *s);
int buf_put_byte(struct buf *b, uint8_t c);
int buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_drop_front(struct buf *b, size_t n); /* forgets the first n bytes */
void buf_clear(struct buf *b);                /* keeps the memory, clears `failed` */
void buf_release(struct buf *b);              /* frees; b is ready for use again */

static inline struct slice buf_slice(const struct buf *b)
{
	return (struct slice){b->p, b->n};
}

#endif
