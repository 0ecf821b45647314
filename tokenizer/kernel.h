/* The byte-level work, in one version per instruction set; all give the same results.
 *
 * classify turns a text into bitmaps, one bit per byte, that the layers above walk with
 * count-trailing-zeros instead of looking at every byte. */
#ifndef LODESTONE_TOKENIZER_KERNEL_H
#define LODESTONE_TOKENIZER_KERNEL_H

#include "base/arena.h"
#include "base/buf.h"

struct tok_bits {
	size_t n;        /* bytes classified */
	uint64_t *plain; /* ASCII letters and digits */
	uint64_t *hard;  /* non-ASCII bytes and the apostrophe: the word scanner looks closer */
	uint64_t *line;  /* line feeds */
	uint64_t *colon;
	uint64_t *stop; /* . ? ! ) and 0xE2, the first byte of a bullet */
	/* '[', '<', and each of "**", "__", "XX" (or one of these at a block's last byte): a
	 * de-identification mask can only begin here */
	uint64_t *mask;
};

struct tok_kernel {
	const char *name;
	/* Length of the longest prefix of ASCII bytes without NUL. */
	size_t (*ascii_run)(const char *p, size_t n);
	/* Bytes that are no UTF-8 continuation byte. */
	size_t (*cp_count)(const char *p, size_t n);
	void (*classify)(const char *p, size_t n, struct tok_bits *b);
};

enum { TOK_KERNELS = 3 };

/* The kernels this CPU can run, best first; returns how many (at least 1, the scalar one). */
unsigned tok_kernels(const struct tok_kernel *list[TOK_KERNELS]);
const struct tok_kernel *tok_kernel_best(void);

/* Allocates the bitmaps and fills them; LODE_NOMEM when the arena is full. */
int tok_classify(
	const struct tok_kernel *k, struct slice text, struct arena *a, struct tok_bits *out);

static inline bool bit_is_set(const uint64_t *bits, size_t i)
{
	return bits[i >> 6] >> (i & 63) & 1;
}

/* First set bit at or after i, or n. */
static inline size_t bit_next(const uint64_t *bits, size_t i, size_t n)
{
	if (i >= n)
		return n;
	size_t w = i >> 6, last = (n - 1) >> 6;
	uint64_t v = bits[w] & ~0ull << (i & 63);
	while (v == 0) {
		if (w == last)
			return n;
		v = bits[++w];
	}
	i = w << 6 | (size_t)__builtin_ctzll(v);
	return i < n ? i : n;
}

/* First bit at or after i that is set in either, or n. */
static inline size_t bit_next_either(const uint64_t *x, const uint64_t *y, size_t i, size_t n)
{
	if (i >= n)
		return n;
	size_t w = i >> 6, last = (n - 1) >> 6;
	uint64_t v = (x[w] | y[w]) & ~0ull << (i & 63);
	while (v == 0) {
		if (w == last)
			return n;
		w++;
		v = x[w] | y[w];
	}
	i = w << 6 | (size_t)__builtin_ctzll(v);
	return i < n ? i : n;
}

/* First clear bit at or after i, or n. */
static inline size_t bit_next_clear(const uint64_t *bits, size_t i, size_t n)
{
	if (i >= n)
		return n;
	size_t w = i >> 6, last = (n - 1) >> 6;
	uint64_t v = ~bits[w] & ~0ull << (i & 63);
	while (v == 0) {
		if (w == last)
			return n;
		v = ~bits[++w];
	}
	i = w << 6 | (size_t)__builtin_ctzll(v);
	return i < n ? i : n;
}

#endif
