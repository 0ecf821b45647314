#include "scorer/train/typo.h"

#include "base/err.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char letter(struct random *r, char like)
{
	char l = (char)('a' + random_below(r, 26));
	return like >= 'A' && like <= 'Z' ? (char)(l - 32) : l;
}

/* One edit of the n letters at p; room holds n + 1.  Returns how many it wrote. */
static size_t slip(struct random *r, const char *p, size_t n, char *room)
{
	size_t at = random_below(r, (uint32_t)n);
	memcpy(room, p, n);
	switch (random_below(r, 4)) {
	case 0: room[at] = letter(r, p[at]); return n;
	case 1: memmove(room + at, p + at + 1, n - at - 1); return n - 1;
	case 2:
		memmove(room + at + 1, p + at, n - at);
		room[at] = letter(r, p[at]);
		return n + 1;
	default:
		if (at + 1 == n)
			at--;
		room[at] = p[at + 1];
		room[at + 1] = p[at];
		return n;
	}
}

int typo_text(struct slice text, unsigned percent, struct random *r, uint32_t *start, uint32_t *end,
	struct buf *out)
{
	size_t base = out->n, first = *start, last = *end;
	for (size_t i = 0; i < text.n;) {
		if (i == first)
			*start = (uint32_t)(out->n - base);
		if (i == last)
			*end = (uint32_t)(out->n - base);
		size_t n = 0;
		while (i + n < text.n && is_letter(text.p[i + n]) && i + n != first &&
			i + n != last)
			n++;
		if (n == 0 && is_letter(text.p[i])) /* the span's border is a word's, too */
			do
				n++;
			while (i + n < text.n && is_letter(text.p[i + n]) && i + n != last &&
				i + n != first);
		char word[TYPO_WORD_MAX + 1];
		bool inside = i >= first && i < last;
		if (n >= TYPO_WORD_MIN && n <= TYPO_WORD_MAX && !inside &&
			random_percent(r, percent)) {
			size_t now = n;
			for (unsigned tries = 0; tries < 8; tries++) {
				now = slip(r, text.p + i, n, word);
				if (now != n || memcmp(word, text.p + i, n) != 0)
					break;
			}
			buf_put(out, word, now);
		} else {
			n = n ? n : 1;
			buf_put(out, text.p + i, n);
		}
		i += n;
	}
	if (first >= text.n)
		*start = (uint32_t)(out->n - base);
	if (last >= text.n)
		*end = (uint32_t)(out->n - base);
	return out->failed ? LODE_NOMEM : 0;
}
