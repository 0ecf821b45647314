/* The signs of the query language. */
#include "index/match.h"
#include "index/note.h"
#include "index/query.h"

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool ends_word(const struct query_lexer *l, size_t at)
{
	return at >= l->q.n || is_blank(l->q.p[at]) || strchr("()\"", l->q.p[at]) != NULL;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

int query_expected(struct err *e, uint32_t column, const char *what)
{
	return err_set(e, LODE_BADREQ, "query: column %u: expected %s", column, what);
}

static int refuse(struct query_lexer *l, size_t at, struct err *e, const char *why)
{
	uint32_t column = (uint32_t)tok_cp_count(slice_of(l->q.p, at)) + 1;
	return err_set(e, LODE_BADREQ, "query: column %u: %s", column, why);
}

static uint32_t column_of(struct query_lexer *l, size_t at)
{
	l->cp += (uint32_t)tok_cp_count(slice_of(l->q.p + l->counted, at - l->counted));
	l->counted = at;
	return l->cp + 1;
}

/* Words of the text; letters of the first if it is no mask and ends the text, else 0. */
static int measure(
	struct query_lexer *l, struct slice text, uint32_t *words, uint32_t *letters, struct err *e)
{
	struct tok_doc doc;
	arena_reset(&l->scratch);
	int rc = tok_words(l->t, text, &l->scratch, &doc, e);
	if (rc < 0)
		return rc;
	*words = doc.n_words;
	*letters = 0;
	if (doc.n_words > 0 && doc.words[0].kind != TOK_WORD_MASK && doc.words[0].end == text.n)
		*letters = (uint32_t)tok_cp_count(tok_term(&doc, &doc.words[0]));
	return 0;
}

/* ---- pieces ---- */

/* Between quotes, from the opening one at l->at; moves behind the closing one. */
static int read_quoted(struct query_lexer *l, struct slice *out, struct err *e)
{
	size_t open = l->at++, n = 0;
	char *to = l->room + l->used;
	while (l->at < l->q.n && l->q.p[l->at] != '"') {
		l->at += l->q.p[l->at] == '\\' && l->at + 1 < l->q.n;
		to[n++] = l->q.p[l->at++];
	}
	if (l->at >= l->q.n)
		return refuse(l, open, e, "the quote is not closed");
	l->at++;
	l->used += n;
	*out = slice_of(to, n);
	return 0;
}

/* A bare word; *star: it ends in one. */
static int read_bare(struct query_lexer *l, struct slice *out, bool *star, struct err *e)
{
	size_t n = 0;
	char *to = l->room + l->used;
	*star = false;
	while (!ends_word(l, l->at)) {
		char c = l->q.p[l->at];
		if (c == '*' && (n == 0 || !ends_word(l, l->at + 1)))
			return refuse(l, l->at, e,
				"a star stands at the end of a word only (write \\* for the sign)");
		*star = c == '*';
		if (c == '\\' && ++l->at == l->q.n)
			return refuse(l, l->at - 1, e, "expected a sign after the backslash");
		if (!*star)
			to[n++] = l->q.p[l->at];
		l->at++;
	}
	l->used += n;
	*out = slice_of(to, n);
	return 0;
}

static int read_regex(struct query_lexer *l, struct query_node *leaf, struct err *e)
{
	size_t open = l->at, end = open + 1;
	while (end < l->q.n && l->q.p[end] != '/')
		end += l->q.p[end] == '\\' ? 2 : 1;
	if (end >= l->q.n)
		return refuse(l, open, e, "the regex is not closed by a slash");
	if (end == open + 1)
		return refuse(l, open, e, "the regex is empty");
	if (end - open - 1 > QUERY_REGEX_BYTES_MAX)
		return refuse(l, open, e, "the regex has more than 512 bytes");
	l->at = end + 1;
	if (!ends_word(l, l->at))
		return refuse(l, l->at, e, "expected a blank after the regex");
	leaf->kind = QUERY_REGEX;
	leaf->text = arena_slice(l->a, slice_of(l->q.p + open + 1, end - open - 1));
	return leaf->text.p ? 0 : err_set(e, LODE_NOMEM, "no memory for a query");
}

/* ---- filters ---- */

static int read_type(struct query_lexer *l, struct query_node *leaf, struct err *e)
{
	bool star = false;
	size_t at = l->at;
	leaf->kind = QUERY_TYPE;
	if (l->at < l->q.n && l->q.p[l->at] == '"')
		return read_quoted(l, &leaf->text, e);
	int rc = read_bare(l, &leaf->text, &star, e);
	if (rc == 0 && star)
		rc = refuse(l, l->at - 1, e, "a star means nothing in a type");
	return rc || leaf->text.n ? rc : refuse(l, at, e, "expected a type");
}

static bool is_date(struct slice s)
{
	char day[] = "0000-01-01";
	if (s.n != 4 && s.n != 7 && s.n != 10)
		return false;
	memcpy(day, s.p, s.n);
	return note_date_is_valid(slice_of(day, 10));
}

static int read_date(struct query_lexer *l, struct query_node *leaf, struct err *e)
{
	size_t from = l->at, end = from;
	while (!ends_word(l, end))
		end++;
	struct slice all = slice_of(l->q.p + from, end - from);
	const char *dots = memmem(all.p, all.n, "..", 2);
	size_t left = dots ? (size_t)(dots - all.p) : all.n;
	struct slice a = slice_of(all.p, left), b = a;
	if (dots)
		b = slice_of(dots + 2, all.n - left - 2);
	bool some = a.n || b.n, good = (a.n == 0 || is_date(a)) && (b.n == 0 || is_date(b));
	if (!some || !good)
		return refuse(l, from, e,
			"expected a date, YYYY, YYYY-MM or YYYY-MM-DD, or two joined by ..");
	size_t common = a.n < b.n ? a.n : b.n;
	if (memcmp(a.p, b.p, common) > 0)
		return refuse(l, from, e, "the range ends before it begins");
	leaf->kind = QUERY_DATE;
	leaf->from = arena_slice(l->a, a);
	leaf->to = arena_slice(l->a, b);
	l->at = end;
	return leaf->from.p && leaf->to.p ? 0 : err_set(e, LODE_NOMEM, "no memory for a query");
}

static int read_section(struct query_lexer *l, struct query_node *leaf, struct err *e)
{
	leaf->kind = QUERY_SECTION;
	leaf->sections = 0;
	do {
		size_t from = l->at;
		while (!ends_word(l, l->at) && l->q.p[l->at] != ',')
			l->at++;
		int class = tok_section_by_name(slice_of(l->q.p + from, l->at - from));
		if (class < 0)
			return refuse(l, from, e, "expected the name of a section");
		leaf->sections |= (uint32_t)1 << class;
	} while (!ends_word(l, l->at) && l->q.p[l->at++] == ',');
	return 0;
}

/* A run of letters and a colon at l->at: 1 and a filter read, 0 none, or negative. */
static int read_field(struct query_lexer *l, struct query_node *leaf, struct err *e)
{
	static const struct {
		const char *name;
		int (*read)(struct query_lexer *, struct query_node *, struct err *);
	} fields[] = {{"type", read_type}, {"date", read_date}, {"section", read_section}};
	size_t end = l->at;
	while (end < l->q.n && is_letter(l->q.p[end]))
		end++;
	if (end == l->at || end == l->q.n || l->q.p[end] != ':')
		return 0;
	struct slice name = slice_of(l->q.p + l->at, end - l->at);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (slice_eq(name, slice_str(fields[i].name))) {
			l->at = end + 1;
			int rc = fields[i].read(l, leaf, e);
			return rc < 0 ? rc : 1;
		}
	if (end + 1 == l->q.n || is_blank(l->q.p[end + 1]) || l->q.p[end + 1] == ')')
		return 0;
	return refuse(l, l->at, e,
		"no such field; there are type:, date:, section: (write \\: for the sign)");
}

/* ---- words and operators ---- */

/* An operator at l->at: 1 and read, 0 none, or negative. */
static int read_operator(struct query_lexer *l, struct query_token *out, struct err *e)
{
	static const struct {
		const char *name;
		enum query_token_kind kind;
	} operators[] = {{"AND", QUERY_T_AND}, {"OR", QUERY_T_OR}, {"NOT", QUERY_T_NOT}};
	size_t end = l->at;
	while (!ends_word(l, end))
		end++;
	struct slice word = slice_of(l->q.p + l->at, end - l->at);
	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++)
		if (slice_eq(word, slice_str(operators[i].name))) {
			out->kind = operators[i].kind;
			l->at = end;
			return 1;
		}
	if (word.n < 4 || memcmp(word.p, "NEAR", 4) != 0 || (word.n > 4 && word.p[4] != '/'))
		return 0;
	size_t digits = l->at + 5;
	uint32_t n = 0;
	for (; digits < end && l->q.p[digits] >= '0' && l->q.p[digits] <= '9' && n < 1000; digits++)
		n = 10 * n + (uint32_t)(l->q.p[digits] - '0');
	if (word.n < 6 || digits < end || n > QUERY_NEAR_MAX)
		return refuse(l, l->at + 4, e,
			"expected NEAR/ and a number from 0 to 100 (write \\NEAR for the word)");
	out->kind = QUERY_T_NEAR;
	out->distance = n;
	l->at = end;
	return 1;
}

/* A phrase, word or prefix.  1: read, 0: it has no words and means nothing. */
static int read_words(struct query_lexer *l, struct query_node *leaf, struct err *e)
{
	size_t from = l->at;
	bool star = false, quoted = l->q.p[l->at] == '"';
	uint32_t words = 0, letters = 0;
	int rc = quoted ? read_quoted(l, &leaf->text, e) : read_bare(l, &leaf->text, &star, e);
	if (rc == 0)
		rc = measure(l, leaf->text, &words, &letters, e);
	if (rc < 0)
		return rc;
	leaf->kind = quoted ? QUERY_PHRASE : star ? QUERY_PREFIX : QUERY_WORD;
	if (star && leaf->widened)
		return refuse(l, from, e, "~ stands before a word or a phrase, not a prefix");
	if (star && (words != 1 || letters < QUERY_PREFIX_MIN))
		return refuse(l, from, e, "a prefix is one word of two letters or more");
	if (words == 0 && (quoted || leaf->widened))
		return refuse(l, from, e,
			quoted ? "expected a word between the quotes" : "expected a word after ~");
	if (words > MATCH_WORDS_MAX || leaf->text.n > MATCH_BYTES_MAX)
		return refuse(l, from, e, "a phrase has 64 words and 512 bytes at most");
	return words > 0;
}

static int read_leaf(struct query_lexer *l, struct query_node *leaf, struct err *e)
{
	if (l->q.p[l->at] == '~') {
		leaf->widened = true;
		l->at++;
		if ((ends_word(l, l->at) && (l->at == l->q.n || l->q.p[l->at] != '"')) ||
			strchr("~/", l->q.p[l->at]))
			return refuse(l, l->at, e, "expected a word or a phrase after ~");
	}
	if (l->q.p[l->at] == '/') {
		int rc = read_regex(l, leaf, e);
		return rc < 0 ? rc : 1;
	}
	size_t from = l->at;
	int rc = l->q.p[l->at] == '"' ? 0 : read_field(l, leaf, e);
	if (rc > 0 && leaf->widened)
		return refuse(l, from, e, "~ stands before a word or a phrase, not a filter");
	return rc ? rc : read_words(l, leaf, e);
}

int query_lex(struct query_lexer *l, struct query_token *out, struct err *e)
{
	for (int rc = 0; rc == 0;) {
		while (l->at < l->q.n && is_blank(l->q.p[l->at]))
			l->at++;
		*out = (struct query_token){.kind = QUERY_T_LEAF, .column = column_of(l, l->at)};
		out->leaf.column = out->column;
		if (l->at == l->q.n) {
			out->kind = QUERY_T_END;
			return 0;
		}
		if (l->q.p[l->at] == '(' || l->q.p[l->at] == ')') {
			out->kind = l->q.p[l->at++] == '(' ? QUERY_T_OPEN : QUERY_T_CLOSE;
			return 0;
		}
		rc = read_operator(l, out, e);
		if (rc == 0)
			rc = read_leaf(l, &out->leaf, e);
		if (rc < 0)
			return rc;
	}
	return 0;
}
