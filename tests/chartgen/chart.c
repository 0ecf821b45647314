/* Planning a chart: dates, note types, background, questions and where their mentions go. */
#include "chartgen.h"

#include <stdlib.h>
#include <string.h>

enum { PICK_TRIES = 64, WRAP_COLUMNS = 78 };

/* ---- dates ---- */

static bool is_leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

void date_text(int day, char out[16])
{
	static const int lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year = 2100, month = 0;
	for (; day >= 365 + is_leap(year); year++)
		day -= 365 + is_leap(year);
	for (; day >= lengths[month] + (month == 1 && is_leap(year)); month++)
		day -= lengths[month] + (month == 1 && is_leap(year));
	snprintf(out, 16, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)(month + 1) % 100,
		(unsigned)(day + 1) % 100);
}

/* ---- notes ---- */

static const unsigned type_weight[NOTE_TYPES] = {16, 10, 14, 20, 9, 6, 5};

static enum note_type stay_type(struct rng *r)
{
	unsigned x = rng_below(r, 100);
	return x < 50   ? NOTE_PROGRESS
	       : x < 64 ? NOTE_CONSULT
	       : x < 70 ? NOTE_OPERATIVE
	       : x < 86 ? NOTE_NURSING
			: NOTE_RADIOLOGY;
}

/* Stays of 6 to 30 notes, from an H&P to a discharge summary; each type once before chance rules. */
static void plan_notes(struct chart *c)
{
	struct rng *r = &c->rng;
	unsigned left = 0, encounter = 0, day_left = 0;
	int day = 0, minute = 0;
	for (unsigned i = 0; i < c->n_notes; i++) {
		struct note_plan *n = &c->notes[i];
		if (left == 0) {
			left = (i == 0 ? NOTE_TYPES + 2 : 6) + rng_below(r, 25);
			if (left > c->n_notes - i)
				left = c->n_notes - i;
			day += encounter++ ? rng_between(r, 12, 200) : 0;
			minute = rng_between(r, 6 * 60, 12 * 60);
			day_left = 1 + rng_below(r, 4);
			n->type = NOTE_HP;
		} else if (left == 1) {
			n->type = NOTE_DISCHARGE;
		} else {
			n->type = i < NOTE_TYPES ? (enum note_type)(i % NOTE_TYPES) : stay_type(r);
		}
		left--;
		if (day_left-- == 0) {
			day++;
			day_left = rng_below(r, 5);
			minute = rng_between(r, 5 * 60, 9 * 60);
		}
		minute += rng_between(r, 5, 140);
		if (minute >= 24 * 60)
			minute = 24 * 60 - 1;
		n->day = day;
		n->minute = minute;
		n->encounter = encounter;
		n->weight = type_weight[n->type] * (60 + rng_below(r, 81));
	}
}

unsigned pick_note(struct chart *c, enum kind kind, int after_day, int before_day)
{
	/* Uniform over the depth of the chart; only what does not fit is drawn again. */
	for (unsigned t = 0; t < PICK_TRIES; t++) {
		unsigned i = rng_below(&c->rng, c->n_notes);
		const struct note_plan *n = &c->notes[i];
		if (n->day > after_day && n->day < before_day && kind_fits(kind, n->type))
			return i;
	}
	unsigned start = rng_below(&c->rng, c->n_notes);
	for (unsigned k = 0; k < c->n_notes; k++) {
		unsigned i = (start + k) % c->n_notes;
		const struct note_plan *n = &c->notes[i];
		if (n->day > after_day && n->day < before_day && kind_fits(kind, n->type))
			return i;
	}
	return c->n_notes;
}

/* ---- conditions ---- */

static const char *last_word(const char *name)
{
	const char *blank = strrchr(name, ' ');
	return blank ? blank + 1 : name;
}

/* "[**Last Name**] disease" may stand for any disease: where an eponym is masked, nothing else that
 * ends in the same word is asked. */
static bool shares_mask(const struct chart *c, unsigned condition, unsigned stratum)
{
	for (unsigned q = 0; q < c->n_questions; q++)
		if ((stratum_masks(stratum) || stratum_masks(c->questions[q].stratum)) &&
			strcmp(last_word(conditions[c->questions[q].condition].name),
				last_word(conditions[condition].name)) == 0)
			return true;
	return false;
}

static bool is_free(const struct chart *c, unsigned condition)
{
	for (unsigned q = 0; q < c->n_questions; q++)
		if (conditions_collide(c->questions[q].condition, condition))
			return false;
	return true;
}

static unsigned pick_condition(struct chart *c, unsigned stratum)
{
	unsigned start = rng_below(&c->rng, condition_count);
	for (unsigned t = 0; t < PICK_TRIES; t++) {
		unsigned k = rng_below(&c->rng, condition_count);
		if (stratum_takes(stratum, k) && is_free(c, k) && !shares_mask(c, k, stratum))
			return k;
	}
	for (unsigned t = 0; t < condition_count; t++) {
		unsigned k = (start + t) % condition_count;
		if (stratum_takes(stratum, k) && is_free(c, k) && !shares_mask(c, k, stratum))
			return k;
	}
	return condition_count;
}

/* Conditions for the filler, apart from all that is asked and from those already taken. */
static unsigned pick_background(struct chart *c, unsigned *out, unsigned want, uint8_t *taken)
{
	unsigned n = 0;
	for (unsigned t = 0; t < condition_count * 4 && n < want; t++) {
		unsigned k = rng_below(&c->rng, condition_count);
		if (taken[k] || conditions[k].flags & COND_SYMPTOM || !is_free(c, k))
			continue;
		taken[k] = 1;
		out[n++] = k;
	}
	return n;
}

/* What of each bank may be used: no item that names an asked condition. */
static void allow_items(struct chart *c)
{
	if (!c->allowed)
		c->allowed = must_alloc(NULL, bank_items * sizeof(*c->allowed));
	for (unsigned b = 0; b < BANK_COUNT; b++) {
		unsigned n = 0;
		for (unsigned i = 0; i < banks[b].n; i++) {
			bool is_banned = false;
			for (unsigned q = 0; q < c->n_questions && !is_banned; q++)
				is_banned = condition_ban(
					c->questions[q].condition)[banks[b].first + i];
			if (!is_banned)
				c->allowed[banks[b].first + n++] = (uint16_t)i;
		}
		c->n_allowed[b] = n;
		if (n == 0) {
			fprintf(stderr, "chartgen: bank %s is empty for chart %s\n", banks[b].name,
				c->id);
			exit(2);
		}
	}
}

static void choose_questions(struct chart *c, const struct options *o)
{
	c->n_questions = 0;
	for (unsigned g = c->number; g < o->questions; g += o->patients) {
		struct question q = {.number = g};
		q.stratum = stratum_of(g);
		q.condition = pick_condition(c, q.stratum);
		if (q.condition == condition_count || c->n_questions == MAX_QUESTIONS) {
			fprintf(stderr, "chartgen: too many questions for one patient\n");
			exit(2);
		}
		q.form = rng_below(&c->rng, 7);
		strcpy(q.asked, conditions[q.condition].name);
		c->questions[c->n_questions++] = q;
	}
}

/* ---- the whole ---- */

static void plan_style(struct chart *c)
{
	struct rng *r = &c->rng;
	c->dialect = rng_below(r, DIALECTS);
	c->heading_style = rng_below(r, 5);
	c->bullet = rng_below(r, 4);
	c->wrap = rng_chance(r, 30) ? WRAP_COLUMNS : 0;
	c->is_crlf = c->wrap == 0 && rng_chance(r, 12);
	c->age = 22 + rng_below(r, 66);
	c->is_female = rng_chance(r, 50);
	c->start_day = rng_between(r, 10 * 365, 70 * 365);
}

static void plan_size(struct chart *c, const struct options *o)
{
	unsigned span = o->words_high - o->words_low;
	c->words_wanted = o->words_low + span / 4 + rng_below(&c->rng, span / 2 + 1);
	c->words_written = 0;
	unsigned low = o->notes_low, high = o->notes_high;
	if (high == 0) { /* 350 to 2,500 words a note */
		low = c->words_wanted / 2500;
		high = c->words_wanted / 350;
	}
	c->n_notes = (unsigned)rng_between(&c->rng, (int)low, (int)high);
	if (c->n_notes < 20)
		c->n_notes = 20;
	if (c->n_notes > MAX_NOTES)
		c->n_notes = MAX_NOTES;
}

void chart_plan(struct chart *c, const struct options *o, unsigned patient)
{
	c->rng = rng_make(o->seed, patient);
	c->number = patient;
	snprintf(c->id, sizeof(c->id), "cg%04u", patient + 1);
	plants_clear(c);
	plan_style(c);
	plan_size(c, o);
	plan_notes(c);
	choose_questions(c, o);
	allow_items(c);
	uint8_t taken[256] = {0};
	c->n_own = pick_background(c, c->own, 4 + rng_below(&c->rng, OWN_MAX - 3), taken);
	c->n_denied = pick_background(c, c->denied, OTHER_MAX, taken);
	c->n_family = pick_background(c, c->family, OTHER_MAX, taken);
	if (!c->n_own || !c->n_denied || !c->n_family) {
		fprintf(stderr, "chartgen: no background left for chart %s\n", c->id);
		exit(2);
	}
	for (unsigned i = 0; i < c->n_questions; i++)
		stratum_plan(c, &c->questions[i], i);
	plants_sort(c);
	memset(c->recent, 0xff, sizeof(c->recent));
	c->own_list.n = c->med_list.n = c->last_assess.n = 0;
}

void chart_destroy(struct chart *c)
{
	plants_clear(c);
	free(c->plants);
	free(c->allowed);
	text_destroy(&c->own_list);
	text_destroy(&c->med_list);
	text_destroy(&c->last_assess);
	free(c);
}
