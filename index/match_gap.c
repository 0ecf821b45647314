/* What may stand between two words of a name in a note. */
#include "index/match.h"

enum gap_kind { GAP_BLANK, GAP_LINE, GAP_HYPHEN, GAP_LIGHT, GAP_HARD };

/* One code point of valid UTF-8 at p; *n becomes its length. */
static uint32_t code_point(const char *p, const char *end, size_t *n)
{
	static const uint32_t lead[] = {0x7f, 0x1f, 0x0f, 0x07};
	unsigned char c = (unsigned char)*p;
	size_t length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	uint32_t cp = c & lead[length - 1];
	*n = 1;
	for (; *n < length && p + *n < end; ++*n)
		cp = cp << 6 | ((unsigned char)p[*n] & 0x3f);
	return cp;
}

static enum gap_kind wide_kind(uint32_t cp)
{
	if (cp == 0xa0 || (cp >= 0x2000 && cp <= 0x200d) || cp == 0x202f || cp == 0x205f ||
		cp == 0x2060 || cp == 0x3000 || cp == 0xfeff)
		return GAP_BLANK;
	if (cp == 0x85 || cp == 0x2028)
		return GAP_LINE;
	if (cp == 0xad || (cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212)
		return GAP_HYPHEN;
	if (cp == 0xb4 || cp == 0xab || cp == 0xbb || (cp >= 0x2018 && cp <= 0x201f) ||
		(cp >= 0x2032 && cp <= 0x2037) || cp == 0x2039 || cp == 0x203a || cp == 0x2044)
		return GAP_LIGHT;
	return GAP_HARD;
}

static enum gap_kind kind_of(uint32_t cp)
{
	switch (cp) {
	case ' ':
	case '\t':
	case '\v':
	case '\f':
	case '\r': return GAP_BLANK;
	case '\n': return GAP_LINE;
	case '-': return GAP_HYPHEN;
	case '/':
	case '\'':
	case '"':
	case '`':
	case '(':
	case ')': return GAP_LIGHT;
	default: return cp < 0x80 ? GAP_HARD : wide_kind(cp);
	}
}

/* The next code point of at least the given kind, or 0 at the end; *p moves past it. */
static uint32_t next_of(const char **p, const char *end, enum gap_kind least, enum gap_kind *kind)
{
	while (*p < end) {
		size_t n;
		uint32_t cp = code_point(*p, end, &n);
		*p += n;
		*kind = kind_of(cp);
		if (*kind >= least)
			return cp;
	}
	return 0;
}

static bool has_blank_line(struct slice gap)
{
	enum gap_kind kind;
	bool line = false;
	const char *p = gap.p, *end = gap.p + gap.n;
	while (next_of(&p, end, GAP_BLANK, &kind)) {
		if (kind == GAP_LINE && line)
			return true;
		line = kind == GAP_LINE || (line && kind == GAP_BLANK);
	}
	return false;
}

/* The code points of at least that kind are the same in both. */
static bool same(struct slice a, struct slice b, enum gap_kind least)
{
	const char *p = a.p, *q = b.p;
	for (;;) {
		enum gap_kind kind;
		uint32_t x = next_of(&p, a.p + a.n, least, &kind);
		uint32_t y = next_of(&q, b.p + b.n, least, &kind);
		if (x != y)
			return false;
		if (x == 0)
			return true;
	}
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letters(struct slice word)
{
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] < 'a' || word.p[i] > 'z')
			return false;
	return word.n > 0;
}

void gap_rule_init(struct gap_rule *g, struct slice gap, struct slice left, struct slice right)
{
	*g = (struct gap_rule){
		.text = gap,
		.blank_line = has_blank_line(gap),
		.digits = left.n && right.n && is_digit(left.p[left.n - 1]) && is_digit(right.p[0]),
		.short_left = left.n <= 2 && is_letters(left),
	};
}

bool gap_allows(const struct gap_rule *g, struct slice gap)
{
	if (gap.n == 1 && gap.p[0] == ' ' && !g->digits)
		return true;
	if (gap.n > MATCH_GAP_MAX && gap.n > g->text.n)
		return false;
	if (!g->blank_line && has_blank_line(gap))
		return false;
	if (g->digits)
		return same(g->text, gap, GAP_HYPHEN);
	return same(gap, SLICE(""), GAP_HARD) || same(g->text, gap, GAP_HARD) ||
	       (g->short_left && same(gap, SLICE("."), GAP_HARD));
}

bool gap_may_join(const struct gap_rule *g)
{
	return !g->digits && !g->blank_line && same(g->text, SLICE(""), GAP_HARD);
}

bool gap_is_border(struct slice left, struct slice right)
{
	return is_digit(left.p[left.n - 1]) != is_digit(right.p[0]);
}

bool gap_splits(struct slice gap, struct slice left, struct slice right)
{
	if (gap.n == 0 || gap.n > MATCH_GAP_MAX || left.n == 0 || right.n == 0)
		return false;
	bool border = gap_is_border(left, right);
	if (!border && gap.p[0] != '-' && (unsigned char)gap.p[0] < 0x80)
		return false;
	enum gap_kind kind;
	const char *p = gap.p, *end = gap.p + gap.n;
	bool hyphen = false, line = false, blank = false;
	while (next_of(&p, end, GAP_BLANK, &kind)) {
		if (kind >= GAP_LIGHT || (kind == GAP_HYPHEN && (hyphen || line || blank)) ||
			(kind == GAP_LINE && line))
			return false;
		hyphen |= kind == GAP_HYPHEN;
		line |= kind == GAP_LINE;
		blank |= kind == GAP_BLANK;
	}
	if (hyphen)
		return line || !blank;
	return border;
}
