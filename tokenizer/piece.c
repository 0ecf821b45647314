#include "tokenizer/piece.h"

#include "tokenizer/normal.h"

#include <string.h>

enum unit_class { OTHER, BLANK, LINE, LETTER, DIGIT, JOIN, DROP };

/* A code point as a piece sees it. */
struct unit {
	uint8_t class;
	uint8_t width; /* bytes in the text */
	uint8_t n;     /* bytes when folded */
	char bytes[6];
};

static const uint8_t ascii_class[128] = {
	[' '] = BLANK,
	['\t'] = BLANK,
	['\v'] = BLANK,
	['\f'] = BLANK,
	['\r'] = BLANK,
	['\n'] = LINE,
	['\''] = JOIN,
	['0' ... '9'] = DIGIT,
	['A' ... 'Z'] = LETTER,
	['a' ... 'z'] = LETTER,
};

static char small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* ---- code points ---- */

/* What separates words beyond ASCII: blanks, and signs that have an ASCII twin. */
static char ascii_twin(uint32_t cp)
{
	if (cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 ||
		cp == 0x2029 || cp == 0x202F || cp == 0x205F || cp == 0x3000 || cp == 0x85)
		return ' ';
	if ((cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212)
		return '-';
	if (cp >= 0x201C && cp <= 0x201F)
		return '"';
	return 0;
}

static struct unit wide_unit(const char *p)
{
	struct unit u = {0};
	unsigned width;
	uint32_t cp = tok_decode(p, &width);
	struct tok_fold f = tok_fold(cp);
	u.width = (uint8_t)width;
	if (f.class == FOLD_WORD) {
		u.class = (uint8_t)(f.bytes[0] >= '0' && f.bytes[0] <= '9' ? DIGIT : LETTER);
		u.n = f.n;
		memcpy(u.bytes, f.bytes, sizeof(f.bytes));
		return u;
	}
	if (f.class == FOLD_DROP) {
		u.class = DROP;
		return u;
	}
	char twin = f.class == FOLD_JOIN ? '\'' : ascii_twin(cp);
	u.class = (uint8_t)(f.class == FOLD_JOIN ? JOIN : twin == ' ' ? BLANK : OTHER);
	u.n = (uint8_t)(twin ? 1 : width);
	if (twin)
		u.bytes[0] = twin;
	else
		memcpy(u.bytes, p, width);
	return u;
}

static inline struct unit unit_at(const char *p)
{
	if ((signed char)*p < 0)
		return wide_unit(p);
	return (struct unit){ascii_class[(unsigned char)*p], 1, 1, {small(*p)}};
}

/* Of the code point that ends at i; a text begins like a line. */
static enum unit_class class_before(const char *p, uint32_t i)
{
	if (i == 0)
		return LINE;
	do
		i--;
	while (i > 0 && ((unsigned char)p[i] & 0xC0) == 0x80);
	return (enum unit_class)unit_at(p + i).class;
}

/* ---- shorthand ---- */

/* Signs that mean something only as a whole.  The longer one of two that begin alike stands first. */
static const struct shorthand {
	char text[4];
	bool after_letter;  /* may follow a letter at once: "HIV-ve" */
	bool before_letter; /* a letter may follow at once: "w/fever" */
} shorthands[] = {
	{"(-)", true, true},
	{"(+)", true, true},
	{"w/o", false, false},
	{"w/", false, true},
	{"r/o", false, false},
	{"h/o", false, false},
	{"s/p", false, false},
	{"c/o", false, false},
	{"f/h", false, false},
	{"y/o", false, false},
	{"-ve", true, false},
	{"+ve", true, false},
};

enum { SHORTHANDS = sizeof(shorthands) / sizeof(shorthands[0]) };

struct slice tok_shorthand(unsigned i)
{
	return i < SHORTHANDS ? slice_str(shorthands[i].text) : (struct slice){0};
}

/* Bytes of the shorthand at i, 0: none.  Signs are ASCII, or a dash that folds to one. */
static uint32_t shorthand_at(
	const char *p, uint32_t i, uint32_t limit, const struct unit *first, const char **text)
{
	char c0 = first->bytes[0];
	if (limit - i < 2 || (p[i + 1] != '/' && c0 != '(' && c0 != '+' && c0 != '-'))
		return 0;
	for (unsigned s = 0; s < SHORTHANDS; s++) {
		const struct shorthand *h = &shorthands[s];
		uint32_t j = i;
		const char *c = h->text;
		for (; *c && j < limit; c++) {
			struct unit u = unit_at(p + j);
			if (u.n != 1 || u.bytes[0] != *c)
				break;
			j += u.width;
		}
		if (*c)
			continue;
		bool is_letter_next = j < limit && unit_at(p + j).class == LETTER;
		if ((is_letter_next && !h->before_letter) ||
			(!h->after_letter && class_before(p, i) == LETTER))
			continue;
		*text = h->text;
		return j - i;
	}
	return 0;
}

/* ---- borders of headings ---- */

/* Moves to the first border at or after the state (section, is_body) that lies behind `from`. */
static void find_event(struct piece_walk *w, uint32_t from)
{
	const struct tok_doc *d = w->doc;
	w->event = UINT32_MAX;
	for (; w->section < d->n_sections; w->section++, w->is_body = false) {
		const struct tok_section *s = &d->sections[w->section];
		if (s->start >= w->end && !w->is_body)
			return;
		if (s->body == s->start)
			continue;
		if (!w->is_body && s->start >= from) {
			w->event = s->start;
			return;
		}
		w->is_body = true;
		if (s->body > from && s->body <= w->end) {
			w->event = s->body;
			return;
		}
	}
}

static void pass_event(struct piece_walk *w)
{
	if (w->is_body) {
		w->section++;
		w->is_body = false;
		find_event(w, 0);
		return;
	}
	w->is_body = true;
	find_event(w, 0);
}

static uint32_t mask_from(const struct tok_doc *d, uint32_t start)
{
	uint32_t low = 0, high = d->n_masks;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		if (d->masks[mid].end <= start)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

void piece_walk_begin(struct piece_walk *w, const struct tok_doc *d, uint32_t start, uint32_t end)
{
	*w = (struct piece_walk){.doc = d, .at = start, .end = end, .mask = mask_from(d, start)};
	if (d->n_sections) {
		w->section = tok_section_at(d, start);
		const struct tok_section *s = &d->sections[w->section];
		w->after_border = s->body == start && s->body > s->start;
	}
	find_event(w, start);
}

/* ---- pieces ---- */

static inline void put(struct piece *o, const struct unit *u, uint32_t i)
{
	for (unsigned k = 0; k < u->n; k++) {
		o->bytes[o->n] = u->bytes[k];
		o->at[o->n++] = k ? i + u->width : i;
	}
}

/* Units of the class from i on, as many as fit; returns where the next one begins. */
static uint32_t put_letters(struct piece *o, const char *p, uint32_t i, uint32_t limit)
{
	while (i < limit && o->n < TOK_PIECE_MAX) {
		if ((signed char)p[i] >= 0) {
			if (ascii_class[(unsigned char)p[i]] != LETTER)
				break;
			o->bytes[o->n] = small(p[i]);
			o->at[o->n++] = i++;
			continue;
		}
		struct unit u = wide_unit(p + i);
		if ((u.class != LETTER && u.class != DROP) || o->n + u.n > TOK_PIECE_MAX)
			break;
		put(o, &u, i);
		i += u.width;
	}
	return i;
}

/* A sign and its repetitions. */
static uint32_t put_signs(
	struct piece *o, const char *p, uint32_t i, uint32_t limit, const struct unit *first)
{
	struct unit u = *first;
	while (o->n + u.n <= TOK_PIECE_MAX) {
		put(o, &u, i);
		i += u.width;
		if (i == limit)
			break;
		u = unit_at(p + i);
		if (u.n != first->n || memcmp(u.bytes, first->bytes, u.n) != 0)
			break;
	}
	return i;
}

static uint32_t put_text(
	struct piece *o, const char *p, uint32_t i, uint32_t limit, const struct unit *u)
{
	const char *text = NULL;
	uint32_t width = shorthand_at(p, i, limit, u, &text);
	if (width) {
		for (; *text; text++) {
			struct unit one = unit_at(p + i);
			put(o, &one, i);
			i += one.width;
		}
		return i;
	}
	switch ((enum unit_class)u->class) {
	case LETTER: return put_letters(o, p, i, limit);
	case DIGIT: put(o, u, i); return i + u->width;
	case JOIN:
		put(o, u, i);
		i += u->width;
		/* "'s" and "'t" are words of their own; a quoted word is none. */
		if (o->n == 1 && class_before(p, i - u->width) == LETTER)
			return put_letters(o, p, i, limit);
		return i;
	default: return put_signs(o, p, i, limit, u);
	}
}

static void set_special(struct piece_walk *w, struct piece *o, unsigned id, uint32_t end)
{
	o->special = (uint16_t)id;
	o->start = w->at;
	o->end = end > w->at ? end : w->at;
	o->n = 0;
	w->at = o->end;
	w->after_border = id == TOK_SUB_HEADER || id == TOK_SUB_UNHEADER;
	w->after_line = id == TOK_SUB_NEWLINE;
}

/* What stands at `border`, which blanks alone part from w->at; false: the end. */
static bool at_border(struct piece_walk *w, struct piece *o, uint32_t border)
{
	const struct tok_doc *d = w->doc;
	if (w->event <= border) {
		set_special(w, o, w->is_body ? TOK_SUB_UNHEADER : TOK_SUB_HEADER, border);
		pass_event(w);
		return true;
	}
	if (border == w->end)
		return false;
	const struct tok_mask *m = &d->masks[w->mask++];
	set_special(w, o, TOK_SUB_MASK + m->type, m->end < w->end ? m->end : w->end);
	return true;
}

/* The line feed at i; of several the second [NL] takes all the rest. */
static bool line_end(struct piece_walk *w, struct piece *o, uint32_t i, uint32_t border)
{
	const char *p = w->doc->text.p;
	uint32_t end = i + 1;
	for (uint32_t j = end; w->after_line && j < border;) {
		struct unit u = unit_at(p + j);
		if (u.class != BLANK && u.class != LINE)
			break;
		j += u.width;
		if (u.class == LINE)
			end = j;
	}
	set_special(w, o, TOK_SUB_NEWLINE, end);
	return true;
}

static uint32_t next_border(const struct piece_walk *w)
{
	const struct tok_doc *d = w->doc;
	uint32_t border = w->event < w->end ? w->event : w->end;
	if (w->mask < d->n_masks && d->masks[w->mask].start < border)
		border = d->masks[w->mask].start;
	return border > w->at ? border : w->at;
}

static bool is_blank_before(const struct piece_walk *w)
{
	enum unit_class before = class_before(w->doc->text.p, w->at);
	return w->after_border || before == BLANK || before == LINE;
}

bool piece_next(struct piece_walk *w, struct piece *o)
{
	const char *p = w->doc->text.p;
	uint32_t border = next_border(w), i = w->at;
	bool is_blank = is_blank_before(w);
	struct unit u = {0};
	for (; i < border; i += u.width) {
		u = unit_at(p + i);
		if (u.class == LINE)
			return line_end(w, o, i, border);
		if (u.class != BLANK && u.class != DROP)
			break;
		is_blank = is_blank || u.class == BLANK;
	}
	if (i == border)
		return at_border(w, o, border);
	o->special = TOK_SUB_PAD;
	o->start = w->at;
	o->n = 0;
	if (is_blank) {
		o->bytes[0] = ' ';
		o->n = 1;
	}
	o->end = put_text(o, p, i, border, &u);
	o->at[0] = o->start;
	o->at[o->n] = o->end;
	w->at = o->end;
	w->after_border = false;
	w->after_line = false;
	return true;
}
