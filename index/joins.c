#include "index/joins.h"

#include "index/match.h"

/* Puts it in its place: JOINS_MOST at most, and mostly three. */
static uint32_t insert(uint16_t *room, uint32_t n, uint16_t print)
{
	uint32_t at = n;
	while (at > 0 && room[at - 1] > print)
		at--;
	if (at > 0 && room[at - 1] == print)
		return n;
	if (n < JOINS_MOST) {
		memmove(room + at + 1, room + at, (n - at) * sizeof(*room));
		room[at] = print;
	}
	return n + 1;
}

static bool is_split(
	const struct tok_doc *d, const struct tok_word *w, struct slice left, struct slice right)
{
	struct slice gap = slice_of(d->text.p + w[0].end, w[1].start - w[0].end);
	return left.n + right.n >= MATCH_SPLIT_MIN && left.n + right.n <= TOK_TERM_MAX &&
	       gap_splits(gap, left, right) && !gap_is_border(left, right);
}

uint8_t joins_of(const struct tok_doc *d, uint32_t first, uint32_t end, uint16_t room[JOINS_MOST])
{
	uint32_t n = 0;
	if (end == d->n_words && end > first)
		end--;
	for (uint32_t i = first; i < end && n <= JOINS_MOST; i++) {
		const struct tok_word *w = &d->words[i];
		/* Every hyphen there is begins with such a byte. */
		unsigned char c = (unsigned char)d->text.p[w->end];
		if (c != '-' && c < 0x80)
			continue;
		struct slice left = tok_term(d, &w[0]), right = tok_term(d, &w[1]);
		char joined[2 * TOK_TERM_MAX];
		if (!is_split(d, w, left, right))
			continue;
		memcpy(joined, left.p, left.n);
		memcpy(joined + left.n, right.p, right.n);
		n = insert(room, n, joins_print(slice_of(joined, left.n + right.n)));
	}
	return n > JOINS_MOST ? JOINS_MANY : (uint8_t)n;
}
