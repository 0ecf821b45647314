#include "scorer/train/eval_judged.h"

#include "scorer/train/typo.h"

#include <math.h>
#include <stdlib.h>

enum { BATCH = 32, SCRATCH = 256 << 20, MISSPELT_SEED = 15 };

const char *const eval_system_names[SYSTEMS] = {"always affirmed", "rules", "model", "stack"};

/* ---- answers ---- */

static void take_assertion(const struct assertion *a, struct eval_answer *out)
{
	*out = (struct eval_answer){
		.value = {(int)a->negation, (int)a->certainty, (int)a->experiencer,
			(int)a->temporality},
		.class = a->class,
		.deciding = a->cue_kind,
		.p = {a->p_negation, a->p_certainty, a->p_experiencer, a->p_temporality},
		.p_present = a->p_present,
	};
}

/* Softmax of n logits; the best one's index. */
static unsigned softmax(const float *logits, unsigned n, double *p)
{
	unsigned best = 0;
	double sum = 0;
	for (unsigned k = 1; k < n; k++)
		best = logits[k] > logits[best] ? k : best;
	for (unsigned k = 0; k < n; k++)
		sum += p[k] = exp((double)logits[k] - logits[best]);
	for (unsigned k = 0; k < n; k++)
		p[k] /= sum;
	return best;
}

/* The model by itself: the likeliest class of each axis; present when affirmed, certain and the patient's. */
static void take_logits(const float *logits, struct eval_answer *out)
{
	struct assertion a = {0};
	double p[3] = {0, 0, 0};
	*out = (struct eval_answer){.p_present = 1};
	for (unsigned axis = 0, at = 0; axis < AXES; at += eval_axis_classes[axis++]) {
		unsigned best = softmax(logits + at, eval_axis_classes[axis], p);
		out->value[axis] = (int)best;
		out->p[axis] = p[best];
		if (axis != AXIS_TEMPORALITY)
			out->p_present *= p[0];
	}
	a.negation = (enum negation)out->value[AXIS_NEGATION];
	a.certainty = (enum certainty)out->value[AXIS_CERTAINTY];
	a.experiencer = (enum experiencer)out->value[AXIS_EXPERIENCER];
	a.temporality = (enum temporality)out->value[AXIS_TEMPORALITY];
	out->class = assertion_class_of(&a);
}

static int judge_batch(struct scorer_lane *lane, const struct scorer_model *model, unsigned first,
	unsigned n, struct arena *scratch, struct eval_judged *j)
{
	struct mention_context mentions[BATCH] = {0};
	for (unsigned i = 0; i < n; i++) {
		const struct eval_item *item = &j->data->items[first + i];
		mentions[i] =
			(struct mention_context){item->doc, item->start, item->end, {NULL, 0}};
	}
	int rc = scorer_judge(lane, model, mentions, n, scratch, &j->scored[first], NULL);
	for (unsigned i = first; rc == 0 && i < first + n; i++) {
		const struct scored *s = &j->scored[i];
		take_assertion(&s->rules, &j->answers[SYSTEM_RULES][i]);
		take_assertion(&s->answer, &j->answers[SYSTEM_STACK][i]);
		take_logits(s->logits, &j->answers[SYSTEM_MODEL][i]);
		j->answers[SYSTEM_AFFIRMED][i] =
			(struct eval_answer){.p_present = 1, .class = ASSERT_PRESENT};
	}
	return rc;
}

int eval_judge(const struct eval_data *data, const struct scorer_model *model,
	const struct cue_engine *cues, struct eval_judged *out, struct err *e)
{
	struct scorer_lane *lane = NULL;
	struct arena scratch;
	*out = (struct eval_judged){.data = data};
	out->scored = calloc(data->n + 1, sizeof(*out->scored));
	bool is_short = !out->scored;
	for (unsigned s = 0; s < SYSTEMS; s++) {
		out->answers[s] = calloc(data->n + 1, sizeof(*out->answers[s]));
		is_short = is_short || !out->answers[s];
	}
	int rc = is_short ? err_set(e, LODE_NOMEM, "answers") : scorer_lane_create(&lane, cues, e);
	arena_init(&scratch, SCRATCH);
	for (unsigned i = 0; rc == 0 && i < data->n; i += BATCH) {
		unsigned n = data->n - i < BATCH ? data->n - i : BATCH;
		rc = judge_batch(lane, model, i, n, &scratch, out);
		if (rc)
			err_set(e, rc, "judging: %s", err_words(rc));
	}
	arena_release(&scratch);
	scorer_lane_destroy(lane);
	if (rc)
		eval_judged_release(out);
	return rc;
}

void eval_judged_release(struct eval_judged *j)
{
	for (unsigned s = 0; s < SYSTEMS; s++)
		free(j->answers[s]);
	free(j->scored);
	*j = (struct eval_judged){0};
}

/* ---- selections ---- */

struct eval_view eval_select(const struct eval_judged *j, enum eval_set set, enum eval_half half,
	enum eval_system system)
{
	unsigned all = j->data->n;
	struct eval_view v = {calloc(all + 1, sizeof(void *)), calloc(all + 1, sizeof(void *)), 0};
	for (unsigned i = 0; v.items && v.answers && i < all; i++) {
		const struct eval_item *item = &j->data->items[i];
		if (item->set != set || (half != EVAL_ALL && item->half != half))
			continue;
		v.items[v.n] = item;
		v.answers[v.n++] = &j->answers[system][i];
	}
	return v;
}

void eval_view_release(struct eval_view *v)
{
	free(v->items);
	free(v->answers);
	*v = (struct eval_view){0};
}

/* ---- typos ---- */

static int misspell(const struct eval_item *from, struct tokenizer *t, unsigned percent, unsigned i,
	struct eval_data *out, struct err *e)
{
	struct random r = random_for(MISSPELT_SEED, RANDOM_DRAW, i, 0);
	struct buf text = {.p = NULL};
	struct eval_item *item = &out->items[out->n];
	struct tok_doc *doc = arena_new(&out->arena, struct tok_doc);
	*item = *from;
	int rc = doc ? typo_text(from->doc->text, percent, &r, &item->start, &item->end, &text)
		     : LODE_NOMEM;
	struct slice kept = rc ? from->doc->text : arena_slice(&out->arena, buf_slice(&text));
	if (rc == 0)
		rc = kept.p ? tok_scan(t, kept, &out->arena, doc, e) : LODE_NOMEM;
	item->doc = doc;
	buf_release(&text);
	out->n += rc == 0;
	return rc;
}

int eval_misspelt(const struct eval_data *data, struct tokenizer *t, unsigned percent,
	struct eval_data *out, struct err *e)
{
	*out = (struct eval_data){.n = 0};
	arena_init(&out->arena, (size_t)256 << 20);
	out->items = arena_array(&out->arena, struct eval_item, data->n + 1);
	int rc = out->items ? 0 : err_set(e, LODE_NOMEM, "misspelt rows");
	for (unsigned i = 0; rc == 0 && i < data->n; i++)
		if (data->items[i].set == EVAL_NEGEX)
			rc = misspell(&data->items[i], t, percent, i, out, e);
	return rc;
}
