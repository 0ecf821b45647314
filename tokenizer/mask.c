/* Dialects, from the published descriptions of the corpora that use them:
 *   [**First Name 12**]         MIMIC-III; may run over a line end
 *   ___                         MIMIC-IV
 *   **NAME[AAA, BBB]  **ID-NUM  De-ID (University of Pittsburgh)
 *   ***                         fixed-width masking, 3 to 5 asterisks on their own
 *   <NAME> [DATE] [REDACTED]    tag styles, only for words that name an identifier
 *   XXXX  XX/XX/XXXX  XX-year   crossed-out words, dates and ages
 * Every look-ahead is bounded, and what is known of a line is kept, so the pass is linear. */
#include "tokenizer/mask.h"

#include <ctype.h>

enum { BRACKET_MAX = 200, DEID_MAX = 80, TAG_MAX = 40, RULE_UNDERSCORES = 10 };

struct scan {
	const char *p;
	size_t n;
	const struct tok_bits *bits;
	/* The line that holds the last underscores or asterisks looked at, without outer blanks. */
	size_t line_end; /* its line feed, or n */
	size_t first, last;
	bool has_lower;
};

struct found {
	size_t end; /* 0: no mask here */
	enum tok_mask_type type;
};

/* ---- what the words inside a mask say ---- */

/* In order of precedence: "Hospital Unit Name" is a place, "MD Number" an id. */
static const struct {
	const char *word;
	enum tok_mask_type type;
} type_words[] = {
	{"telephone", TOK_MASK_CONTACT},
	{"phone", TOK_MASK_CONTACT},
	{"fax", TOK_MASK_CONTACT},
	{"pager", TOK_MASK_CONTACT},
	{"beeper", TOK_MASK_CONTACT},
	{"email", TOK_MASK_CONTACT},
	{"e-mail", TOK_MASK_CONTACT},
	{"url", TOK_MASK_CONTACT},
	{"web", TOK_MASK_CONTACT},
	{"web-loc", TOK_MASK_CONTACT},
	{"contact", TOK_MASK_CONTACT},
	{"age", TOK_MASK_AGE},
	{"ages", TOK_MASK_AGE},
	{"hospital", TOK_MASK_PLACE},
	{"institution", TOK_MASK_PLACE},
	{"location", TOK_MASK_PLACE},
	{"place", TOK_MASK_PLACE},
	{"street", TOK_MASK_PLACE},
	{"address", TOK_MASK_PLACE},
	{"apartment", TOK_MASK_PLACE},
	{"city", TOK_MASK_PLACE},
	{"county", TOK_MASK_PLACE},
	{"state", TOK_MASK_PLACE},
	{"country", TOK_MASK_PLACE},
	{"zip", TOK_MASK_PLACE},
	{"zipcode", TOK_MASK_PLACE},
	{"university", TOK_MASK_PLACE},
	{"college", TOK_MASK_PLACE},
	{"school", TOK_MASK_PLACE},
	{"company", TOK_MASK_PLACE},
	{"organization", TOK_MASK_PLACE},
	{"facility", TOK_MASK_PLACE},
	{"clinic", TOK_MASK_PLACE},
	{"ward", TOK_MASK_PLACE},
	{"wardname", TOK_MASK_PLACE},
	{"room", TOK_MASK_PLACE},
	{"po", TOK_MASK_PLACE},
	{"mrn", TOK_MASK_ID},
	{"ssn", TOK_MASK_ID},
	{"id", TOK_MASK_ID},
	{"id-num", TOK_MASK_ID},
	{"medicalrecord", TOK_MASK_ID},
	{"identifier", TOK_MASK_ID},
	{"number", TOK_MASK_ID},
	{"num", TOK_MASK_ID},
	{"record", TOK_MASK_ID},
	{"account", TOK_MASK_ID},
	{"device", TOK_MASK_ID},
	{"vehicle", TOK_MASK_ID},
	{"license", TOK_MASK_ID},
	{"clip", TOK_MASK_ID},
	{"credit", TOK_MASK_ID},
	{"date", TOK_MASK_DATE},
	{"dates", TOK_MASK_DATE},
	{"dob", TOK_MASK_DATE},
	{"month", TOK_MASK_DATE},
	{"day", TOK_MASK_DATE},
	{"year", TOK_MASK_DATE},
	{"holiday", TOK_MASK_DATE},
	{"time", TOK_MASK_DATE},
	{"name", TOK_MASK_NAME},
	{"names", TOK_MASK_NAME},
	{"firstname", TOK_MASK_NAME},
	{"lastname", TOK_MASK_NAME},
	{"namepattern", TOK_MASK_NAME},
	{"initial", TOK_MASK_NAME},
	{"initials", TOK_MASK_NAME},
	{"doctor", TOK_MASK_NAME},
	{"dr", TOK_MASK_NAME},
	{"physician", TOK_MASK_NAME},
	{"provider", TOK_MASK_NAME},
	{"nurse", TOK_MASK_NAME},
	{"patient", TOK_MASK_NAME},
	{"person", TOK_MASK_NAME},
	{"attending", TOK_MASK_NAME},
	{"dictator", TOK_MASK_NAME},
	{"phi", TOK_MASK_UNTYPED},
	{"redacted", TOK_MASK_UNTYPED},
	{"removed", TOK_MASK_UNTYPED},
	{"deidentified", TOK_MASK_UNTYPED},
	{"de-identified", TOK_MASK_UNTYPED},
	{"anonymized", TOK_MASK_UNTYPED},
};

enum { TYPE_WORDS = sizeof(type_words) / sizeof(type_words[0]) };

/* Rank of a word in type_words, TYPE_WORDS if it is none. */
static unsigned type_rank(const char *p, size_t n)
{
	for (unsigned i = 0; i < TYPE_WORDS; i++)
		if (strlen(type_words[i].word) == n && strncasecmp(type_words[i].word, p, n) == 0)
			return i;
	return TYPE_WORDS;
}

/* Takes the next run of letters and inner hyphens from *p; its length, 0 at the end. */
static size_t next_word(const char **p, const char *end)
{
	while (*p < end && !isalpha((unsigned char)**p))
		++*p;
	const char *q = *p;
	while (q < end && (isalpha((unsigned char)*q) ||
				  (*q == '-' && q + 1 < end && isalpha((unsigned char)q[1]))))
		q++;
	return (size_t)(q - *p);
}

static enum tok_mask_type type_of(const char *p, const char *end)
{
	bool has_digit = false, has_other = false;
	for (const char *q = p; q < end; q++) {
		has_digit = has_digit || isdigit((unsigned char)*q);
		has_other = has_other || (!isdigit((unsigned char)*q) && !strchr("-/ \t\r\n", *q));
	}
	if (!has_other)
		return has_digit ? TOK_MASK_DATE : TOK_MASK_UNTYPED;
	unsigned best = TYPE_WORDS;
	size_t n;
	for (; (n = next_word(&p, end)) > 0; p += n) {
		unsigned rank = type_rank(p, n);
		/* "STREET-ADDRESS": not known as one word, so each part speaks. */
		const char *hyphen = memchr(p, '-', n);
		if (rank == TYPE_WORDS && hyphen) {
			n = (size_t)(hyphen - p);
			rank = type_rank(p, n);
		}
		if (rank < best)
			best = rank;
	}
	return best < TYPE_WORDS ? type_words[best].type : TOK_MASK_OTHER;
}

/* ---- the dialects ---- */

static bool is_alnum_at(const struct scan *s, size_t i)
{
	return i < s->n && isalnum((unsigned char)s->p[i]);
}

static struct found find_mimic(const struct scan *s, size_t i)
{
	size_t most = s->n - i < BRACKET_MAX ? s->n : i + BRACKET_MAX;
	for (size_t j = i + 3; j + 3 <= most; j++) {
		if (memcmp(s->p + j, "**]", 3) == 0)
			return (struct found){j + 3, type_of(s->p + i + 3, s->p + j)};
		if (memcmp(s->p + j, "[**", 3) == 0)
			break;
	}
	return (struct found){0};
}

/* [NAME], <DATE 2>: every word names an identifier, in capitals ("[redacted]" may be small). */
static struct found find_tag(const struct scan *s, size_t i, char closing)
{
	size_t most = s->n - i < TAG_MAX ? s->n - i : TAG_MAX;
	const char *open = s->p + i + 1;
	const char *close = memchr(open, closing, most - 1);
	bool any = false;
	if (!close)
		return (struct found){0};
	for (const char *q = open; q < close; q++)
		if (!isalnum((unsigned char)*q) && !strchr("-_ /#", *q))
			return (struct found){0};
	const char *q = open;
	for (size_t n; (n = next_word(&q, close)) > 0; q += n) {
		unsigned rank = type_rank(q, n);
		if (rank == TYPE_WORDS)
			return (struct found){0};
		bool small_allowed = closing == ']' && type_words[rank].type == TOK_MASK_UNTYPED;
		for (size_t k = 0; k < n && !small_allowed; k++)
			if (islower((unsigned char)q[k]))
				return (struct found){0};
		any = true;
	}
	if (!any)
		return (struct found){0};
	return (struct found){(size_t)(close - s->p) + 1, type_of(open, close)};
}

static size_t run_end(const struct scan *s, size_t i)
{
	size_t j = i + 1;
	while (j < s->n && s->p[j] == s->p[i])
		j++;
	return j;
}

/* Sees to it that s->first, s->last and s->has_lower describe the line of byte i, where i never
 * goes back. */
static void know_line(struct scan *s, size_t i)
{
	if (i < s->line_end)
		return;
	size_t start = i;
	while (start > s->line_end && s->p[start - 1] != '\n')
		start--;
	s->line_end = bit_next(s->bits->line, i, s->n);
	s->first = start;
	s->last = s->line_end;
	while (s->first < s->last && isspace((unsigned char)s->p[s->first]))
		s->first++;
	while (s->last > s->first && isspace((unsigned char)s->p[s->last - 1]))
		s->last--;
	s->has_lower = false;
	for (size_t k = s->first; k < s->last && !s->has_lower; k++)
		s->has_lower = islower((unsigned char)s->p[k]);
}

/* Long runs and runs that fill their line are drawn rules; three alone on a line are MIMIC-IV's. */
static struct found find_underscores(struct scan *s, size_t i, size_t end)
{
	size_t n = end - i;
	if (n < 3 || n >= RULE_UNDERSCORES)
		return (struct found){0};
	know_line(s, i);
	if (n > 3 && s->first == i && s->last == end)
		return (struct found){0};
	return (struct found){end, TOK_MASK_UNTYPED};
}

/* A line that begins and ends with asterisks and has no small letter is a banner. */
static struct found find_asterisks(struct scan *s, size_t i, size_t end)
{
	if (end - i > 5 || is_alnum_at(s, end) || (i > 0 && is_alnum_at(s, i - 1)))
		return (struct found){0};
	know_line(s, i);
	if (s->p[s->first] == '*' && s->p[s->last - 1] == '*' && !s->has_lower)
		return (struct found){0};
	return (struct found){end, TOK_MASK_UNTYPED};
}

/* Two asterisks: De-ID's **WORD or **WORD[text].  Without brackets the word must name an identifier,
 * and closing asterisks or a colon make it a heading in bold. */
static struct found find_deid(const struct scan *s, size_t i)
{
	size_t word = i + 2, j = word, most = s->n - i < DEID_MAX ? s->n : i + DEID_MAX;
	while (j < most && (isupper((unsigned char)s->p[j]) || (j > word && strchr("-_", s->p[j]))))
		j++;
	if (j - word < 2)
		return (struct found){0};
	enum tok_mask_type type = type_of(s->p + word, s->p + j);
	if (j < most && s->p[j] == '[') {
		const char *close = memchr(s->p + j, ']', most - j);
		const char *line = memchr(s->p + j, '\n', most - j);
		if (close && (!line || close < line))
			return (struct found){(size_t)(close - s->p) + 1, type};
	}
	if (type == TOK_MASK_OTHER || is_alnum_at(s, j) || (j < s->n && strchr("*:", s->p[j])))
		return (struct found){0};
	return (struct found){j, type};
}

static struct found find_crossed(const struct scan *s, size_t i, size_t end)
{
	if ((i > 0 && is_alnum_at(s, i - 1)) || is_alnum_at(s, end))
		return (struct found){0};
	if (end - i >= 4)
		return (struct found){end, TOK_MASK_UNTYPED};
	if (end - i != 2)
		return (struct found){0};
	static const char *const dates[] = {"XX/XX/XXXX", "XX/XX/XX", "XX-XX-XXXX"};
	for (size_t k = 0; k < sizeof(dates) / sizeof(dates[0]); k++) {
		size_t n = strlen(dates[k]);
		if (s->n - i >= n && memcmp(s->p + i, dates[k], n) == 0 && !is_alnum_at(s, i + n))
			return (struct found){i + n, TOK_MASK_DATE};
	}
	if (s->n - end >= 5 && strncasecmp(s->p + end, "-year", 5) == 0)
		return (struct found){end, TOK_MASK_AGE};
	return (struct found){0};
}

/* Looks at candidate i; *next is where to go on when it is no mask. */
static struct found find_at(struct scan *s, size_t i, size_t *next)
{
	char c = s->p[i];
	*next = i + 1;
	if (c == '[' && s->n - i > 3 && s->p[i + 1] == '*' && s->p[i + 2] == '*')
		return find_mimic(s, i);
	if (c == '[' || c == '<')
		return find_tag(s, i, c == '[' ? ']' : '>');
	size_t end = *next = run_end(s, i);
	if (end - i < 2)
		return (struct found){0};
	switch (c) {
	case '_': return find_underscores(s, i, end);
	case 'X': return find_crossed(s, i, end);
	case '*': return end - i == 2 ? find_deid(s, i) : find_asterisks(s, i, end);
	default: return (struct found){0};
	}
}

int tok_find_masks(const struct tok_bits *bits, struct arena *a, struct tok_doc *out)
{
	struct scan s = {.p = out->text.p, .n = out->text.n, .bits = bits};
	size_t cap = 0, next;
	for (size_t i = 0; (i = bit_next(bits->mask, i, s.n)) < s.n; i = next) {
		struct found f = find_at(&s, i, &next);
		if (f.end == 0)
			continue;
		out->masks = arena_grow(a, out->masks, out->n_masks, sizeof(*out->masks), &cap);
		if (!out->masks)
			return LODE_NOMEM;
		out->masks[out->n_masks++] =
			(struct tok_mask){(uint32_t)i, (uint32_t)f.end, (uint8_t)f.type};
		next = f.end;
	}
	return LODE_OK;
}
