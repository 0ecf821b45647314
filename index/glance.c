/* A look at the raw bytes of a note: may these words stand there, one after the other?
 *
 * Only for names taken word by word, of ASCII letters and digits.  It says no when it is certain: at an
 * apostrophe or a sign beyond ASCII beside a word it leaves the matter to the matcher. */
#include "base/bytes.h"
#include "index/match.h"

enum { BLOCK = 16 };

typedef uint8_t glance_block __attribute__((vector_size(BLOCK)));

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool is_plain(struct slice term)
{
	for (size_t i = 0; i < term.n; i++)
		if (!is_alnum(term.p[i]))
			return false;
	/* A longer word is cut. */
	return term.n > 0 && term.n + 4 < TOK_TERM_MAX;
}

bool glance_init(struct glance *g, const struct match_compiled *name)
{
	*g = (struct glance){.name = name};
	if (!(name->flags & MATCH_EXACT_WORDS))
		return false;
	for (uint32_t i = 0; i < name->doc.n_words; i++) {
		struct slice term = tok_term(&name->doc, &name->doc.words[i]);
		if (!is_plain(term))
			return false;
		if (term.n > tok_term(&name->doc, &name->doc.words[g->anchor]).n)
			g->anchor = i;
	}
	return true;
}

static bool any_set(glance_block b)
{
	uint64_t parts[BLOCK / 8];
	memcpy(parts, &b, sizeof(parts));
	return (parts[0] | parts[1]) != 0;
}

/* "'" and what is beyond ASCII may belong to a word or not. */
static bool is_doubtful(char c)
{
	return c == '\'' || (unsigned char)c >= 0x80;
}

static bool equals(const char *p, struct slice term)
{
	for (size_t i = 0; i < term.n; i++)
		if ((p[i] | 0x20) != (term.p[i] | 0x20) || !is_alnum(p[i]))
			return false;
	return true;
}

/* The words from..: 1 they stand behind `at`, 0 not, -1 who knows. */
static int stands_behind(const struct glance *g, struct slice text, size_t at, uint32_t from)
{
	const struct tok_doc *d = &g->name->doc;
	for (uint32_t i = from; i < d->n_words; i++) {
		struct slice term = tok_term(d, &d->words[i]);
		while (at < text.n && !is_alnum(text.p[at])) {
			if (is_doubtful(text.p[at]))
				return -1;
			at++;
		}
		size_t end = at;
		while (end < text.n && is_alnum(text.p[end]))
			end++;
		if (end < text.n && is_doubtful(text.p[end]))
			return -1;
		if (end - at != term.n || !equals(text.p + at, term))
			return 0;
		at = end;
	}
	return 1;
}

/* The words before the anchor, backwards from `at`. */
static int stands_before(const struct glance *g, struct slice text, size_t at)
{
	const struct tok_doc *d = &g->name->doc;
	for (uint32_t i = g->anchor; i-- > 0;) {
		struct slice term = tok_term(d, &d->words[i]);
		while (at > 0 && !is_alnum(text.p[at - 1])) {
			if (is_doubtful(text.p[at - 1]))
				return -1;
			at--;
		}
		size_t from = at;
		while (from > 0 && is_alnum(text.p[from - 1]))
			from--;
		/* "t's" before `at` is the word "t". */
		if (from > 0 && is_doubtful(text.p[from - 1]))
			return -1;
		if (at - from != term.n || !equals(text.p + from, term))
			return 0;
		at = from;
	}
	return 1;
}

static bool stands_at(const struct glance *g, struct slice text, size_t at, struct slice anchor)
{
	if (!equals(text.p + at, anchor) || (at > 0 && is_alnum(text.p[at - 1])) ||
		(at + anchor.n < text.n && is_alnum(text.p[at + anchor.n])))
		return false;
	int before = stands_before(g, text, at);
	if (before == 0)
		return false;
	return stands_behind(g, text, at + anchor.n, g->anchor + 1) != 0;
}

/* The places marked in a block that begins at i. */
static bool try_marked(const struct glance *g, struct slice text, size_t i, glance_block marks,
	struct slice anchor)
{
	uint64_t parts[BLOCK / 8];
	memcpy(parts, &marks, sizeof(parts));
	for (size_t w = 0; w < BLOCK / 8; w++)
		for (uint64_t left = le64toh(parts[w]); left; left &= left - 1) {
			/* One bit a byte, so that clearing it clears the mark. */
			size_t byte = (size_t)__builtin_ctzll(left) / 8;
			if (stands_at(g, text, i + 8 * w + byte, anchor))
				return true;
		}
	return false;
}

/* Places that hold the anchor's first letter, small or capital, and its last so much further on. */
static bool scan(const struct glance *g, struct slice text, struct slice anchor)
{
	size_t i = 0, last = anchor.n - 1;
	glance_block low = (glance_block){0} + 0x20;
	glance_block first = (glance_block){0} + (uint8_t)(anchor.p[0] | 0x20);
	glance_block end = (glance_block){0} + (uint8_t)(anchor.p[last] | 0x20);
	for (; i + last + BLOCK <= text.n; i += BLOCK) {
		glance_block a, b;
		memcpy(&a, text.p + i, BLOCK);
		memcpy(&b, text.p + i + last, BLOCK);
		glance_block marks =
			(glance_block)((a | low) == first) & (glance_block)((b | low) == end) & 1;
		if (any_set(marks) && try_marked(g, text, i, marks, anchor))
			return true;
	}
	for (; i + anchor.n <= text.n; i++)
		if (stands_at(g, text, i, anchor))
			return true;
	return false;
}

static bool is_all_ascii(struct slice text)
{
	size_t i = 0;
	glance_block all = {0};
	for (; i + BLOCK <= text.n; i += BLOCK) {
		glance_block a;
		memcpy(&a, text.p + i, BLOCK);
		all |= a;
	}
	for (; i < text.n; i++)
		all[0] |= (uint8_t)text.p[i];
	return !any_set(all & ((glance_block){0} + 0x80));
}

/* "o'clock" for "oclock". */
static bool stands_joined(struct slice text, struct slice anchor)
{
	const char *end = text.p + text.n, *p = text.p;
	for (; (p = memchr(p, '\'', (size_t)(end - p))); p++) {
		const char *from = p, *to = p;
		size_t n = 0;
		while (from > text.p && (is_alnum(from[-1]) || from[-1] == '\''))
			from--;
		while (to < end && (is_alnum(*to) || *to == '\''))
			to++;
		for (const char *q = from; q < to; q++)
			if (*q != '\'') {
				if (n == anchor.n || (*q | 0x20) != (anchor.p[n] | 0x20))
					break;
				n++;
			}
		if (n == anchor.n)
			return true;
	}
	return false;
}

bool glance_may_stand(const struct glance *g, struct slice text)
{
	struct slice anchor = tok_term(&g->name->doc, &g->name->doc.words[g->anchor]);
	/* Beyond ASCII a word of the note may fold to the anchor. */
	if (text.n == 0 || !is_all_ascii(text))
		return text.n > 0;
	return scan(g, text, anchor) || stands_joined(text, anchor);
}
