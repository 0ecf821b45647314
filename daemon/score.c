#include "daemon/score.h"

#include "base/digest.h"
#include "daemon/models.h"
#include "daemon/service.h"

enum {
	PART = 16, /* windows between two looks at the clock: about 10 ms */
};

int score_note(
	struct ask *q, const struct mention_context *m, struct arena *scratch, struct evidence *e)
{
	if (!q->model)
		return 0;
	e->scored = arena_new(&q->memory, struct scored);
	e->window = arena_new(&q->memory, struct window);
	if (!e->scored || !e->window)
		return LODE_NOMEM;
	e->scored->rules = e->said;
	return scorer_cut(q->model->model, m, scratch, e->window);
}

/* ---- which windows ---- */

/* The mentions of one search: which is judged by its own window, and which by an equal one. */
struct batch {
	struct evidence *at;
	uint32_t n;
	uint32_t *equal; /* [n]: the mention whose window is judged for this one; NONE: none is */
	uint32_t *slot;  /* hash table of mentions that are judged by their own, + 1 */
	uint32_t mask;
	uint32_t *own; /* [n_own], newest first */
	uint32_t n_own;
};

static const uint32_t NONE = UINT32_MAX;

static bool is_equal(const struct window *a, const struct window *b)
{
	return a->n == b->n && a->mark == b->mark && a->section == b->section &&
	       memcmp(a->ids, b->ids, a->n * sizeof(*a->ids)) == 0;
}

/* The slot of the mention with an equal window, or the free one where it belongs. */
static uint32_t slot_of(const struct batch *b, const struct window *w)
{
	uint64_t h = digest64(slice_of((const char *)w->ids, w->n * sizeof(*w->ids))) + w->section;
	uint32_t i = (uint32_t)(h & b->mask);
	while (b->slot[i] && !is_equal(b->at[b->slot[i] - 1].window, w))
		i = (i + 1) & b->mask;
	return i;
}

/* From the newest note on, since what is newer takes back what is older.  Returns LODE_NOMEM. */
static int choose(struct ask *q, struct batch *b)
{
	uint32_t size = 16;
	while (size < 2 * b->n)
		size *= 2;
	b->mask = size - 1;
	b->equal = arena_array(&q->memory, uint32_t, b->n);
	b->own = arena_array(&q->memory, uint32_t, b->n);
	b->slot = arena_array(&q->memory, uint32_t, size);
	if (!b->equal || !b->own || !b->slot)
		return LODE_NOMEM;
	memset(b->slot, 0, size * sizeof(*b->slot));
	for (uint32_t i = b->n; i-- > 0;) {
		uint32_t *slot = &b->slot[slot_of(b, b->at[i].window)];
		if (!*slot && q->windows < q->windows_most) {
			*slot = i + 1;
			b->own[b->n_own++] = i;
			q->windows++;
		}
		b->equal[i] = *slot ? *slot - 1 : NONE;
	}
	return 0;
}

/* ---- judging ---- */

static int score_part(struct request *r, struct ask *q, const struct batch *b, uint32_t first)
{
	const struct window *windows[PART];
	struct scored *out[PART];
	uint32_t n = b->n_own - first < PART ? b->n_own - first : PART;
	for (uint32_t i = 0; i < n; i++) {
		windows[i] = b->at[b->own[first + i]].window;
		out[i] = b->at[b->own[first + i]].scored;
	}
	return scorer_join(r->worker->scorer, q->model->model, windows, n, out, &q->use);
}

static void take_answers(struct ask *q, const struct batch *b)
{
	for (uint32_t i = 0; i < b->n; i++) {
		struct evidence *e = &b->at[i];
		uint32_t equal = b->equal[i];
		if (equal == NONE) {
			e->scored = NULL;
			q->not_scored++;
			continue;
		}
		if (equal != i)
			scorer_join_same(q->model->model, b->at[equal].scored, e->scored);
		e->said = e->scored->answer;
	}
}

static int score_all(struct request *r, struct ask *q, uint32_t first, struct err *e)
{
	struct batch b = {.at = q->evidence + first, .n = q->n_evidence - first};
	int rc =
		r->worker->scorer ? 0 : scorer_lane_create(&r->worker->scorer, r->service->cues, e);
	if (rc == 0 && choose(q, &b))
		return err_set(e, LODE_NOMEM, "no memory for the question");
	for (uint32_t i = 0; i < b.n_own && rc == 0; i += PART) {
		rc = request_check_time(r, e);
		if (rc)
			return rc;
		rc = score_part(r, q, &b, i);
		if (rc)
			err_set(e, rc, "the model: %s", err_words(rc));
	}
	if (rc == 0)
		take_answers(q, &b);
	return rc;
}

int score_from(struct request *r, struct ask *q, uint32_t first, struct err *e)
{
	int rc = q->model && first < q->n_evidence ? score_all(r, q, first, e) : 0;
	for (uint32_t i = first; i < q->n_evidence && rc == 0; i++)
		q->n_plain += verdict_is_plain(&q->evidence[i]);
	return rc;
}

/* ---- shown ---- */

void score_put_use(struct json_writer *w, const struct ask *q)
{
	json_key(w, "scorer");
	json_begin_object(w);
	json_kv_uint(w, "tokens", q->use.tokens);
	json_kv_uint(w, "windows", q->windows);
	json_kv_uint(w, "not_scored", q->not_scored);
	json_key(w, "active_fraction");
	json_begin_array(w);
	for (uint32_t l = 0; l < q->use.layers; l++)
		json_prob(w, q->use.of[l] ? (double)q->use.fired[l] / (double)q->use.of[l] : 0);
	json_end_array(w);
	json_end_object(w);
}

void score_put(struct json_writer *w, const struct evidence *e)
{
	if (e->scored)
		json_kv_bool(w, "disagree", e->scored->disagree);
}

static void put_rules(struct json_writer *w, const struct assertion *s)
{
	json_key(w, "rules");
	json_begin_object(w);
	json_kv_str(w, "negation", negation_names[s->negation]);
	json_kv_str(w, "certainty", certainty_names[s->certainty]);
	json_kv_str(w, "experiencer", experiencer_names[s->experiencer]);
	json_kv_str(w, "temporality", temporality_names[s->temporality]);
	json_kv_str(w, "assertion", assertion_names[s->class]);
	json_kv_prob(w, "p_present", s->p_present);
	json_end_object(w);
}

static void put_model(struct json_writer *w, const struct scored *s)
{
	const float *logit = s->logits;
	json_key(w, "model");
	json_begin_object(w);
	for (unsigned axis = 0; axis < SCORER_AXES; axis++) {
		json_key(w, scorer_axis_name(axis));
		json_begin_object(w);
		json_kv_str(w, "value", scorer_model_class(axis, s));
		json_key(w, "logits");
		json_begin_array(w);
		for (unsigned c = 0; c < scorer_axis_classes(axis); c++)
			json_double(w, (double)*logit++, 4);
		json_end_array(w);
		json_end_object(w);
	}
	json_end_object(w);
}

static void put_features(struct json_writer *w, const struct scored *s)
{
	float value[SCORER_FEATURES_MAX];
	char name[SCORER_FEATURES_MAX][SCORER_FEATURE_NAME];
	json_key(w, "features");
	json_begin_object(w);
	for (unsigned axis = 0; axis < SCORER_AXES; axis++) {
		uint32_t n = scorer_features(axis, s, value, name);
		json_key(w, scorer_axis_name(axis));
		json_begin_object(w);
		for (uint32_t i = 0; i < n; i++) {
			json_key(w, name[i]);
			json_double(w, (double)value[i], 4);
		}
		json_end_object(w);
	}
	json_end_object(w);
}

void score_put_why(struct json_writer *w, const struct evidence *e)
{
	if (!e->scored)
		return;
	put_rules(w, &e->scored->rules);
	put_model(w, e->scored);
	json_kv_bool(w, "stack", e->scored->has_stack);
	json_kv_bool(w, "unsure", e->scored->is_unsure);
	put_features(w, e->scored);
}
