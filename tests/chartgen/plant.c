/* Planting: a sentence is made when the chart is planned and written later, word for word. */
#include "chartgen.h"

#include <stdlib.h>
#include <string.h>

enum { TRIES = 60, ADDENDUM_PERCENT = 12 };

bool kind_fits(enum kind kind, enum note_type type)
{
	if (kind == KIND_AS_IT_IS)
		return note_has(type, SEC_ASSESS) || note_has(type, SEC_SHIFT) ||
		       note_has(type, SEC_COURSE);
	for (unsigned i = 0; i < plant_form_count; i++)
		for (unsigned s = 0; plant_forms[i].kind == kind && s < SEC_COUNT; s++)
			if (plant_forms[i].sections >> s & 1 && note_has(type, s))
				return true;
	return false;
}

/* A section of the note that is in the set; SEC_COUNT when there is none. */
static enum section pick_section(struct chart *c, uint64_t set, enum note_type type)
{
	enum section found[SEC_COUNT];
	unsigned n = 0;
	uint64_t addendum = 1ull << SEC_ADDENDUM;
	/* Most notes have none: it is the exception, not one place among others. */
	if (set != addendum && !rng_chance(&c->rng, ADDENDUM_PERCENT))
		set &= ~addendum;
	for (unsigned s = 0; s < SEC_COUNT; s++)
		if (set >> s & 1 && note_has(type, s))
			found[n++] = s;
	return n ? found[rng_below(&c->rng, n)] : SEC_COUNT;
}

/* Nothing that is asked about may stand in a sentence, but for the planted name itself. */
static bool is_clean(const struct chart *c, const char *sentence, const struct fill *f)
{
	char around[512];
	if (strlen(sentence) >= sizeof(around))
		return false;
	strcpy(around, sentence);
	/* The own name is blotted out; whatever else it holds is of no concern. */
	for (size_t i = f->start; i < f->end; i++)
		around[i] = '~';
	for (unsigned q = 0; q < c->n_questions; q++)
		if (holds_condition(around, c->questions[q].condition))
			return false;
	return true;
}

static struct plant *plant_add(struct chart *c)
{
	if (c->n_plants == c->cap_plants) {
		c->cap_plants = c->cap_plants * 2 + 64;
		c->plants = must_alloc(c->plants, c->cap_plants * sizeof(*c->plants));
	}
	struct plant *p = &c->plants[c->n_plants++];
	*p = (struct plant){0};
	return p;
}

static char *keep(const struct text *t)
{
	char *s = must_alloc(NULL, t->n + 1);
	memcpy(s, t->p, t->n);
	s[t->n] = 0;
	return s;
}

static const struct plant_form *pick_form(struct chart *c, enum kind kind)
{
	unsigned n = 0, k;
	for (unsigned i = 0; i < plant_form_count; i++)
		n += plant_forms[i].kind == kind;
	k = rng_below(&c->rng, n);
	const struct plant_form *form = plant_forms;
	while (form->kind != kind || k-- > 0)
		form++;
	return form;
}

bool plant_make(
	struct chart *c, enum kind kind, unsigned note, unsigned question, const char *surface)
{
	for (unsigned t = 0; t < TRIES; t++) {
		const struct plant_form *form = pick_form(c, kind);
		enum section s = pick_section(c, form->sections, c->notes[note].type);
		if (s == SEC_COUNT)
			continue;
		struct text out = {0};
		struct fill f = {.surface = surface};
		expand_once(c, form->source, &out, &f);
		char *sentence = keep(&out);
		text_destroy(&out);
		if (!is_clean(c, sentence, &f)) {
			free(sentence);
			continue;
		}
		struct plant *p = plant_add(c);
		*p = (struct plant){.note = note,
			.question = question,
			.section = s,
			.kind = kind,
			.axes = kind_axes[kind],
			.is_mention = kind != KIND_NEAR,
			.sentence = sentence,
			.surface = f.start,
			.surface_n = f.end - f.start};
		return true;
	}
	return false;
}

bool plant_copy(struct chart *c, unsigned plant, unsigned note)
{
	if (!note_has(c->notes[note].type, c->plants[plant].section))
		return false;
	struct plant *p = plant_add(c);
	*p = c->plants[plant];
	p->note = note;
	p->sentence = strcpy(must_alloc(NULL, strlen(p->sentence) + 1), p->sentence);
	return true;
}

bool plant_sentence(
	struct chart *c, const char *marked, unsigned note, unsigned question, bool is_mention)
{
	uint64_t set = 1ull << SEC_ASSESS | 1ull << SEC_SHIFT | 1ull << SEC_COURSE;
	enum section s = pick_section(c, set, c->notes[note].type);
	if (s == SEC_COUNT)
		return false;
	struct text raw = {0}, out = {0};
	struct plant *p = plant_add(c);
	*p = (struct plant){.note = note,
		.question = question,
		.section = s,
		.kind = KIND_AS_IT_IS,
		.axes = kind_axes[KIND_AS_IT_IS],
		.is_mention = is_mention};
	/* The marks are cut from the source first: masks of one dialect have angle brackets too. */
	const char *open = strchr(marked, '<'), *close = open ? strchr(open, '>') : NULL;
	if (close) {
		text_add(&raw, marked, (size_t)(open - marked));
		text_addc(&raw, 0);
		expand_once(c, raw.p, &out, NULL);
		p->surface = out.n;
		text_add(&out, open + 1, (size_t)(close - open - 1));
		p->surface_n = out.n - p->surface;
		marked = close + 1;
	}
	expand_once(c, marked, &out, NULL);
	p->sentence = keep(&out);
	text_destroy(&raw);
	text_destroy(&out);
	return true;
}

static int by_note(const void *x, const void *y)
{
	const struct plant *a = x, *b = y;
	if (a->note != b->note)
		return a->note < b->note ? -1 : 1;
	/* qsort is not stable: the order must not depend on the library */
	if (a->question != b->question)
		return a->question < b->question ? -1 : 1;
	return strcmp(a->sentence, b->sentence);
}

void plants_sort(struct chart *c)
{
	if (c->n_plants)
		qsort(c->plants, c->n_plants, sizeof(*c->plants), by_note);
}

void plants_clear(struct chart *c)
{
	for (unsigned i = 0; i < c->n_plants; i++)
		free(c->plants[i].sentence);
	c->n_plants = 0;
}
