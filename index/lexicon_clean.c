/* Names of foreign vocabularies made into names that people write. */
#include "index/lexicon.h"

#include <ctype.h>

enum { BRIEF_MAX = 6, VAGUE_MAX = 3 /* an abbreviation so short has other meanings */ };

static bool begins(struct slice s, const char *with)
{
	size_t n = strlen(with);
	return s.n >= n && strncasecmp(s.p, with, n) == 0;
}

static bool ends(struct slice s, const char *with)
{
	size_t n = strlen(with);
	return s.n > n && strncasecmp(s.p + s.n - n, with, n) == 0;
}

static bool holds(struct slice s, const char *part)
{
	size_t n = strlen(part);
	for (size_t i = 0; i + n <= s.n; i++)
		if (strncasecmp(s.p + i, part, n) == 0)
			return true;
	return false;
}

static struct slice cut_front(struct slice s, size_t n)
{
	return slice_of(s.p + n, s.n - n);
}

/* What cataloguers write around a name. */
static struct slice bare(struct slice s)
{
	static const char *const fronts[] = {"[X]", "[D]", "[V]", "[M]", "[SO]", "obsolete ", " "};
	static const char *const backs[] = {" ", ".", ",", " NOS", ", NOS", "(NOS)", "[NOS]",
		" unspecified", "(unspecified)", "(disorder)", "(finding)", "(disease)",
		"(morphologic abnormality)", "(qualifier value)", "(situation)", "(procedure)",
		"(body structure)", "(observable entity)", "(context-dependent category)",
		"[Ambiguous]", "[dup]", "(diagnosis)", "(symptom)"};
	for (bool changed = true; changed;) {
		changed = false;
		for (size_t i = 0; i < sizeof(fronts) / sizeof(*fronts); i++)
			if (begins(s, fronts[i])) {
				s = cut_front(s, strlen(fronts[i]));
				changed = true;
			}
		for (size_t i = 0; i < sizeof(backs) / sizeof(*backs); i++)
			if (ends(s, backs[i])) {
				s.n -= strlen(backs[i]);
				changed = true;
			}
	}
	return s;
}

static bool is_residual(struct slice s)
{
	return begins(s, "other ") || begins(s, "unspecified ") || begins(s, "other,") ||
	       holds(s, "elsewhere classified") || holds(s, "not otherwise specified") ||
	       ends(s, " other") || holds(s, "other specified");
}

static bool is_brief(struct slice s)
{
	unsigned capitals = 0;
	if (s.n < 2 || s.n > BRIEF_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!isupper((unsigned char)s.p[i]) && !isdigit((unsigned char)s.p[i]))
			return false;
		capitals += isupper((unsigned char)s.p[i]) != 0;
	}
	return capitals >= 2;
}

/* "BENIGN CHRONIC PEMPHIGUS": no abbreviations, so no reason for capitals. */
static bool is_shouted(struct slice s)
{
	bool blank = false;
	size_t run = 0, longest = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (islower((unsigned char)s.p[i]))
			return false;
		blank |= s.p[i] == ' ';
		run = isupper((unsigned char)s.p[i]) ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest > BRIEF_MAX || (blank && longest > 4);
}

/* "Carcinoma, breast": one comma, and behind it words that say where or which, not with what. */
static bool invert(struct slice s, char room[LEXICON_BYTES_MAX + 1], struct slice *out)
{
	static const char *const linking[] = {"with", "without", "due", "not", "and", "or", "in",
		"of", "type", "stage", "grade", "by", "from", "including", "except", "familial",
		"autosomal", "resolves", "nos"};
	const char *comma = s.n ? memchr(s.p, ',', s.n) : NULL;
	if (!comma || s.n > LEXICON_BYTES_MAX || memchr(s.p, '(', s.n))
		return false;
	struct slice head = slice_of(s.p, (size_t)(comma - s.p));
	struct slice tail = cut_front(s, head.n + 1);
	while (tail.n && tail.p[0] == ' ')
		tail = cut_front(tail, 1);
	size_t blanks = 0;
	for (size_t i = 0; i < tail.n; i++)
		blanks += tail.p[i] == ' ';
	if (tail.n < 3 || head.n < 3 || blanks > 2 || memchr(tail.p, ',', tail.n))
		return false;
	for (size_t i = 0; i < sizeof(linking) / sizeof(*linking); i++) {
		size_t n = strlen(linking[i]);
		if (begins(tail, linking[i]) && (tail.n == n || !isalpha((unsigned char)tail.p[n])))
			return false;
	}
	memcpy(room, tail.p, tail.n);
	room[tail.n] = ' ';
	memcpy(room + tail.n + 1, head.p, head.n);
	*out = slice_of(room, tail.n + 1 + head.n);
	return true;
}

static struct slice lowered(struct slice s, char room[LEXICON_BYTES_MAX])
{
	for (size_t i = 0; i < s.n; i++)
		room[i] = (char)tolower((unsigned char)s.p[i]);
	return slice_of(room, s.n);
}

int lexicon_add_clean(struct lexicon_builder *b, uint32_t concept, struct slice name,
	enum lexicon_relation relation, struct err *e)
{
	char small[LEXICON_BYTES_MAX], turned[LEXICON_BYTES_MAX + 1];
	struct slice other;
	name = bare(name);
	if (name.n == 0 || is_residual(name))
		return 0;
	if (is_brief(name) || (relation == LEXICON_ABBREVIATION && name.n <= BRIEF_MAX))
		return lexicon_builder_name(b, concept, name,
			relation < LEXICON_NARROW ? LEXICON_ABBREVIATION : relation,
			LEXICON_CAPITALS | (name.n <= VAGUE_MAX ? LEXICON_AMBIGUOUS : 0U), e);
	if (relation == LEXICON_ABBREVIATION)
		relation = LEXICON_EXACT;
	if (is_shouted(name) && name.n <= sizeof(small))
		name = lowered(name, small);
	int rc = lexicon_builder_name(b, concept, name, relation, 0, e);
	if (rc == 0 && invert(name, turned, &other))
		rc = lexicon_builder_name(b, concept, other,
			relation == LEXICON_PREFERRED ? LEXICON_EXACT : relation, 0, e);
	return rc;
}
