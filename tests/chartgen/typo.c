/* Slips of the keyboard: two letters swapped, one left out, one doubled, one hit beside its key. */
#include "chartgen.h"

#include <ctype.h>
#include <string.h>

enum { SHORTEST = 6, LONGEST = 64, ONE_IN = 24 };

static const char *neighbors(char c)
{
	static const char *const keys[26] = {"sq", "vn", "xv", "sf", "wr", "dg", "fh", "gj", "uo",
		"hk", "jl", "k", "n", "bm", "ip", "o", "w", "et", "ad", "ry", "yi", "cb", "qe",
		"zc", "tu", "x"};
	return keys[c - 'a'];
}

/* Changes the n letters at p into out; the first letter stays.  Returns the new length. */
static size_t slip(struct rng *r, const char *p, size_t n, char *out)
{
	size_t at = 1 + rng_below(r, (uint32_t)n - 2);
	memcpy(out, p, n);
	unsigned how = rng_below(r, 4);
	if (how == 0 && p[at] != p[at + 1]) {
		out[at] = p[at + 1];
		out[at + 1] = p[at];
		return n;
	}
	if (how == 1) {
		memmove(out + at + 1, p + at, n - at);
		return n + 1;
	}
	if (how == 2 && islower((unsigned char)p[at])) {
		const char *keys = neighbors(p[at]);
		out[at] = keys[rng_below(r, (uint32_t)strlen(keys))];
		return n;
	}
	memmove(out + at, p + at + 1, n - at - 1);
	return n - 1;
}

static size_t letters(const char *p, size_t n)
{
	size_t k = 0;
	while (k < n && isalpha((unsigned char)p[k]))
		k++;
	return k;
}

bool typo_name(struct rng *r, const char *name, char *out, size_t cap)
{
	size_t n = strlen(name), start[16], length[16], found = 0;
	for (size_t i = 0; i < n && found < 16; i++) {
		size_t k = letters(name + i, n - i);
		if (k >= SHORTEST && k < LONGEST)
			start[found] = i, length[found++] = k;
		i += k;
	}
	if (found == 0 || n + 2 > cap)
		return false;
	size_t w = rng_below(r, (uint32_t)found);
	char word[LONGEST + 1];
	size_t k = slip(r, name + start[w], length[w], word);
	memcpy(out, name, start[w]);
	memcpy(out + start[w], word, k);
	strcpy(out + start[w] + k, name + start[w] + length[w]);
	return strcmp(out, name) != 0;
}

void typo_filler(struct rng *r, struct text *t, size_t from)
{
	if (rng_below(r, ONE_IN) != 0 || t->n <= from + 20)
		return;
	size_t i = from + rng_below(r, (uint32_t)(t->n - from - 10));
	while (i < t->n && t->p[i] != ' ')
		i++;
	if (++i >= t->n)
		return;
	size_t k = letters(t->p + i, t->n - i);
	if (k < SHORTEST || k >= LONGEST || i + k >= t->n || !strchr(" .,", t->p[i + k]))
		return;
	for (size_t j = i; j < i + k; j++)
		if (!islower((unsigned char)t->p[j]))
			return;
	/* A word with a blank on either side and small letters only is no part of a mask, but for
	 * the words inside [** **] and the like: those have capitals or digits. */
	char word[LONGEST + 1];
	size_t now = slip(r, t->p + i, k, word);
	if (now > k)
		text_addc(t, ' '); /* room for one more */
	size_t rest = t->n - i - k - (now > k);
	memmove(t->p + i + now, t->p + i + k, rest);
	memcpy(t->p + i, word, now);
	t->n = i + now + rest;
}
