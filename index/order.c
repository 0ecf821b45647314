#include "index/order.h"

#include "base/err.h"

#include <stdlib.h>

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

struct entry {
	uint64_t head; /* order_head */
	const struct slice *s;
};

/* false: all have the same digit, nothing was moved. */
static bool sort_pass(const struct entry *from, struct entry *to, uint32_t n, unsigned shift)
{
	uint32_t at[DIGITS] = {0}, sum = 0;
	for (uint32_t i = 0; i < n; i++)
		at[from[i].head >> shift & (DIGITS - 1)]++;
	if (at[from[0].head >> shift & (DIGITS - 1)] == n)
		return false;
	for (unsigned d = 0; d < DIGITS; d++) {
		uint32_t count = at[d];
		at[d] = sum;
		sum += count;
	}
	for (uint32_t i = 0; i < n; i++)
		to[at[from[i].head >> shift & (DIGITS - 1)]++] = from[i];
	return true;
}

static int by_bytes(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	return slice_cmp(*a->s, *b->s);
}

static void sort_equal_heads(struct entry *e, uint32_t n)
{
	for (uint32_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && e[end].head == e[i].head; end++)
			;
		if (end - i > 1)
			qsort(e + i, end - i, sizeof(*e), by_bytes);
	}
}

int order_strings(const struct slice *at, uint32_t n, uint32_t *order)
{
	struct entry *room = malloc(2 * sizeof(*room) * ((size_t)n + 1));
	if (!room)
		return LODE_NOMEM;
	struct entry *e = room, *other = room + n + 1;
	for (uint32_t i = 0; i < n; i++)
		e[i] = (struct entry){order_head(at[i]), &at[i]};
	for (unsigned shift = 0; n > 1 && shift < 64; shift += DIGIT_BITS) {
		if (!sort_pass(e, other, n, shift))
			continue;
		struct entry *swap = e;
		e = other;
		other = swap;
	}
	sort_equal_heads(e, n);
	for (uint32_t i = 0; i < n; i++)
		order[i] = (uint32_t)(e[i].s - at);
	free(room);
	return 0;
}
