#include "scorer/train/trainer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const objective_names[OBJECTIVES] = {"heads", "mlm", "causal", "mixed"};

enum { SCRATCH_BYTES = 64 << 20 };

/* ---- options ---- */

struct train_options train_options_usual(void)
{
	struct train_options o = {
		.shape = {.vocabulary = 4096,
			.d = 128,
			.heads = 2,
			.layers = 4,
			.window = WINDOW_SUBWORDS,
			.has_heads = true},
		.optimiser = {.rate = 2e-3f,
			.rate_last = 0,
			.warmup = 100,
			.steps = 1500,
			.decay = RATE_LINEAR,
			.beta_first = 0.9f,
			.beta_second = 0.98f,
			.epsilon = 1e-8f,
			.weight_decay = 0.05f,
			.clip = 1},
		.objective = OBJECTIVE_HEADS,
		.batch = 64,
		.text_subwords = WINDOW_SUBWORDS,
		.text_share = 1.0f / 3,
		.words_weight = 0.3f,
		.masked = 0.15f,
		.smoothing = 0.03f,
		.l1_rise = 0.1f,
		.seed = 1,
		.threads = 1,
	};
	for (uint32_t l = 0; l < SHAPE_LAYERS_MAX; l++)
		o.shape.d_ff[l] = 1024;
	return o;
}

static bool is_share(float v)
{
	return v >= 0 && v <= 1;
}

int train_options_check(const struct train_options *o, struct err *e)
{
	int rc = shape_check(&o->shape, e);
	if (rc)
		return rc;
	const struct optimiser_options *p = &o->optimiser;
	if (o->batch < 1 || o->batch > 65536)
		return err_set(e, LODE_BADREQ, "batch is %u, not 1 to 65536", o->batch);
	if (o->threads < 1 || o->threads > 16)
		return err_set(e, LODE_BADREQ, "threads is %u, not 1 to 16", o->threads);
	if (o->text_subwords < 2 || o->text_subwords > o->shape.window)
		return err_set(e, LODE_BADREQ, "a text of %u subwords does not fit a window of %u",
			o->text_subwords, o->shape.window);
	if (!(p->rate > 0 && p->rate < 1) || p->steps < 1)
		return err_set(e, LODE_BADREQ, "a learning rate of 0 to 1 and at least one step");
	if (!is_share(o->text_share) || !is_share(o->masked) || !is_share(o->smoothing) ||
		!is_share(o->dropped) || !is_share(o->average) || !is_share(o->l1_rise) ||
		!is_share(o->l1_fall) || !is_share(p->rate_last))
		return err_set(e, LODE_BADREQ, "shares are from 0 to 1");
	if (!(o->l1 >= 0) || !(o->words_weight >= 0) || !(p->weight_decay >= 0) || !(p->clip >= 0))
		return err_set(e, LODE_BADREQ, "weights of losses and clip are not below 0");
	bool is_causal = o->shape.mask == MASK_CAUSAL;
	if ((o->objective == OBJECTIVE_CAUSAL && !is_causal) ||
		(o->objective == OBJECTIVE_MLM && is_causal))
		return err_set(e, LODE_BADREQ, "objective %s does not go with mask %s",
			objective_names[o->objective], shape_mask_names[o->shape.mask]);
	if (o->top_k && o->shape.activation != ACTIVATION_RELU)
		return err_set(e, LODE_BADREQ, "top-k goes with activation relu alone");
	if (o->objective == OBJECTIVE_HEADS && !o->shape.has_heads)
		return err_set(e, LODE_BADREQ, "the objective wants heads");
	return LODE_OK;
}

float train_l1_at(const struct train_options *o, uint64_t step)
{
	double at = ((double)step + 1) / o->optimiser.steps, by = 1;
	double rise = (double)o->l1_rise, fall = (double)o->l1_fall;
	if (at < rise)
		by = (1 - cos(M_PI * at / rise)) / 2;
	if (at > 1 - fall)
		by *= at < 1 ? (1 - at) / fall : 0;
	return (float)((double)o->l1 * by);
}

/* ---- life ---- */

static int share_init(struct share *s, const struct trainer *t)
{
	const struct train_options *o = &t->options;
	/* The lighter share takes each window, so neither is ever over half by more than one. */
	uint64_t tokens = ((uint64_t)o->batch / 2 + 1) * o->shape.window;
	if (tokens > 1u << 22)
		return LODE_TOOBIG;
	arena_init(&s->scratch, SCRATCH_BYTES);
	int rc = batch_init(&s->batch, o->batch, (uint32_t)tokens);
	if (rc == 0)
		rc = pass_create(&s->pass, &t->layout, (uint32_t)tokens, o->batch, kernel_best());
	if (rc)
		return rc;
	s->gradient = floats_new(t->layout.floats);
	if (!s->gradient)
		return LODE_NOMEM;
	memset(s->gradient, 0, t->layout.floats * sizeof(float));
	return LODE_OK;
}

static void share_finish(struct share *s)
{
	batch_finish(&s->batch);
	pass_destroy(s->pass);
	arena_release(&s->scratch);
	free(s->gradient);
}

static int allocate(struct trainer *t)
{
	int rc = crew_create(&t->crew, t->options.threads);
	for (unsigned i = 0; rc == 0 && i < TRAINER_SHARES; i++)
		rc = share_init(&t->shares[i], t);
	if (rc == 0)
		rc = optimiser_init(&t->optimiser, &t->layout);
	if (rc)
		return rc;
	t->slots = calloc(t->options.batch, sizeof(*t->slots));
	t->weights = floats_new(t->layout.floats);
	if (t->options.average > 0)
		t->average = floats_new(t->layout.floats);
	bool has_all = t->slots && t->weights && (t->average || !(t->options.average > 0));
	if (has_all && t->average)
		memset(t->average, 0, t->layout.floats * sizeof(float));
	return has_all ? LODE_OK : LODE_NOMEM;
}

int trainer_create(
	struct trainer **out, const struct train_options *o, const struct supply *s, struct err *e)
{
	int rc = train_options_check(o, e);
	if (rc)
		return rc;
	struct trainer *t = calloc(1, sizeof(*t));
	if (!t)
		return err_set(e, LODE_NOMEM, "no memory for a training run");
	t->options = *o;
	t->supply = *s;
	rc = layout_init(&t->layout, &o->shape, e);
	if (rc) {
		free(t);
		return rc;
	}
	t->layout.top_k = o->top_k;
	rc = allocate(t);
	if (rc) {
		trainer_destroy(t);
		return err_set(e, rc, "no room for a training run: %s", err_words(rc));
	}
	layout_randomise(&t->layout, o->seed, t->weights);
	*out = t;
	return LODE_OK;
}

void trainer_destroy(struct trainer *t)
{
	if (!t)
		return;
	crew_destroy(t->crew);
	for (unsigned i = 0; i < TRAINER_SHARES; i++)
		share_finish(&t->shares[i]);
	optimiser_finish(&t->optimiser);
	free(t->slots);
	free(t->weights);
	free(t->average);
	free(t);
}

/* ---- drawing ---- */

struct drawing {
	struct trainer *t;
	uint64_t seed, step;
	uint32_t count;
};

static void draw_share(void *arg, unsigned task)
{
	const struct drawing *d = arg;
	struct trainer *t = d->t;
	struct arena *scratch = &t->shares[task].scratch;
	for (uint32_t i = task; i < d->count; i += TRAINER_SHARES) {
		arena_reset(scratch);
		slot_fill(&t->slots[i], &t->options, &t->supply, d->seed, d->step, i, scratch);
	}
}

int trainer_draw(struct trainer *t, uint64_t seed, uint64_t step, uint32_t count, struct err *e)
{
	struct drawing d = {t, seed, step, count};
	crew_run(t->crew, TRAINER_SHARES, draw_share, &d);
	for (unsigned i = 0; i < TRAINER_SHARES; i++)
		batch_clear(&t->shares[i].batch);
	for (uint32_t i = 0; i < count; i++) {
		const struct slot *s = &t->slots[i];
		struct batch *to = &t->shares[0].batch;
		for (unsigned k = 1; k < TRAINER_SHARES; k++)
			if (t->shares[k].batch.tokens < to->tokens)
				to = &t->shares[k].batch;
		if (s->rc)
			return err_set(e, s->rc, "window %u of step %llu cannot be drawn: %s", i,
				(unsigned long long)step, err_words(s->rc));
		int rc = batch_add(to, s->ids, s->target, s->n, s->read, s->label, s->weight);
		if (rc)
			return err_set(e, LODE_BUG, "a share of step %llu is full",
				(unsigned long long)step);
	}
	return LODE_OK;
}

/* ---- a step ---- */

struct working {
	struct trainer *t;
	struct loss_scale scale;
	bool has_gradient;
};

static void work_share(void *arg, unsigned task)
{
	const struct working *w = arg;
	struct share *s = &w->t->shares[task];
	if (w->has_gradient)
		pass_gradient(
			s->pass, w->t->weights, &s->batch, &w->scale, s->gradient, &s->losses);
	else
		pass_forward(s->pass, w->t->weights, &s->batch, &w->scale, &s->losses);
}

static struct loss_scale scale_of(const struct trainer *t, float l1)
{
	double weight = 0, tokens = 0, targets = 0;
	for (unsigned i = 0; i < TRAINER_SHARES; i++) {
		weight += t->shares[i].batch.labelled_weight;
		tokens += t->shares[i].batch.tokens;
		targets += t->shares[i].batch.targets;
	}
	return (struct loss_scale){
		.heads = weight > 0 ? (float)(1 / weight) : 0,
		.words = targets > 0 ? (float)((t->options.objective == OBJECTIVE_MIXED
							       ? (double)t->options.words_weight
							       : 1) /
					       targets)
				     : 0,
		.l1 = tokens > 0 ? (float)((double)l1 / tokens) : 0,
		.smoothing = t->options.smoothing,
	};
}

static void report(const struct trainer *t, const struct loss_scale *scale, struct step_report *r)
{
	double targets = 0, labelled[HEAD_COUNT] = {0};
	*r = (struct step_report){.step = t->step};
	for (unsigned i = 0; i < TRAINER_SHARES; i++) {
		const struct share *s = &t->shares[i];
		r->tokens += s->batch.tokens;
		targets += s->batch.targets;
		r->words += s->losses.words;
		r->hidden += s->losses.hidden;
		for (unsigned h = 0; h < HEAD_COUNT; h++) {
			r->heads[h] += s->losses.heads[h];
			r->right[h] += (double)s->losses.right[h];
			labelled[h] += (double)s->losses.labelled[h];
		}
		for (uint32_t l = 0; l < t->layout.shape.layers; l++)
			r->use[l] += (double)s->losses.fired[l];
	}
	r->loss = (double)scale->words * r->words + (double)scale->l1 * r->hidden;
	for (unsigned h = 0; h < HEAD_COUNT; h++) {
		r->loss += (double)scale->heads * r->heads[h];
		r->heads[h] = labelled[h] > 0 ? r->heads[h] * (double)scale->heads : (double)NAN;
		r->right[h] = labelled[h] > 0 ? r->right[h] / labelled[h] : (double)NAN;
	}
	r->words = targets > 0 ? r->words / targets : (double)NAN;
	r->hidden /= r->tokens ? r->tokens : 1;
	for (uint32_t l = 0; l < t->layout.shape.layers; l++)
		r->use[l] /= (double)r->tokens * t->layout.shape.d_ff[l];
}

void trainer_measure(struct trainer *t, struct step_report *r)
{
	struct working w = {t, scale_of(t, train_l1_at(&t->options, t->step)), false};
	crew_run(t->crew, TRAINER_SHARES, work_share, &w);
	report(t, &w.scale, r);
}

uint64_t trainer_averages_from(const struct train_options *o)
{
	return (uint64_t)((double)o->optimiser.steps * (1 - (double)o->average));
}

uint64_t trainer_averaged(const struct trainer *t)
{
	uint64_t from = trainer_averages_from(&t->options);
	return t->average && t->step > from ? t->step - from : 0;
}

/* Every step's weights count the same (Polyak, Juditsky 1992; Izmailov et al., UAI 2018). */
static void add_to_average(struct trainer *t)
{
	uint64_t n = trainer_averaged(t);
	if (n == 0)
		return;
	float share = 1 / (float)n;
	for (size_t i = 0; i < t->layout.floats; i++)
		t->average[i] += (t->weights[i] - t->average[i]) * share;
}

void trainer_take_average(struct trainer *t)
{
	if (trainer_averaged(t) == 0)
		return;
	float *last = t->weights;
	t->weights = t->average;
	t->average = last;
}

int trainer_step(struct trainer *t, struct step_report *r, struct err *e)
{
	int rc = trainer_draw(t, t->options.seed, t->step, t->options.batch, e);
	if (rc)
		return rc;
	float l1 = train_l1_at(&t->options, t->step);
	struct working w = {t, scale_of(t, l1), true};
	crew_run(t->crew, TRAINER_SHARES, work_share, &w);
	report(t, &w.scale, r);
	r->l1 = l1;
	r->rate = optimiser_rate(&t->options.optimiser, t->step);
	float *gradients[TRAINER_SHARES];
	for (unsigned i = 0; i < TRAINER_SHARES; i++)
		gradients[i] = t->shares[i].gradient;
	optimiser_step(&t->optimiser, &t->options.optimiser, t->step, t->crew, t->weights,
		gradients, TRAINER_SHARES, &r->norm);
	if (!isfinite(r->loss) || !isfinite(r->norm))
		return err_set(e, LODE_BUG, "step %llu diverged: loss %g, gradient %g",
			(unsigned long long)t->step, r->loss, r->norm);
	t->step++;
	add_to_average(t);
	return LODE_OK;
}
