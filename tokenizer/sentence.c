/* Where sentences end in messy notes.  Only full stops, '?', '!', ')' after a number, bullets and line
 * ends are looked at (tok_bits.stop and .line); every look to the left is bounded, or by the line, so
 * the pass is linear.  A border is always at a byte that is no blank: trailing blanks and line ends
 * belong to the sentence before. */
#include "tokenizer/sentence.h"

#include "tokenizer/abbreviation.h"
#include "tokenizer/heading.h"

#include <ctype.h>

enum {
	TOKEN_MAX = 24,      /* bytes looked at before a full stop */
	LABEL_LINE_MAX = 40, /* "Word word:" at a line start begins a sentence */
	SHORT_LINE = 30,     /* below: an item of its own, unless it clearly goes on */
	WRAP_LINE = 60,      /* from here to WRAP_LINE_MAX: text wrapped at a fixed width */
	WRAP_LINE_MAX = 130,
};

struct scan {
	const char *p;
	const struct tok_bits *bits;
	struct arena *arena;
	struct tok_doc *doc;
	size_t cap;
	uint32_t section;
	size_t start;    /* of the sentence being read */
	size_t low, end; /* the stretch being read */
	size_t line_start;
	size_t resume;      /* after the white space that follows a line */
	unsigned next_item; /* number of the next list item; 0: no list */
};

static int end_sentence(struct scan *s, size_t at)
{
	struct tok_doc *d = s->doc;
	d->sentences =
		arena_grow(s->arena, d->sentences, d->n_sentences, sizeof(*d->sentences), &s->cap);
	if (!d->sentences)
		return LODE_NOMEM;
	d->sentences[d->n_sentences++] =
		(struct tok_sentence){(uint32_t)s->start, (uint32_t)at, s->section};
	s->start = at;
	return LODE_OK;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_space(char c)
{
	return is_blank(c) || c == '\n';
}

static bool is_upper(char c)
{
	return (unsigned char)(c - 'A') < 26;
}

static bool is_lower(char c)
{
	return (unsigned char)(c - 'a') < 26;
}

static bool is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static bool is_letter(char c)
{
	return is_upper(c) || is_lower(c);
}

static size_t skip_blanks(const struct scan *s, size_t i)
{
	while (i < s->end && is_blank(s->p[i]))
		i++;
	return i;
}

static size_t skip_space(const struct scan *s, size_t i)
{
	while (i < s->end && is_space(s->p[i]))
		i++;
	return i;
}

/* Bytes of the bullet at i: round, square and triangular ones. */
static unsigned bullet_bytes(const struct scan *s, size_t i)
{
	static const char marks[][4] = {"\xE2\x80\xA2", "\xE2\x97\x8F", "\xE2\x96\xAA",
		"\xE2\x97\xA6", "\xE2\x80\xA3", "\xEF\x82\xB7"};
	if (s->end - i < 3)
		return 0;
	for (size_t k = 0; k < sizeof(marks) / sizeof(marks[0]); k++)
		if (memcmp(s->p + i, marks[k], 3) == 0)
			return 3;
	return s->end - i >= 2 && memcmp(s->p + i, "\xC2\xB7", 2) == 0 ? 2 : 0;
}

/* The letters, inner full stops and digits just before byte i. */
static struct slice token_before(const struct scan *s, size_t i)
{
	size_t j = i;
	while (j > s->low && i - j < TOKEN_MAX &&
		(isalnum((unsigned char)s->p[j - 1]) || s->p[j - 1] == '.'))
		j--;
	while (j < i && s->p[j] == '.')
		j++;
	return slice_of(s->p + j, i - j);
}

static struct slice word_at(const struct scan *s, size_t i)
{
	size_t j = i;
	while (j < s->end && j - i < TOKEN_MAX && is_letter(s->p[j]))
		j++;
	return slice_of(s->p + i, j - i);
}

/* ---- list numbers ---- */

/* The number of one or two digits that ends before byte i and stands after a blank or a border; sets
 * *at to its first byte.  0: none. */
static unsigned number_before(const struct scan *s, size_t i, size_t *at)
{
	size_t j = i;
	while (j > s->low && i - j < 3 && is_digit(s->p[j - 1]))
		j--;
	if (j == i || i - j > 2)
		return 0;
	if (j > s->low && !is_space(s->p[j - 1]) && !strchr(":,.#", s->p[j - 1]))
		return 0;
	*at = j > s->low && s->p[j - 1] == '#' ? j - 1 : j;
	return i - j == 1 ? (unsigned)(s->p[j] - '0')
			  : (unsigned)(s->p[j] - '0') * 10 + (unsigned)(s->p[j + 1] - '0');
}

/* The last byte before `at` that is no space, or '\n' at the start of the stretch. */
static char mark_before(const struct scan *s, size_t at)
{
	while (at > s->start && is_blank(s->p[at - 1]))
		at--;
	return at > s->start ? s->p[at - 1] : '\n';
}

/* "type 2. He", "day 3. She": the word before byte `at` counts something. */
static bool takes_number(const struct scan *s, size_t at)
{
	static const char *const words[] = {"type", "grade", "stage", "class", "level", "phase",
		"day", "week", "month", "year", "age", "number", "score", "of", "to", "at", "by",
		"is", "was", "than", "and", "or", "gravida", "para", "category", "lead", "figure",
		"step"};
	while (at > s->low && is_blank(s->p[at - 1]))
		at--;
	struct slice token = token_before(s, at);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == token.n && strncasecmp(words[i], token.p, token.n) == 0)
			return true;
	return false;
}

/* Is the number before byte i ("2." or "2)") the number of a list item?  Sets *at to the item's first
 * byte. */
static bool is_item(struct scan *s, size_t i, size_t *at)
{
	unsigned value = number_before(s, i, at);
	if (value == 0 || i + 1 >= s->end)
		return false;
	size_t next = skip_blanks(s, i + 1);
	bool text_follows = next < s->end && s->p[next] != '\n' && !is_digit(s->p[next]);
	if (!text_follows || (next == i + 1 && !is_upper(s->p[next])))
		return false;
	char before = mark_before(s, *at);
	bool begins = before == '\n' || strchr(":.,;!?", before) != NULL;
	bool follows = s->next_item && value == s->next_item && !takes_number(s, *at);
	if (!follows && !(value == 1 && begins) && before != '\n')
		return false;
	s->next_item = value + 1;
	return true;
}

/* ---- full stops ---- */

/* Closing quotes and brackets, and the comma some exports put after the stop. */
static size_t skip_closers(const struct scan *s, size_t i)
{
	for (unsigned k = 0; k < 4 && i < s->end; k++) {
		if (strchr(")]\"',", s->p[i]))
			i++;
		else if (s->end - i >= 3 && (memcmp(s->p + i, "\xE2\x80\x9D", 3) == 0 ||
						    memcmp(s->p + i, "\xE2\x80\x99", 3) == 0))
			i += 3;
		else
			break;
	}
	return i;
}

/* "p.o. BID": short words in capitals go on with a prescription. */
static bool is_dosing(struct slice word)
{
	if (word.n < 2 || word.n > 3)
		return false;
	for (size_t i = 0; i < word.n; i++)
		if (!is_upper(word.p[i]))
			return false;
	return true;
}

/* Does a full stop after `token` end its sentence when byte `next`, after blanks, follows? */
static bool stop_ends(const struct scan *s, struct slice token, size_t next)
{
	char c = s->p[next];
	bool lower = is_lower(c), small_word;
	switch (tok_abbreviation_of(token)) {
	case ABBR_OPEN: return false;
	case ABBR_NUMBER: return !is_digit(c) && !lower;
	case ABBR_LETTER: return tok_begins_sentence(word_at(s, next)) && !lower;
	case ABBR_DOTTED:
		if (memchr(token.p, '.', token.n) && is_dosing(word_at(s, next)))
			return false;
		return !lower && !is_digit(c) && c != '(';
	case ABBR_NONE: break;
	}
	small_word = token.n > 0 && token.n < 3 && !is_digit(token.p[0]);
	return !lower || !small_word;
}

/* No blank follows the stop: "distress.Lungs clear". */
static bool run_on_ends(const struct scan *s, size_t i, size_t next)
{
	struct slice token = token_before(s, i);
	char c = s->p[next];
	if (!is_upper(c) || next + 1 >= s->end || !is_letter(s->p[next + 1]) || i == s->low)
		return false;
	if (s->p[i - 1] == ')' || is_digit(s->p[i - 1]))
		return true;
	return token.n >= 2 && is_lower(token.p[token.n - 1]) && !memchr(token.p, '.', token.n) &&
	       tok_abbreviation_of(token) == ABBR_NONE;
}

static size_t after_stop(struct scan *s, size_t i)
{
	size_t at;
	if (i + 1 >= s->end || s->p[i + 1] == '.')
		return 0;
	bool digit_before = i > s->low && is_digit(s->p[i - 1]);
	if (digit_before && is_digit(s->p[i + 1]))
		return 0;
	if (digit_before && is_item(s, i, &at))
		return at > s->start ? at : 0;
	size_t next = skip_closers(s, i + 1);
	if (next >= s->end || s->p[next] == '\n')
		return 0;
	if (!is_blank(s->p[next]))
		return run_on_ends(s, i, next) || (next > i + 1 && is_digit(s->p[next])) ? next : 0;
	next = skip_blanks(s, next);
	/* The line end decides. */
	if (next >= s->end || s->p[next] == '\n')
		return 0;
	return stop_ends(s, token_before(s, i), next) ? next : 0;
}

/* '?' and '!' end, but "?appendicitis" and "(?)" question what follows. */
static size_t after_mark(const struct scan *s, size_t i)
{
	if (i == s->low || is_space(s->p[i - 1]) || s->p[i - 1] == '(' || i + 1 >= s->end)
		return 0;
	size_t next = skip_closers(s, i + 1);
	if (next >= s->end || !is_blank(s->p[next]))
		return 0;
	next = skip_blanks(s, next);
	return next < s->end && s->p[next] != '\n' ? next : 0;
}

/* ---- line ends ---- */

/* Words after which, or before which, a line goes on. */
static bool joins_lines(struct slice word, bool at_end)
{
	static const char *const both[] = {"and", "or", "of", "with", "to", "for", "in", "on", "at",
		"by", "from", "but", "nor", "than", "which", "that", "who", "as", "per", "without"};
	static const char *const ending[] = {"the", "a", "an", "no", "is", "was", "are", "were",
		"has", "had", "have", "his", "her", "their", "any", "some", "not", "over", "be",
		"been", "denies", "will", "she", "he", "this", "into", "due", "mild", "possible"};
	for (size_t i = 0; i < sizeof(both) / sizeof(both[0]); i++)
		if (strlen(both[i]) == word.n && memcmp(both[i], word.p, word.n) == 0)
			return true;
	for (size_t i = 0; at_end && i < sizeof(ending) / sizeof(ending[0]); i++)
		if (strlen(ending[i]) == word.n && memcmp(ending[i], word.p, word.n) == 0)
			return true;
	return false;
}

/* Does a line that begins at i begin an item: bullet, number, "Label:"? */
static bool begins_item(const struct scan *s, size_t i)
{
	char c = s->p[i];
	if (bullet_bytes(s, i))
		return true;
	if (strchr("-*+>#", c))
		return true;
	size_t j = i;
	while (j < s->end && is_digit(s->p[j]) && j - i < 3)
		j++;
	if (j > i && j + 1 < s->end && strchr(".)", s->p[j]))
		return is_blank(s->p[j + 1]) || is_letter(s->p[j + 1]);
	if (!is_upper(c))
		return false;
	for (j = i; j < s->end && j - i < LABEL_LINE_MAX; j++) {
		if (s->p[j] == ':')
			return true;
		if (strchr(".,;\n?!", s->p[j]))
			return false;
	}
	return false;
}

/* Does the text go on from the line that ends at `last` (its last byte that is no blank) to the one
 * that begins at `next`? */
static bool is_wrapped(const struct scan *s, size_t last, size_t next)
{
	size_t length = last + 1 - s->line_start, from = last + 1;
	char c = s->p[last];
	if (strchr(",/-&", c))
		return true;
	while (from > s->line_start && is_lower(s->p[from - 1]) && last - from < TOKEN_MAX)
		from--;
	if (joins_lines(slice_of(s->p + from, last + 1 - from), true))
		return true;
	if (is_lower(s->p[next]))
		return length >= SHORT_LINE || joins_lines(word_at(s, next), false);
	return length >= WRAP_LINE && length <= WRAP_LINE_MAX;
}

/* Does the line's last byte end a sentence?  1 yes, 0 no, -1 it does not say. */
static int line_mark(const struct scan *s, size_t last)
{
	size_t i = last;
	while (i > s->start && strchr(")]\"'", s->p[i]))
		i--;
	switch (s->p[i]) {
	case '.': {
		struct slice token = token_before(s, i);
		enum tok_abbreviation a = tok_abbreviation_of(token);
		if (a == ABBR_OPEN || (a == ABBR_LETTER && is_upper(token.p[0])))
			return 0;
		return a == ABBR_DOTTED ? -1 : 1;
	}
	case '?':
	case '!':
	case ':': return 1;
	default: return -1;
	}
}

static size_t after_line(struct scan *s, size_t i)
{
	size_t next = skip_blanks(s, i + 1), last = i;
	bool blank_line = next < s->end && s->p[next] == '\n';
	next = s->resume = skip_space(s, next);
	if (next >= s->end)
		return 0;
	while (last > s->start && is_space(s->p[last - 1]))
		last--;
	if (last == s->start)
		return 0;
	last--;
	if (blank_line || begins_item(s, next))
		return next;
	int mark = line_mark(s, last);
	if (mark >= 0)
		return mark ? next : 0;
	return is_wrapped(s, last, next) ? 0 : next;
}

/* ---- the pass ---- */

/* Where a new sentence begins because of the byte at i; 0: nowhere. */
static size_t border_at(struct scan *s, size_t i)
{
	size_t at;
	switch (s->p[i]) {
	case '.': return after_stop(s, i);
	case '?':
	case '!': return after_mark(s, i);
	case ')': return is_item(s, i, &at) && at > s->start ? at : 0;
	case '\n': return after_line(s, i);
	default: return bullet_bytes(s, i) && i > s->start && is_space(s->p[i - 1]) ? i : 0;
	}
}

static int scan_stretch(struct scan *s, size_t low, size_t end)
{
	const struct tok_bits *b = s->bits;
	int rc = LODE_OK;
	s->low = s->start = s->line_start = low;
	s->end = end;
	for (size_t i = low; rc == LODE_OK;) {
		size_t at = bit_next_either(b->stop, b->line, i, end);
		if (at == end)
			break;
		size_t border = border_at(s, at);
		i = at + 1;
		if (s->p[at] == '\n')
			i = s->line_start = s->resume;
		if (border > s->start && border < end) {
			rc = end_sentence(s, border);
			/* Blanks passed over hold no border; a list number that was, is read on. */
			i = border > i ? border : i;
		}
	}
	return rc == LODE_OK && s->start < end ? end_sentence(s, end) : rc;
}

/* A classed heading is a sentence of its own, so that its words are no cue for what it heads. */
static bool heading_stands_alone(const struct scan *s, const struct tok_section *x)
{
	if (x->body == x->start || x->body == x->end)
		return false;
	return x->class != TOK_SEC_OTHER || memchr(s->p + x->start, '\n', x->body - x->start);
}

static int scan_section(struct scan *s, uint32_t index)
{
	const struct tok_section *x = &s->doc->sections[index];
	size_t low = x->start;
	s->section = index;
	s->next_item = 0;
	if (heading_stands_alone(s, x)) {
		s->start = x->start;
		if (end_sentence(s, x->body) < 0)
			return LODE_NOMEM;
		low = x->body;
	}
	return scan_stretch(s, low, x->end);
}

int tok_find_sentences(const struct tok_bits *bits, struct arena *a, struct tok_doc *out)
{
	struct scan s = {.p = out->text.p, .bits = bits, .arena = a, .doc = out};
	int rc = LODE_OK;
	for (uint32_t i = 0; i < out->n_sections && rc == LODE_OK; i++)
		rc = scan_section(&s, i);
	if (rc == LODE_OK && out->n_sentences == 0)
		rc = end_sentence(&s, 0);
	return rc;
}
