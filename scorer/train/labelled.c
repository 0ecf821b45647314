#include "scorer/train/labelled.h"

#include "scorer/train/files.h"
#include "scorer/train/paraphrase.h"
#include "scorer/train/typo.h"

#include <math.h>
#include <stdlib.h>

enum { WORDINGS = 8, SCRATCH = 64 << 20, JOINT = 256 };

struct row {
	struct window wording[WORDINGS];
	uint8_t label[4];
	double reach; /* sum of the rows' shares up to this one */
};

struct labelled {
	struct row *rows;
	uint32_t n;
};

struct making {
	const struct labelled_needs *needs;
	struct random random;
	struct arena arena;
	struct buf text, slips;
	struct err *e;
};

/* Two bits an axis; the fourth value of an axis is "unknown". */
static unsigned joint(const uint8_t label[4])
{
	unsigned k = 0;
	for (unsigned axis = 0; axis < 4; axis++)
		k = k << 2 | (label[axis] == LABEL_UNKNOWN ? 3u : label[axis]);
	return k;
}

static bool agrees(const struct cue_verdict *v, const uint8_t label[4])
{
	const unsigned said[4] = {
		v->negation.value, v->certainty.value, v->experiencer.value, v->temporality.value};
	for (unsigned axis = 0; axis < 4; axis++)
		if (label[axis] != LABEL_UNKNOWN && label[axis] != said[axis])
			return false;
	return true;
}

static int rescan(struct making *k, struct slice text, struct tok_doc **doc)
{
	*doc = arena_new(&k->arena, struct tok_doc);
	return *doc ? tok_scan(k->needs->tokenizer, text, &k->arena, *doc, k->e) : LODE_NOMEM;
}

/* The mention in other words; the note's own where the rules would judge those differently. */
static int reword(struct making *k, struct mention_context *m, const struct cue_verdict *v,
	const uint8_t label[4])
{
	struct paraphrase how = {.drop_heading = random_percent(&k->random, 30),
		.other_words = random_percent(&k->random, 60)};
	struct mention_context n = *m;
	struct tok_doc *doc;
	struct cue_view view;
	struct cue_verdict again;
	int rc = paraphrase(m, v, &how, &k->random, &k->text, &n.start, &n.end);
	if (rc == 0)
		rc = rescan(k, arena_slice(&k->arena, buf_slice(&k->text)), &doc);
	if (rc)
		return rc;
	n.doc = doc;
	cue_look(k->needs->cues, &n, &view);
	cue_decide(&view, &again);
	if (agrees(&again, label))
		*m = n;
	return 0;
}

static int misspell(struct making *k, struct mention_context *m)
{
	struct tok_doc *doc;
	buf_clear(&k->slips);
	int rc = typo_text(m->doc->text, 12, &k->random, &m->start, &m->end, &k->slips);
	if (rc == 0)
		rc = rescan(k, arena_slice(&k->arena, buf_slice(&k->slips)), &doc);
	if (rc == 0)
		m->doc = doc;
	return rc;
}

static int make_row(struct making *k, const struct eval_item *item, struct row *row)
{
	const struct mention_context as_is = {item->doc, item->start, item->end, {NULL, 0}};
	struct cue_view view;
	struct cue_verdict v;
	int rc = 0;
	for (unsigned axis = 0; axis < 4; axis++)
		row->label[axis] =
			item->gold[axis] == GOLD_SKIP ? LABEL_UNKNOWN : (uint8_t)item->gold[axis];
	cue_look(k->needs->cues, &as_is, &view);
	cue_decide(&view, &v);
	bool is_right = agrees(&v, row->label);
	/* 0 and 1 as it stands, hidden and shown; 2..7 reworded or misspelt */
	for (unsigned w = 0; rc == 0 && w < WORDINGS; w++) {
		struct mention_context m = as_is;
		arena_reset(&k->arena);
		if (w >= 2 && is_right)
			rc = reword(k, &m, &v, row->label);
		if (rc == 0 && w >= 6)
			rc = misspell(k, &m);
		if (rc == 0)
			rc = window_cut(
				k->needs->vocabulary, &m, w % 4 == 1, &k->arena, &row->wording[w]);
	}
	return rc;
}

static bool is_wanted(const struct labelled_needs *needs, const struct eval_item *item)
{
	return item->set == EVAL_TRAINING &&
	       !ids_have(needs->excluded, needs->n_excluded, item->report);
}

/* Rows to take: a shuffle by the seed alone, so that 500 rows are among the 1,000. */
static uint32_t choose(const struct labelled_needs *needs, const struct eval_item **chosen)
{
	uint32_t n = 0;
	for (unsigned i = 0; i < needs->data->n; i++)
		if (is_wanted(needs, &needs->data->items[i]))
			chosen[n++] = &needs->data->items[i];
	struct random r = random_for(needs->seed, RANDOM_DRAW, 0, 0);
	for (uint32_t i = 0; i + 1 < n; i++) {
		uint32_t k = i + random_below(&r, n - i);
		const struct eval_item *t = chosen[i];
		chosen[i] = chosen[k];
		chosen[k] = t;
	}
	return n < needs->rows ? n : needs->rows;
}

static void weigh(struct labelled *l)
{
	unsigned count[JOINT] = {0};
	double sum = 0;
	for (uint32_t i = 0; i < l->n; i++)
		count[joint(l->rows[i].label)]++;
	for (uint32_t i = 0; i < l->n; i++) {
		sum += 1 / sqrt(count[joint(l->rows[i].label)]);
		l->rows[i].reach = sum;
	}
	for (uint32_t i = 0; i < l->n; i++)
		l->rows[i].reach /= sum;
}

int labelled_build(struct labelled **out, const struct labelled_needs *needs, struct err *e)
{
	struct making k = {
		.needs = needs, .random = random_for(needs->seed, RANDOM_DRAW, 1, 0), .e = e};
	struct labelled *l = calloc(1, sizeof(*l));
	const struct eval_item **chosen = calloc(needs->data->n + 1, sizeof(const void *));
	arena_init(&k.arena, SCRATCH);
	int rc = l && chosen ? 0 : LODE_NOMEM;
	uint32_t n = rc ? 0 : choose(needs, chosen);
	if (rc == 0) {
		l->rows = calloc(n + 1, sizeof(*l->rows));
		rc = l->rows ? 0 : LODE_NOMEM;
	}
	for (; rc == 0 && l->n < n; l->n += rc == 0)
		rc = make_row(&k, chosen[l->n], &l->rows[l->n]);
	if (rc == 0)
		weigh(l);
	free(chosen);
	arena_release(&k.arena);
	buf_release(&k.text);
	buf_release(&k.slips);
	if (rc) {
		labelled_destroy(l);
		return err_set(e, rc, "labelled rows: %s", err_words(rc));
	}
	*out = l;
	return 0;
}

void labelled_destroy(struct labelled *l)
{
	if (!l)
		return;
	free(l->rows);
	free(l);
}

uint32_t labelled_rows(const struct labelled *l)
{
	return l->n;
}

void labelled_draw(const struct labelled *l, struct random *r, struct example *out)
{
	double at = (double)random_next(r) * 0x1p-64;
	uint32_t low = 0, high = l->n - 1;
	while (low < high) {
		uint32_t mid = (low + high) / 2;
		if (l->rows[mid].reach > at)
			high = mid;
		else
			low = mid + 1;
	}
	out->window = l->rows[low].wording[random_below(r, WORDINGS)];
	memcpy(out->label, l->rows[low].label, 4);
	out->source = EXAMPLE_LABELLED;
	out->weight = 1;
}
