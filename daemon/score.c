#include "daemon/score.h"

#include "daemon/models.h"
#include "daemon/service.h"

enum { PART = 64 /* windows between two looks at the clock: 50 ms */ };

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

static int score_part(struct request *r, struct ask *q, struct evidence *at, uint32_t n)
{
	const struct window *windows[PART];
	struct scored *out[PART];
	for (uint32_t i = 0; i < n; i++) {
		windows[i] = at[i].window;
		out[i] = at[i].scored;
	}
	int rc = scorer_join(r->worker->scorer, q->model->model, windows, n, out, &q->use);
	for (uint32_t i = 0; i < n && rc == 0; i++)
		at[i].said = out[i]->answer;
	return rc;
}

static int score_all(struct request *r, struct ask *q, uint32_t first, struct err *e)
{
	int rc = 0;
	if (!r->worker->scorer)
		rc = scorer_lane_create(&r->worker->scorer, r->service->cues, e);
	for (uint32_t i = first; i < q->n_evidence && rc == 0; i += PART) {
		uint32_t some = q->n_evidence - i < PART ? q->n_evidence - i : PART;
		if (request_is_cancelled(r))
			return err_set(e, LODE_CANCELLED, "cancelled");
		if (r->deadline_ns && now_ns() > r->deadline_ns)
			return err_set(e, LODE_TIMEOUT, "the deadline passed");
		rc = score_part(r, q, q->evidence + i, some);
		if (rc)
			err_set(e, rc, "the model: %s", err_words(rc));
	}
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
