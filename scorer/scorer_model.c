/* Mentions -> assertions, by rules and, where there is a model, by rules and model joined. */
#include "base/json.h"
#include "scorer/kept.h"
#include "scorer/model.h"
#include "scorer/network.h"
#include "scorer/stack.h"
#include "scorer/window.h"

#include <math.h>
#include <stdlib.h>

enum {
	BATCH = 8,               /* windows a call of the network */
	TRAINING_BYTES = 4 << 20 /* of memory, to parse what a file says of its training */
};

struct scorer_lane {
	const struct cue_engine *cues;
	struct network_scratch *scratch; /* for the network it was last used with */
	uint64_t scratch_of;             /* the model's number; 0: none yet */
};

/* ---- opening ---- */

static int check_use(const struct model_parts *parts, struct err *e)
{
	if (!parts->shape.has_heads)
		return err_set(e, LODE_BADREQ, "the model has no heads that judge mentions");
	if (parts->shape.window < WINDOW_SUBWORDS)
		return err_set(e, LODE_BADREQ, "the model's window has %u subwords, a mention's %d",
			parts->shape.window, WINDOW_SUBWORDS);
	return parts->stack ? stack_check(parts->stack, e) : LODE_OK;
}

/* rc, m: of model_open. */
static int make_ready(int rc, struct scorer_model *m, struct scorer_model **out, struct err *e)
{
	if (rc == LODE_OK)
		rc = check_use(model_parts(m), e);
	if (rc == LODE_OK)
		rc = model_prepare(m, e);
	if (rc == LODE_OK)
		*out = m;
	else
		scorer_close(m);
	return rc;
}

int scorer_open(struct scorer_model **out, const char *path, struct err *e)
{
	struct scorer_model *m = NULL;
	int rc = model_open(&m, path, e);
	return make_ready(rc, m, out, e);
}

int scorer_open_bytes(struct scorer_model **out, struct slice bytes, struct err *e)
{
	struct scorer_model *m = NULL;
	int rc = model_open_bytes(&m, bytes, e);
	return make_ready(rc, m, out, e);
}

/* ---- judging ---- */

int scorer_lane_create(struct scorer_lane **out, const struct cue_engine *c, struct err *e)
{
	struct scorer_lane *l = calloc(1, sizeof(*l));
	if (!l)
		return err_set(e, LODE_NOMEM, "no memory for a scorer's lane");
	l->cues = c;
	*out = l;
	return LODE_OK;
}

void scorer_lane_destroy(struct scorer_lane *l)
{
	if (l)
		network_scratch_destroy(l->scratch);
	free(l);
}

/* Scratch fits one shape: made anew when the model is another. */
static int lane_fit(struct scorer_lane *l, const struct scorer_model *m)
{
	if (l->scratch_of == model_number(m))
		return LODE_OK;
	network_scratch_destroy(l->scratch);
	l->scratch = NULL;
	l->scratch_of = 0;
	int rc = network_scratch_create(&l->scratch, model_network(m, 0), BATCH);
	if (rc == LODE_OK)
		l->scratch_of = model_number(m);
	return rc;
}

static bool is_disagreement(const struct assertion *rules, const float *logits)
{
	for (unsigned axis = 0; axis < STACK_AXES; axis++)
		if (stack_rule_class(axis, rules) != stack_model_class(axis, logits))
			return true;
	return false;
}

static void join(
	const struct scorer_model *m, uint8_t section, const float *logits, struct scored *out)
{
	const struct stack *stack = model_parts(m)->stack;
	memcpy(out->logits, logits, sizeof(out->logits));
	out->has_model = true;
	out->disagree = is_disagreement(&out->rules, logits);
	out->section = (enum tok_section_class)section;
	out->answer = out->rules;
	if (!stack)
		return;
	out->has_stack = true;
	stack_answer(stack, &out->rules, logits, out->section, &out->answer);
	/* Whose it is bounds it: what is surely somebody else's leaves no doubt about the patient. */
	double p = out->answer.p_present, own = 1 - out->answer.p_experiencer;
	if (out->answer.experiencer == EXP_OTHER && own < p)
		p = own;
	out->is_unsure = p > stack->abstain_low && p < stack->abstain_high;
}

void scorer_join_same(
	const struct scorer_model *model, const struct scored *same, struct scored *out)
{
	join(model, (uint8_t)same->section, same->logits, out);
}

int scorer_cut(const struct scorer_model *model, const struct mention_context *mention,
	struct arena *scratch, struct window *out)
{
	return window_cut(model_vocabulary(model), mention, false, scratch, out);
}

/* Logits of the windows, the mean over the model's networks; they are of one shape, so scratch fits each. */
static int run_networks(struct scorer_lane *l, const struct scorer_model *m,
	const struct network_input *in, uint32_t n, float (*logits)[SHAPE_LOGITS],
	struct network_use *use)
{
	uint32_t networks = model_networks(model_parts(m));
	int rc = network_run(model_network(m, 0), l->scratch, in, n, logits[0], use);
	for (uint32_t k = 1; k < networks && rc == LODE_OK; k++) {
		float more[BATCH][SHAPE_LOGITS];
		rc = network_run(model_network(m, k), l->scratch, in, n, more[0], use);
		for (uint32_t i = 0; i < n && rc == LODE_OK; i++)
			for (unsigned c = 0; c < SHAPE_LOGITS; c++)
				logits[i][c] += more[i][c];
	}
	for (uint32_t i = 0; i < n && networks > 1; i++)
		for (unsigned c = 0; c < SHAPE_LOGITS; c++)
			logits[i][c] /= (float)networks;
	return rc;
}

/* run_networks, but for what is kept of an earlier call. */
static int run_new(struct scorer_lane *l, const struct scorer_model *m,
	const struct network_input *in, uint32_t n, float logits[BATCH][SHAPE_LOGITS],
	struct network_use *use)
{
	struct kept *kept = model_kept(m);
	struct network_input fresh[BATCH];
	struct digest128 key[BATCH];
	float made[BATCH][SHAPE_LOGITS];
	uint32_t of[BATCH], n_fresh = 0;
	if (!kept)
		return run_networks(l, m, in, n, logits, use);
	for (uint32_t i = 0; i < n; i++) {
		key[i] = kept_key(&in[i]);
		if (kept_find(kept, key[i], logits[i]))
			continue;
		fresh[n_fresh] = in[i];
		of[n_fresh++] = i;
	}
	if (n_fresh == 0)
		return LODE_OK;
	int rc = run_networks(l, m, fresh, n_fresh, made, use);
	for (uint32_t i = 0; i < n_fresh && rc == LODE_OK; i++) {
		memcpy(logits[of[i]], made[i], sizeof(made[i]));
		kept_put(kept, key[of[i]], made[i]);
	}
	return rc;
}

static int join_batch(struct scorer_lane *l, const struct scorer_model *m,
	const struct window *const *windows, uint32_t n, struct scored *const *out,
	struct network_use *use)
{
	struct network_input in[BATCH];
	float logits[BATCH][SHAPE_LOGITS] = {{0}};
	bool is_causal = model_parts(m)->shape.mask == MASK_CAUSAL;
	for (uint32_t i = 0; i < n; i++)
		in[i] = (struct network_input){windows[i]->ids, windows[i]->n,
			is_causal ? windows[i]->n - 1U : (uint32_t)windows[i]->mark};
	int rc = run_new(l, m, in, n, logits, use);
	for (uint32_t i = 0; i < n && rc == LODE_OK; i++)
		join(m, windows[i]->section, logits[i], out[i]);
	return rc;
}

static void add_use(const struct network_use *from, uint32_t layers, struct scorer_use *to)
{
	to->layers = layers;
	for (uint32_t l = 0; l < layers; l++) {
		to->fired[l] += from->fired[l];
		to->of[l] += from->of[l];
	}
}

int scorer_join(struct scorer_lane *l, const struct scorer_model *model,
	const struct window *const *windows, uint32_t n, struct scored *const *out,
	struct scorer_use *use)
{
	struct network_use spent = {0};
	int rc = lane_fit(l, model);
	for (uint32_t i = 0; i < n && rc == LODE_OK; i += BATCH) {
		uint32_t some = n - i < BATCH ? n - i : BATCH;
		rc = join_batch(l, model, windows + i, some, out + i, &spent);
	}
	if (!use || rc != LODE_OK)
		return rc;
	add_use(&spent, model_parts(model)->shape.layers, use);
	for (uint32_t i = 0; i < n; i++)
		use->tokens += windows[i]->n;
	return rc;
}

static int judge_batch(struct scorer_lane *l, const struct scorer_model *model,
	const struct mention_context *mentions, uint32_t n, struct arena *scratch,
	struct scored *out, struct scorer_use *use)
{
	struct window windows[BATCH];
	const struct window *window[BATCH];
	struct scored *to[BATCH];
	for (uint32_t i = 0; i < n; i++) {
		int rc = scorer_cut(model, &mentions[i], scratch, &windows[i]);
		if (rc)
			return rc;
		window[i] = &windows[i];
		to[i] = &out[i];
	}
	return scorer_join(l, model, window, n, to, use);
}

int scorer_judge(struct scorer_lane *l, const struct scorer_model *model,
	const struct mention_context *mentions, uint32_t n, struct arena *scratch,
	struct scored *out, struct scorer_use *use)
{
	int rc = LODE_OK;
	for (uint32_t i = 0; i < n && rc == LODE_OK; i++) {
		out[i] = (struct scored){0};
		rc = cue_judge(l->cues, &mentions[i], scratch, &out[i].rules);
		out[i].answer = out[i].rules;
	}
	for (uint32_t i = 0; model && i < n && rc == LODE_OK; i += BATCH) {
		uint32_t some = n - i < BATCH ? n - i : BATCH;
		rc = judge_batch(l, model, mentions + i, some, scratch, out + i, use);
	}
	return rc;
}

/* ---- showing ---- */

const char *scorer_axis_name(unsigned axis)
{
	return shape_head_names[axis];
}

unsigned scorer_axis_classes(unsigned axis)
{
	return shape_head_classes[axis];
}

const char *scorer_model_class(unsigned axis, const struct scored *s)
{
	return stack_class_name(axis, stack_model_class(axis, s->logits));
}

static void softmax(const float *logits, unsigned n, double *p)
{
	double top = logits[0], sum = 0;
	for (unsigned c = 1; c < n; c++)
		top = fmax(top, logits[c]);
	for (unsigned c = 0; c < n; c++)
		sum += p[c] = exp(logits[c] - top);
	for (unsigned c = 0; c < n; c++)
		p[c] /= sum;
}

void scorer_model_vote(const struct scored *s, double *present, double *neither)
{
	double p[STACK_AXES][3] = {{0}};
	const float *logits = s->logits;
	for (unsigned axis = 0; axis < STACK_AXES; axis++) {
		softmax(logits, shape_head_classes[axis], p[axis]);
		logits += shape_head_classes[axis];
	}
	*present = stack_product(p);
	*neither =
		1 - (1 - p[1][CERT_HYPOTHETICAL]) * (1 - p[2][EXP_OTHER]) * (1 - p[3][TIME_FUTURE]);
}

bool scorer_doubt(const struct scorer_model *m, double *threshold)
{
	struct arena a;
	struct json *training;
	double said = 0;
	arena_init(&a, TRAINING_BYTES);
	struct slice text = model_parts(m)->training;
	if (text.n && json_parse(text, &a, &training, NULL) == 0) {
		const struct json *v = json_get(training, "doubt");
		if (v && v->type == JSON_NUMBER)
			said = v->num;
	}
	arena_release(&a);
	bool is_said = said > 0 && said < 1;
	if (is_said)
		*threshold = said;
	return is_said;
}

uint32_t scorer_features(unsigned axis, const struct scored *s, float value[SCORER_FEATURES_MAX],
	char name[SCORER_FEATURES_MAX][SCORER_FEATURE_NAME])
{
	float all[STACK_FEATURES_MAX];
	uint32_t n = 0;
	stack_features(axis, &s->rules, s->logits, s->section, all);
	for (uint32_t f = 0; f < stack_n_features(axis); f++) {
		if (all[f] == 0)
			continue;
		value[n] = all[f];
		stack_feature_name(axis, f, name[n++]);
	}
	return n;
}

void scorer_digest(const struct scorer_model *m, char room[33])
{
	digest128_hex(model_digest(m), room);
}

void scorer_kept(const struct scorer_model *m, struct scorer_kept *out)
{
	*out = (struct scorer_kept){0};
	if (model_kept(m))
		kept_count(model_kept(m), out);
}
