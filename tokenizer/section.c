/* Headings are looked for at line starts and before colons; what stands there is read as a label
 * (heading.h) and judged by where it stands (section_rule.h).  Every look back or ahead is bounded by
 * LABEL_MAX, so the pass is linear. */
#include "tokenizer/section.h"

#include "tokenizer/heading.h"
#include "tokenizer/section_rule.h"

#include <ctype.h>

enum { CAPS_SAMPLE = 16 << 10, STUDY_PEEK = 80 };

enum { SOAP_S = 1, SOAP_O = 2, SOAP_A = 4 };

struct scan {
	const char *p;
	size_t n;
	const struct tok_bits *bits;
	struct arena *arena;
	struct tok_doc *doc;
	size_t cap;
	size_t floor;     /* no heading begins before: the body of the last one */
	bool caps_text;   /* see tok_heading_site */
	bool after_blank; /* the line before is blank, or there is none */
	unsigned soap;    /* SOAP letters seen */
	bool numbered;    /* the heading of the section now open has a number */
};

struct line {
	size_t start, end; /* without the line feed */
	size_t first;      /* first byte that is no blank */
	size_t label;      /* first byte after bullets, numbering and marks */
	bool numbered, bulleted;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static uint8_t current_class(const struct scan *s)
{
	const struct tok_doc *d = s->doc;
	return d->n_sections ? d->sections[d->n_sections - 1].class : TOK_SEC_NONE;
}

static int add_section(struct scan *s, size_t start, size_t body, int class)
{
	struct tok_doc *d = s->doc;
	d->sections =
		arena_grow(s->arena, d->sections, d->n_sections, sizeof(*d->sections), &s->cap);
	if (!d->sections)
		return LODE_NOMEM;
	if (d->n_sections)
		d->sections[d->n_sections - 1].end = (uint32_t)start;
	d->sections[d->n_sections++] = (struct tok_section){
		(uint32_t)start, (uint32_t)body, (uint32_t)s->n, (uint8_t) class};
	s->floor = body;
	return LODE_OK;
}

/* Blanks, line ends, and the marks some exports leave after the colon. */
static size_t body_after(const struct scan *s, size_t i)
{
	if (s->n - i >= 2 && memcmp(s->p + i, "**", 2) == 0 &&
		(s->n - i == 2 || s->p[i + 2] != '*'))
		i += 2;
	if (i < s->n && s->p[i] == ',')
		i++;
	while (i < s->n && (is_blank(s->p[i]) || s->p[i] == '\n'))
		i++;
	return i;
}

static bool is_all_blank(const struct scan *s, size_t i, size_t end)
{
	while (i < end && (is_blank(s->p[i]) || s->p[i] == '\n'))
		i++;
	return i == end;
}

/* A heading at `start` whose label ends before byte `after`. */
static int open_section(struct scan *s, size_t start, size_t after, int class)
{
	if (start < s->floor)
		return LODE_OK;
	if (s->doc->n_sections == 0) {
		if (is_all_blank(s, 0, start))
			start = 0;
		else if (add_section(s, 0, 0, TOK_SEC_NONE) < 0)
			return LODE_NOMEM;
	}
	return add_section(s, start, body_after(s, after), class);
}

/* ---- headings at the start of a line ---- */

static size_t skip_blanks(const struct scan *s, size_t i, size_t end)
{
	while (i < end && is_blank(s->p[i]))
		i++;
	return i;
}

/* Bytes of a number, Roman numeral or letter with its '.' or ')': "2. ", "IV. ", "B) ". */
static size_t numbering(const struct scan *s, size_t i, size_t end)
{
	size_t j = i;
	while (j < end && j - i < 3 && isdigit((unsigned char)s->p[j]))
		j++;
	if (j == i)
		while (j < end && j - i < 4 && strchr("IVX", s->p[j]))
			j++;
	if (j == i && j < end && isupper((unsigned char)s->p[j]))
		j++;
	if (j == i || j + 1 >= end || (s->p[j] != '.' && s->p[j] != ')') || !is_blank(s->p[j + 1]))
		return 0;
	return skip_blanks(s, j + 1, end) - i;
}

static struct line line_at(const struct scan *s, size_t start, size_t end)
{
	struct line l = {.start = start, .end = end};
	l.first = l.label = skip_blanks(s, start, end);
	while (l.end > l.first && is_blank(s->p[l.end - 1]))
		l.end--;
	size_t i = l.first;
	if (l.end - i >= 2 && s->p[i] == '-' && is_blank(s->p[i + 1]))
		l.bulleted = true;
	if (l.end - i >= 3 && memcmp(s->p + i, "\xE2\x80\xA2", 3) == 0)
		l.bulleted = true;
	while (i < l.end && strchr("#*=_[<|", s->p[i]))
		i++;
	i = skip_blanks(s, i, l.end);
	size_t number = numbering(s, i, l.end);
	l.numbered = number > 0;
	l.label = i + number;
	return l;
}

static bool mentions_study(const struct scan *s, size_t i)
{
	static const char *const words[] = {"ct ", "mri", "mra", "x-ray", "xray", "radiograph",
		"ultrasound", "sonogra", "doppler", "view", "scan", "mammogra", "angiogra", "pet",
		"echocardio", "portable", "cta "};
	char peek[STUDY_PEEK + 1]; /* small letters; bit 5 leaves blanks and hyphens alone */
	size_t n = 0;
	while (n < STUDY_PEEK && i + n < s->n && s->p[i + n] != '\n') {
		peek[n] = (char)(s->p[i + n] | 0x20);
		n++;
	}
	peek[n] = '\0';
	for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
		if (strstr(peek, words[k]))
			return true;
	return false;
}

/* "EXAM: CT of the head" heads a radiology report, not a physical exam. */
static int study_or_exam(const struct scan *s, const struct tok_label *l, size_t body, int class)
{
	uint8_t at = current_class(s);
	bool is_exam = l->n == 4 ? memcmp(l->key, "exam", 4) == 0
				 : l->n == 11 && memcmp(l->key, "examination", 11) == 0;
	if (class != TOK_SEC_EXAM || !is_exam || !mentions_study(s, body))
		return class;
	return at == TOK_SEC_NONE || at == TOK_SEC_OTHER || at == TOK_SEC_INDICATION
		       ? TOK_SEC_IMAGING
		       : class;
}

/* S: O: A: P: on lines of their own; -1 when the letter means something else ("P: 80"). */
static int soap_class(struct scan *s, char letter, size_t after, size_t end)
{
	uint8_t at = current_class(s);
	bool fresh = at == TOK_SEC_NONE || at == TOK_SEC_OTHER || at == TOK_SEC_CHIEF_COMPLAINT;
	bool looked = at == TOK_SEC_EXAM || at == TOK_SEC_LABS || at == TOK_SEC_IMAGING ||
		      at == TOK_SEC_VITALS;
	size_t i = skip_blanks(s, after, end);
	if (i < end && isdigit((unsigned char)s->p[i]) && numbering(s, i, end) == 0)
		return -1;
	if (letter == 'S' && (fresh || s->soap)) {
		s->soap |= SOAP_S;
		return TOK_SEC_HPI;
	}
	if (letter == 'O' && (fresh || (s->soap & SOAP_S) || at == TOK_SEC_HPI)) {
		s->soap |= SOAP_O;
		return TOK_SEC_EXAM;
	}
	if (letter == 'A' && ((s->soap & (SOAP_S | SOAP_O)) || looked)) {
		s->soap |= SOAP_A;
		return TOK_SEC_ASSESSMENT;
	}
	if (letter == 'P' && (s->soap || at == TOK_SEC_ASSESSMENT))
		return TOK_SEC_PLAN;
	return -1;
}

static int class_at_line(
	struct scan *s, const struct line *l, size_t colon, const struct tok_label *label)
{
	struct tok_heading_site site = {
		.label = label,
		.current = current_class(s),
		.caps_text = s->caps_text,
		.numbered = l->numbered,
		.in_series = l->numbered && s->numbered,
		.after_blank = s->after_blank,
		.has_colon = colon < l->end,
		.alone = colon + 1 >= l->end,
	};
	struct tok_heading h;
	if (!tok_heading_find(label, &h))
		return tok_rule_unknown(&site);
	return study_or_exam(s, label, colon, tok_rule_known(&site, &h));
}

/* "PAST MEDICAL HISTORY Gout and ...": a known phrase of two words or more in capitals, then text
 * that is not.  Returns the end of the phrase, 0 when there is none. */
static size_t capitals_without_colon(const struct scan *s, const struct line *l, int *class)
{
	size_t most = l->end - l->label < LABEL_MAX ? l->end : l->label + LABEL_MAX, i = l->label;
	size_t ends[LABEL_WORDS_MAX];
	unsigned n = 0;
	for (; n < LABEL_WORDS_MAX && i < most; n++) {
		size_t word = i;
		while (i < most && (isupper((unsigned char)s->p[i]) || strchr("/&'", s->p[i])))
			i++;
		if (i == word || i >= l->end || !is_blank(s->p[i]))
			break;
		ends[n] = i;
		i = skip_blanks(s, i, l->end);
	}
	for (; n >= 2; n--) {
		struct tok_label label;
		struct tok_heading h;
		if (!tok_label_read(s->p + l->label, ends[n - 1] - l->label, &label) ||
			!tok_heading_find(&label, &h))
			continue;
		*class = h.class;
		return h.level == HEADING_STRONG && label.words >= 2 ? ends[n - 1] : 0;
	}
	return 0;
}

/* Bytes of " - ", an en or em dash between blanks, a tab or a '|' at p; 0: none of these. */
static size_t parting(const char *p, size_t n)
{
	size_t i = 0;
	while (i < n && p[i] == ' ')
		i++;
	if (i < n && (p[i] == '\t' || p[i] == '|'))
		return i + 1;
	if (i == 0)
		return 0;
	size_t dash = n - i > 3 && memcmp(p + i, "\xE2\x80", 2) == 0 &&
				      (p[i + 2] == '\x93' || p[i + 2] == '\x94')
			      ? 3
			      : (size_t)(n - i > 1 && p[i] == '-');
	return dash && p[i + dash] == ' ' ? i + dash + 1 : 0;
}

/* Whether the cell at i..end names a column or another cell comes after it: a table, no heading. */
static bool is_table(const struct scan *s, size_t i, size_t end)
{
	static const char *const columns[] = {"date", "dose", "status", "reaction", "result",
		"results", "value", "values", "comment", "comments", "onset", "severity", "year",
		"frequency", "details", "notes", "description", "code", "type"};
	struct tok_label cell;
	end -= s->p[end - 1] == '|';
	for (size_t k = i; k < end; k++)
		if (s->p[k] == '|' || s->p[k] == '\t')
			return true;
	if (!tok_label_read(s->p + i, end - i, &cell))
		return false;
	for (size_t k = 0; k < sizeof(columns) / sizeof(columns[0]); k++)
		if (strlen(columns[k]) == cell.n && memcmp(columns[k], cell.key, cell.n) == 0)
			return true;
	return false;
}

/* Whether a phrase so set off is one a heading is made of; a lone word before a dash is too often an
 * item's, and what follows its answer ("Allergies - none"). */
static bool can_be_set_off(const struct tok_label *label, bool by_dash)
{
	return label->titled && label->first_capital &&
	       (!by_dash || label->words >= 2 || label->caps);
}

/* "Past History - gout", "| Past history | gout |": a known phrase set off from its text.  Returns the
 * end of what parts them, 0: none. */
static size_t heading_set_off(const struct scan *s, const struct line *l, int *class)
{
	size_t most = l->end - l->label < LABEL_MAX ? l->end : l->label + LABEL_MAX;
	struct tok_label label;
	struct tok_heading h;
	size_t i = l->label, part = 0;
	bool is_item =
		s->p[l->first] == '*' && l->label > l->first + 1 && is_blank(s->p[l->first + 1]);
	while (i < most && (part = parting(s->p + i, most - i)) == 0)
		i++;
	if (is_item || part == 0 || i + part >= l->end ||
		!tok_label_read(s->p + l->label, i - l->label, &label) ||
		!tok_heading_find(&label, &h) || h.level != HEADING_STRONG ||
		!can_be_set_off(&label, s->p[i + part - 1] == ' ') || is_table(s, i + part, l->end))
		return 0;
	struct tok_heading_site site = {
		.label = &label,
		.current = current_class(s),
		.caps_text = s->caps_text,
		.numbered = l->numbered,
		.in_series = l->numbered && s->numbered,
		.after_blank = s->after_blank,
		.has_colon = true,
	};
	*class = tok_rule_known(&site, &h);
	return *class < 0 ? 0 : i + part;
}

static size_t heading_without_colon(const struct scan *s, const struct line *l, int *class)
{
	size_t after = heading_set_off(s, l, class);
	if (after == 0 && !s->caps_text && l->end - l->label > 6 &&
		isupper((unsigned char)s->p[l->label + 1]))
		after = capitals_without_colon(s, l, class);
	return after;
}

/* Opens a section when the line begins with a heading; *from is where its own text begins. */
static int scan_line_start(struct scan *s, const struct line *l, size_t *from)
{
	const struct tok_bits *b = s->bits;
	size_t most = l->end - l->label <= LABEL_MAX ? l->end : l->label + LABEL_MAX;
	size_t colon = bit_next(b->colon, l->label, most);
	struct tok_label label;
	int class = -1;
	*from = l->label;
	if (l->bulleted || l->label >= l->end)
		return LODE_OK;
	bool whole = colon == most && most == l->end && !strchr(".,;", s->p[l->end - 1]);
	if (colon == l->label + 1 && isupper((unsigned char)s->p[l->label]))
		class = soap_class(s, s->p[l->label], colon + 1, l->end);
	if (class < 0 && (colon < most || whole) &&
		tok_label_read(s->p + l->label, colon - l->label, &label))
		class = class_at_line(s, l, colon, &label);
	size_t after = colon < most ? colon + 1 : colon;
	if (class < 0 && isupper((unsigned char)s->p[l->label]))
		after = heading_without_colon(s, l, &class);
	if (class < 0 || after == 0)
		return LODE_OK;
	*from = after;
	int rc = open_section(s, l->first, after, class);
	s->numbered = l->numbered;
	return rc;
}

/* ---- headings within a line ---- */

/* What stands before byte i, where a heading might begin; 0: nothing that lets one begin. */
static uint8_t place_before(const struct scan *s, size_t i, size_t line_start)
{
	size_t j = i;
	while (j > line_start && is_blank(s->p[j - 1]))
		j--;
	size_t blanks = i - j;
	if (j <= s->floor || j <= line_start || blanks >= 2)
		return INSIDE_SENTENCE_END;
	char c = s->p[j - 1];
	if (strchr(".;!?", c))
		return INSIDE_SENTENCE_END;
	if (strchr(",:)]\"*", c))
		return INSIDE_COMMA;
	if (blanks == 0)
		return islower((unsigned char)c) || isdigit((unsigned char)c) ? INSIDE_LOST_LINE
									      : 0;
	return INSIDE_PLAIN;
}

/* Farthest byte back from the colon that a label could begin at, and the word starts on the way. */
static unsigned label_starts(
	const struct scan *s, size_t colon, size_t low, size_t starts[LABEL_WORDS_MAX])
{
	bool caps = isupper((unsigned char)s->p[colon - 1]) || s->p[colon - 1] == ')';
	unsigned n = 0;
	for (size_t i = colon; i > low && n < LABEL_WORDS_MAX; i--) {
		unsigned char c = (unsigned char)s->p[i - 1];
		bool letter = isalpha(c);
		if (c >= 0x80 || (!letter && !isdigit(c) && !strchr(" /&-'()", c)))
			break;
		if (caps && islower(c))
			break;
		bool edge = i - 1 == low || !isalnum((unsigned char)s->p[i - 2]) ||
			    (isupper(c) && islower((unsigned char)s->p[i - 2]));
		if (letter && edge && (isupper(c) || !caps))
			starts[n++] = i - 1;
	}
	return n;
}

static int scan_colon(struct scan *s, size_t colon, const struct line *l)
{
	size_t low = colon > LABEL_MAX ? colon - LABEL_MAX : 0;
	low = low < s->floor ? s->floor : low;
	low = low < l->start ? l->start : low;
	size_t starts[LABEL_WORDS_MAX];
	if (colon <= low + 1 ||
		!(isalpha((unsigned char)s->p[colon - 1]) || s->p[colon - 1] == ')'))
		return LODE_OK;
	for (unsigned n = label_starts(s, colon, low, starts); n > 0; n--) {
		size_t start = starts[n - 1];
		uint8_t inside =
			isupper((unsigned char)s->p[start]) ? place_before(s, start, l->start) : 0;
		struct tok_label label;
		struct tok_heading h;
		if (l->numbered && start == l->label)
			inside = 0; /* judged as the line's heading */
		if (!inside || !tok_label_read(s->p + start, colon - start, &label) ||
			!tok_heading_find(&label, &h))
			continue;
		struct tok_heading_site site = {
			.label = &label,
			.current = current_class(s),
			.caps_text = s->caps_text,
			.has_colon = true,
			.inside = inside,
		};
		int class = tok_rule_known(&site, &h);
		if (class >= 0) {
			s->numbered = false;
			return open_section(s, start, colon + 1, class);
		}
	}
	return LODE_OK;
}

static int scan_line(struct scan *s, size_t start, size_t end)
{
	struct line l = line_at(s, start, end);
	size_t from;
	if (l.first == l.end) {
		s->after_blank = true;
		return LODE_OK;
	}
	int rc = scan_line_start(s, &l, &from);
	s->after_blank = false;
	for (size_t c = bit_next(s->bits->colon, from, l.end); c < l.end && rc == LODE_OK;
		c = bit_next(s->bits->colon, c + 1, l.end))
		rc = scan_colon(s, c, &l);
	return rc;
}

static bool is_caps_text(struct slice text)
{
	size_t n = text.n < CAPS_SAMPLE ? text.n : CAPS_SAMPLE, upper = 0, lower = 0;
	for (size_t i = 0; i < n; i++) {
		upper += (unsigned char)(text.p[i] - 'A') < 26;
		lower += (unsigned char)(text.p[i] - 'a') < 26;
	}
	return lower * 8 < upper + lower;
}

int tok_find_sections(const struct tok_bits *bits, struct arena *a, struct tok_doc *out)
{
	struct scan s = {
		.p = out->text.p,
		.n = out->text.n,
		.bits = bits,
		.arena = a,
		.doc = out,
		.caps_text = is_caps_text(out->text),
		.after_blank = true,
	};
	int rc = LODE_OK;
	for (size_t start = 0, end; start < s.n && rc == LODE_OK; start = end + 1) {
		end = bit_next(bits->line, start, s.n);
		rc = scan_line(&s, start, end);
	}
	if (rc == LODE_OK && out->n_sections == 0)
		rc = add_section(&s, 0, 0, TOK_SEC_NONE);
	return rc;
}
