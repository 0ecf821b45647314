/* Regexes of a tokenizer.json.  Their engine is Oniguruma with Ruby's syntax; ours is PCRE2.  What both read alike is
 * copied, \s and \w are written out (the two differ in a letter or two), all else is refused: a count that is
 * quietly another would be worse than none. */
#include "tokenizer/count.h"

#include "tokenizer/normal.h"

#include <stdio.h>

enum { REGEX_MAX = 4096, DEPTH_MAX = 24, REPEAT_MAX = 1000 };

struct regex {
	const struct count_file *f;
	const struct json *at;
	struct slice in;
	size_t i;
	struct buf out;
	bool caseless[DEPTH_MAX + 1];
	unsigned depth;
};

static int not_understood(const struct regex *r)
{
	size_t n = r->in.n - r->i < 12 ? r->in.n - r->i : 12;
	return count_refuse(r->f, r->at, "the regex is not understood from its byte %zu on: %.*s",
		r->i, (int)n, r->in.p + r->i);
}

static bool goes_on(const struct regex *r, const char *words)
{
	size_t n = strlen(words);
	return r->in.n - r->i >= n && memcmp(r->in.p + r->i, words, n) == 0;
}

static int next_of(const struct regex *r)
{
	return r->i < r->in.n ? (unsigned char)r->in.p[r->i] : -1;
}

static void copy(struct regex *r, size_t n)
{
	buf_put(&r->out, r->in.p + r->i, n);
	r->i += n;
}

/* \p{L}, \P{Lu}, \p{Han} behind its backslash: general categories and a few scripts. */
static int property(struct regex *r)
{
	static const char *const known[] = {"L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc",
		"Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S",
		"Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "Han", "Hiragana", "Katakana",
		"Hangul", "Latin", "Greek", "Cyrillic", "Arabic", "Hebrew", "Thai", "Devanagari"};
	const char *end = memchr(r->in.p + r->i, '}', r->in.n - r->i);
	if (r->caseless[r->depth] || r->i + 1 >= r->in.n || r->in.p[r->i + 1] != '{' || !end)
		return not_understood(r);
	struct slice name = slice_of(r->in.p + r->i + 2, (size_t)(end - (r->in.p + r->i + 2)));
	for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
		if (slice_eq(name, slice_str(known[k]))) {
			/* PCRE2 takes the bare name of a script for its extensions, which have punctuation. */
			buf_printf(&r->out, "\\%c{%s%s}", r->in.p[r->i], name.n > 2 ? "sc:" : "",
				known[k]);
			r->i += name.n + 3;
			return LODE_OK;
		}
	return not_understood(r);
}

/* \u201c as PCRE2 has it. */
static int code_point(struct regex *r)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	if (r->in.n - r->i < 5)
		return not_understood(r);
	for (size_t k = 1; k < 5; k++)
		if (!memchr(digits, r->in.p[r->i + k], sizeof(digits) - 1))
			return not_understood(r);
	bool is_ascii =
		r->in.p[r->i + 1] == '0' && r->in.p[r->i + 2] == '0' && r->in.p[r->i + 3] < '8';
	if (r->caseless[r->depth] && !is_ascii)
		return not_understood(r);
	buf_printf(&r->out, "\\x{%.4s}", r->in.p + r->i + 1);
	r->i += 5;
	return LODE_OK;
}

static int escape(struct regex *r, bool in_class)
{
	const char *blanks = in_class ? COUNT_BLANKS : "[" COUNT_BLANKS "]";
	const char *words = in_class ? COUNT_LETTERS : "[" COUNT_LETTERS "]";
	r->i++;
	int c = next_of(r);
	if (c == 'p' || c == 'P')
		return property(r);
	if (c == 'u')
		return code_point(r);
	if (c == 's' || (c == 'w' && !r->caseless[r->depth]))
		buf_put_str(&r->out, c == 's' ? blanks : words);
	else if (c == 'S' && !in_class)
		buf_put_str(&r->out, "[^" COUNT_BLANKS "]");
	else if (c > 0 && strchr("rntfd", c))
		buf_printf(&r->out, "\\%c", c);
	else if (c > 0 && strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ", c))
		buf_printf(&r->out, c == ' ' ? "%c" : "\\%c", c);
	else
		return not_understood(r);
	r->i++;
	return LODE_OK;
}

/* \s, \d, \p{L}: many letters, of which no range begins or ends. */
static bool is_many(const struct regex *r)
{
	return goes_on(r, "\\") && r->i + 1 < r->in.n && strchr("sSwWdDpP", r->in.p[r->i + 1]);
}

static int class(struct regex *r)
{
	copy(r, goes_on(r, "[^") ? 2 : 1);
	if (next_of(r) == ']')
		return not_understood(r);
	bool was_many = false, was_hyphen = false;
	for (bool is_first = true; next_of(r) != ']'; is_first = false) {
		int c = next_of(r), rc = LODE_OK;
		bool ends = r->i + 1 < r->in.n && r->in.p[r->i + 1] == ']';
		if ((was_many && c == '-' && !ends) || (was_hyphen && is_many(r)))
			return not_understood(r);
		was_many = is_many(r);
		was_hyphen = c == '-' && !is_first;
		/* Sets within sets and what they have in common are of one engine alone. */
		if (c < 0 || c == '[' || goes_on(r, "&&") || (r->caseless[r->depth] && c >= 0x80))
			return not_understood(r);
		if (c == '\\')
			rc = escape(r, true);
		else
			copy(r, 1);
		if (rc)
			return rc;
	}
	copy(r, 1);
	return LODE_OK;
}

static int group(struct regex *r)
{
	static const char *const heads[] = {"(?:", "(?i:", "(?=", "(?!", "(?<=", "(?<!", "(?>"};
	bool caseless = r->caseless[r->depth];
	size_t n = 0;
	for (size_t k = 0; k < sizeof(heads) / sizeof(heads[0]); k++)
		if (goes_on(r, heads[k])) {
			n = strlen(heads[k]);
			caseless |= k == 1;
		}
	if (r->depth == DEPTH_MAX || (n == 0 && (goes_on(r, "(?") || goes_on(r, "(*"))))
		return not_understood(r);
	copy(r, n ? n : 1);
	r->caseless[++r->depth] = caseless;
	return LODE_OK;
}

/* {2}, {1,3}, {1,} at i: its bytes, else 0. */
static size_t repeat_at(const struct regex *r)
{
	unsigned lo = 0, hi = 0;
	char comma = 0;
	char room[16] = {0};
	size_t n = r->in.n - r->i < sizeof(room) - 1 ? r->in.n - r->i : sizeof(room) - 1;
	memcpy(room, r->in.p + r->i, n);
	char *end = memchr(room, '}', n);
	if (!end)
		return 0;
	end[1] = '\0';
	int got = sscanf(room, "{%4u%c%4u", &lo, &comma, &hi);
	bool is_good = (got == 2 && (comma == '}' || comma == ',')) ||
		       (got == 3 && comma == ',' && lo <= hi);
	if (!is_good || strspn(room, "{0123456789,}") != strlen(room) || lo > REPEAT_MAX ||
		hi > REPEAT_MAX)
		return 0;
	return (size_t)(end + 1 - room);
}

static int quantifier(struct regex *r)
{
	if (next_of(r) != '{') {
		copy(r, 1);
		if (next_of(r) == '?' || next_of(r) == '+')
			copy(r, 1);
		return next_of(r) > 0 && strchr("*+?{", next_of(r)) ? not_understood(r) : LODE_OK;
	}
	size_t n = repeat_at(r);
	if (n == 0)
		return not_understood(r);
	copy(r, n);
	/* Behind braces a plus repeats in one engine and forbids giving back in the other. */
	return next_of(r) > 0 && strchr("*+?{", next_of(r)) ? not_understood(r) : LODE_OK;
}

/* Letters that are two in small form are one for Oniguruma where case is ignored. */
static bool folds_from_two(const struct regex *r)
{
	static const char *const pairs[] = {"ss", "ff", "fi", "fl", "st"};
	for (size_t k = 0; k < sizeof(pairs) / sizeof(pairs[0]); k++)
		if (r->in.n - r->i >= 2 && (r->in.p[r->i] | 0x20) == pairs[k][0] &&
			(r->in.p[r->i + 1] | 0x20) == pairs[k][1])
			return true;
	return false;
}

static int item(struct regex *r)
{
	int c = next_of(r);
	switch (c) {
	case '\\': return escape(r, false);
	case '[': return class(r);
	case '(': return group(r);
	case ')':
		if (r->depth == 0)
			return not_understood(r);
		r->depth--;
		copy(r, 1);
		return LODE_OK;
	case '*':
	case '+':
	case '?':
	case '{': return quantifier(r);
	case '^': /* of a line in one engine, of the text in the other */
	case '$':
	case '}':
	case ']':
	case '\0': return not_understood(r);
	default: break;
	}
	if (r->caseless[r->depth] && (c >= 0x80 || folds_from_two(r)))
		return not_understood(r);
	copy(r, 1);
	return LODE_OK;
}

int count_regex(const struct count_file *f, const struct json *at, struct slice regex,
	struct count_pattern *out)
{
	struct regex r = {.f = f, .at = at, .in = regex};
	struct err why = {0};
	int rc = regex.n == 0 || regex.n > REGEX_MAX
			 ? count_refuse(f, at, "a regex has 1 to %d bytes", REGEX_MAX)
			 : LODE_OK;
	while (rc == 0 && r.i < regex.n)
		rc = item(&r);
	buf_put_byte(&r.out, '\0');
	if (rc == 0 && r.out.failed)
		rc = err_set(f->e, LODE_NOMEM, "no memory for a regex");
	if (rc == 0 && (rc = pattern_create(r.out.p, PATTERN_UTF, &out->regex, &why)) != 0)
		rc = count_refuse(f, at, "%s", why.text);
	buf_release(&r.out);
	return rc;
}

int count_pattern(const struct count_file *f, const struct json *at, struct count_pattern *out)
{
	const struct json *bytes = json_get(at, "String"), *regex = json_get(at, "Regex");
	if (!at || at->type != JSON_OBJECT || at->n != 1)
		return count_refuse(f, at, "a pattern is {\"String\": ...} or {\"Regex\": ...}");
	if (regex && regex->type == JSON_STRING)
		return count_regex(f, regex, regex->str, out);
	if (bytes && bytes->type == JSON_STRING && bytes->str.n)
		return count_keep(f, bytes->str, &out->bytes);
	return count_refuse(f, at, "a pattern is {\"String\": ...} or {\"Regex\": ...}");
}

void count_pattern_release(struct count_pattern *p)
{
	pattern_destroy(p->regex);
	p->regex = NULL;
}

static int find(const struct count_finder *f, struct pattern_scratch *s, size_t *start, size_t *end)
{
	const struct count_pattern *p = f->pattern;
	struct pattern_match m;
	if (!p->regex) {
		const char *at = f->from < f->text.n
					 ? memmem(f->text.p + f->from, f->text.n - f->from,
						   p->bytes.p, p->bytes.n)
					 : NULL;
		*start = at ? (size_t)(at - f->text.p) : 0;
		*end = *start + p->bytes.n;
		return at != NULL;
	}
	int rc = pattern_find(p->regex, s, f->text, f->from, &m);
	if (rc <= 0)
		return rc;
	*start = m.start[0];
	*end = m.end[0];
	return rc;
}

int count_next(struct count_finder *f, struct pattern_scratch *s, size_t *start, size_t *end)
{
	for (;;) {
		unsigned n = 1;
		int rc = f->from > f->text.n ? 0 : find(f, s, start, end);
		if (rc <= 0)
			return rc;
		if (*start < *end || !f->has_found || f->found != *end)
			break;
		/* Nothing, where the last one ended: one letter on. */
		if (f->from < f->text.n)
			tok_decode(f->text.p + f->from, &n);
		f->from += n;
	}
	f->has_found = true;
	f->from = f->found = *end;
	return 1;
}
