/* Writing one note: sections, sentences, what was planted, copy-forward, line ends, JSON. */
#include "chartgen.h"

#include <ctype.h>
#include <string.h>

enum {
	LONGEST_COPY = 6000, /* bytes carried forward */
	ITEMS_LOW = 2,
	ITEMS_MORE = 7,
	FIXED_LINES = 3,
	UNDATED_ONE_IN = 80,
};

struct writer {
	struct chart *c;
	struct text *out;
	struct plant *at, *end; /* planted in this note */
};

static void newline(struct writer *w)
{
	text_adds(w->out, w->c->is_crlf ? "\r\n" : "\n");
}

/* ---- what was planted ---- */

static bool is_here(const struct plant *p, enum section s)
{
	return p->section == s;
}

static unsigned planted(const struct writer *w, enum section s)
{
	unsigned n = 0;
	for (const struct plant *p = w->at; p < w->end; p++)
		n += is_here(p, s);
	return n;
}

static void write_plant(struct writer *w, struct plant *p)
{
	p->start = w->out->n + p->surface;
	p->end = p->start + p->surface_n;
	text_adds(w->out, p->sentence);
}

/* The k-th plant of a section. */
static struct plant *plant_at(const struct writer *w, enum section s, unsigned k)
{
	struct plant *p = w->at;
	while (!is_here(p, s) || k-- > 0)
		p++;
	return p;
}

/* ---- sections ---- */

static void write_heading(struct writer *w, enum section s)
{
	struct chart *c = w->c;
	enum bank b = section_forms[s].heading;
	if (b == BANK_COUNT)
		return;
	size_t from = w->out->n;
	template_expand(c, bank_pick(c, b), w->out, NULL);
	if (c->heading_style % 2 == 0) /* capitals, but for masks */
		for (size_t i = from; i < w->out->n && !strchr("[*<_", w->out->p[i]); i++)
			w->out->p[i] = (char)toupper((unsigned char)w->out->p[i]);
	bool is_inline = c->heading_style >= 3 && section_forms[s].style != ITEMS;
	if (c->heading_style != 2)
		text_addc(w->out, ':');
	if (is_inline)
		text_addc(w->out, ' ');
	else
		newline(w);
}

static void write_bullet(struct writer *w, unsigned number)
{
	char digits[16];
	switch (w->c->bullet) {
	case 0: text_adds(w->out, "- "); return;
	case 1:
		snprintf(digits, sizeof(digits), "%u. ", number);
		text_adds(w->out, digits);
		return;
	case 2: text_adds(w->out, "\xe2\x80\xa2 "); return;
	default: return;
	}
}

static void write_filler(struct writer *w, const struct template *t)
{
	size_t from = w->out->n;
	template_expand(w->c, t, w->out, NULL);
	typo_filler(&w->c->rng, w->out, from);
}

/* Items that stay with the patient: made once, carried from note to note. */
static struct text *carried(struct chart *c, enum section s)
{
	struct text *t = s == SEC_PMH ? &c->own_list : s == SEC_MEDS ? &c->med_list : NULL;
	if (t && t->n == 0)
		for (unsigned k = 0, n = 4 + rng_below(&c->rng, 8); k < n; k++) {
			template_expand(c, bank_pick(c, section_forms[s].sentences), t, NULL);
			text_addc(t, 0);
		}
	return t;
}

static void write_items(struct writer *w, enum section s)
{
	struct chart *c = w->c;
	const struct text *list = rng_chance(&c->rng, 80) ? carried(c, s) : NULL;
	unsigned n = ITEMS_LOW + rng_below(&c->rng, ITEMS_MORE), n_plants = planted(w, s),
		 number = 0;
	size_t at = 0;
	if (list) {
		n = 0;
		for (size_t i = 0; i < list->n; i++)
			n += list->p[i] == 0;
	}
	unsigned first = rng_below(&c->rng, n + 1), next = 0;
	for (unsigned k = 0; k <= n; k++) {
		for (; next < n_plants && (k == n || k >= first + next); next++) {
			write_bullet(w, ++number);
			write_plant(w, plant_at(w, s, next));
			newline(w);
		}
		if (k == n)
			break;
		write_bullet(w, ++number);
		if (list) {
			text_adds(w->out, list->p + at);
			at += strlen(list->p + at) + 1;
		} else {
			write_filler(w, bank_pick(c, section_forms[s].sentences));
		}
		newline(w);
	}
}

/* What stands before a sentence that is not the first; a problem begins a line. */
static void separate(struct writer *w, enum section_style style, char first)
{
	if (style == PROSE && first != '#' && !rng_chance(&w->c->rng, 14))
		text_addc(w->out, ' ');
	else
		newline(w);
}

static bool copy_forward(struct writer *w, enum section s, size_t budget, size_t *words)
{
	const struct text *last = &w->c->last_assess;
	if (s != SEC_ASSESS || last->n == 0 || !rng_chance(&w->c->rng, 40))
		return false;
	size_t n = count_words(last->p, last->n);
	if (n > budget)
		return false;
	text_add(w->out, last->p, last->n);
	*words += n;
	return true;
}

/* Sentences until the budget is used, the planted ones somewhere among them. */
static void write_sentences(struct writer *w, enum section s, size_t budget)
{
	struct chart *c = w->c;
	const struct section_form *form = &section_forms[s];
	unsigned n_plants = planted(w, s), next = 0;
	size_t words = 0, start = w->out->n;
	size_t due = n_plants ? rng_below(&c->rng, (uint32_t)budget + 1) : 0;
	copy_forward(w, s, budget, &words);
	do {
		size_t from = w->out->n;
		if (next < n_plants && (words >= due || words >= budget)) {
			struct plant *p = plant_at(w, s, next++);
			if (from > start)
				separate(w, form->style, p->sentence[0]);
			write_plant(w, p);
			due += budget / (n_plants + 1);
		} else {
			const struct template *t = bank_pick(c, form->sentences);
			if (from > start)
				separate(w, form->style, t->source[0]);
			write_filler(w, t);
		}
		words += count_words(w->out->p + from, w->out->n - from);
	} while (words < budget || next < n_plants);
	if (s == SEC_ASSESS && n_plants == 0 && w->out->n - start < LONGEST_COPY) {
		c->last_assess.n = 0;
		text_add(&c->last_assess, w->out->p + start, w->out->n - start);
	}
	newline(w);
}

static void write_section(struct writer *w, enum section s, size_t budget)
{
	enum section_style style = section_forms[s].style;
	write_heading(w, s);
	if (style == ITEMS)
		write_items(w, s);
	else if (style == LINE)
		write_sentences(w, s, 1);
	else
		write_sentences(
			w, s, budget ? budget : 1 + 6 * (1 + rng_below(&w->c->rng, FIXED_LINES)));
	if (w->c->heading_style != 1)
		newline(w);
}

/* ---- the note ---- */

/* Lines of at most that many columns: blanks become line ends, so no offset moves.  The blank in an
 * empty box stays. */
static void wrap_lines(struct text *t, unsigned columns)
{
	size_t line = 0, blank = 0;
	for (size_t i = 0; i < t->n; i++) {
		if (t->p[i] == '\n') {
			line = i + 1;
		} else if (t->p[i] == ' ' && i && !strchr("[(", t->p[i - 1])) {
			if (i - line > columns && blank > line) {
				t->p[blank] = '\n';
				line = blank + 1;
			}
			blank = i;
		}
	}
}

static size_t budget_of(const struct chart *c, unsigned note)
{
	uint64_t weights = 0;
	for (unsigned i = note; i < c->n_notes; i++)
		weights += c->notes[i].weight;
	uint64_t left = c->words_wanted > c->words_written ? c->words_wanted - c->words_written : 0;
	return (size_t)(left * c->notes[note].weight / weights);
}

static void write_body(struct writer *w, enum note_type type, size_t budget)
{
	struct rng *r = &w->c->rng;
	const struct section_use *uses = section_uses[type];
	int shares = 0;
	for (const struct section_use *u = uses; u->share != OPEN; u++)
		shares += u->share;
	for (const struct section_use *u = uses; u->share != OPEN; u++) {
		size_t words = count_words(w->out->p, w->out->n);
		bool is_wanted = rng_chance(r, u->percent) && (words < budget || u == uses);
		size_t left = words < budget ? budget - words : 0;
		if (is_wanted || planted(w, u->section))
			write_section(w, u->section,
				shares ? left * (size_t)u->share / (size_t)shares : 0);
		shares -= u->share;
	}
}

void json_string(struct text *out, const char *p, size_t n)
{
	text_addc(out, '"');
	for (size_t i = 0; i < n;) {
		size_t k = i;
		while (k < n && (unsigned char)p[k] >= 0x20 && p[k] != '"' && p[k] != '\\')
			k++;
		text_add(out, p + i, k - i);
		if (k < n) {
			char code[8];
			if (p[k] == '\n')
				text_adds(out, "\\n");
			else if (p[k] == '"' || p[k] == '\\')
				text_add(out, (char[]){'\\', p[k]}, 2);
			else {
				snprintf(code, sizeof(code), "\\u%04x", (unsigned char)p[k]);
				text_adds(out, code);
			}
			k++;
		}
		i = k;
	}
	text_addc(out, '"');
}

static void member(struct text *line, const char *name, const char *value)
{
	text_adds(line, line->n == 0 ? "{" : ", ");
	json_string(line, name, strlen(name));
	text_adds(line, ": ");
	json_string(line, value, strlen(value));
}

static void write_line(struct chart *c, unsigned note, bool may_be_undated, const struct text *body,
	struct text *line)
{
	const struct note_plan *n = &c->notes[note];
	char id[48], date[16], stamp[32];
	line->n = 0;
	member(line, "patient", c->id);
	snprintf(id, sizeof(id), "%s-n%04u", c->id, note + 1);
	member(line, "note_id", id);
	if (!may_be_undated || rng_below(&c->rng, UNDATED_ONE_IN)) {
		date_text(c->start_day + n->day, date);
		snprintf(stamp, sizeof(stamp), "%sT%02d:%02d:00Z", date, n->minute / 60 % 24,
			n->minute % 60);
		member(line, "date", note % 5 ? stamp : date);
	}
	member(line, "type", note_type_names[n->type]);
	snprintf(id, sizeof(id), "e%03u", n->encounter);
	member(line, "encounter", id);
	member(line, "author_role", note_roles[n->type]);
	text_adds(line, ", \"text\": ");
	json_string(line, body->p, body->n);
	text_adds(line, "}\n");
}

void note_write(struct chart *c, unsigned note, struct text *scratch, struct text *line)
{
	struct writer w = {.c = c, .out = scratch};
	unsigned first = 0;
	while (first < c->n_plants && c->plants[first].note < note)
		first++;
	unsigned last = first;
	while (last < c->n_plants && c->plants[last].note == note)
		last++;
	w.at = c->plants + first;
	w.end = c->plants + last;
	scratch->n = 0;
	text_adds(scratch, ""); /* memory even for an empty note */
	write_body(&w, c->notes[note].type, budget_of(c, note));
	if (c->wrap)
		wrap_lines(scratch, c->wrap);
	c->words_written += (uint32_t)count_words(scratch->p, scratch->n);
	write_line(c, note, first == last, scratch, line);
}
