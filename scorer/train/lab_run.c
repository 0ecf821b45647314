#include "scorer/train/lab_run.h"

#include "base/digest.h"
#include "scorer/train/probe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Grows when the numbers of a run would change though its options do not. */
enum { LAB_VERSION = 1 };

/* ---- names ---- */

void lab_title(const struct lab_bench *b, const struct lab_arm *a, uint64_t seed, char *out)
{
	const struct train_options *o = &a->train;
	const struct optimiser_options *p = &o->optimiser;
	snprintf(out, LAB_TITLE,
		"lab %d, %s: texts %s %016llx%s, ids %u, objective %s, mask %s, position %s, d %u, "
		"heads %u, layers %u, ff %u, activation %s, top-k %u, window %u, batch %u, steps "
		"%u, lr %g, warm-up %u, decay %s to %g, weight decay %g, l1 %g rise %g fall %g, "
		"probes %u of %u%s%s%s%s%s%s, seed %llu",
		LAB_VERSION, kernel_best()->name, lab_source_names[b->texts->source],
		(unsigned long long)b->texts->digest, a->is_shuffled ? " shuffled" : "",
		o->shape.vocabulary, objective_names[o->objective], shape_mask_names[o->shape.mask],
		shape_position_names[o->shape.position], o->shape.d, o->shape.heads,
		o->shape.layers, o->shape.d_ff[0], shape_activation_names[o->shape.activation],
		o->top_k, o->shape.window, o->batch, p->steps, (double)p->rate, p->warmup,
		rate_decay_names[p->decay], (double)p->rate_last, (double)p->weight_decay,
		(double)o->l1, (double)o->l1_rise, (double)o->l1_fall, a->probe_every,
		a->probe_tokens, a->has_pair ? ", pair" : "", a->has_drift ? ", drift" : "",
		a->has_removal ? ", removal" : "", a->has_effect ? " by effect" : "",
		a->has_meaning ? ", meaning" : "", a->is_judge ? ", judge" : "",
		(unsigned long long)seed);
}

int lab_path(
	const struct lab_bench *b, const struct lab_arm *a, uint64_t seed, char *out, size_t room)
{
	char title[LAB_TITLE];
	lab_title(b, a, seed, title);
	int n = snprintf(out, room, "%s/%016llx.csv", b->runs,
		(unsigned long long)digest64(slice_str(title)));
	return n > 0 && (size_t)n < room ? LODE_OK : LODE_TOOBIG;
}

int lab_load(const struct lab_bench *b, const struct lab_arm *a, uint64_t seed,
	struct lab_table *out, struct err *e)
{
	char path[1024], title[LAB_TITLE];
	if (lab_path(b, a, seed, path, sizeof(path)))
		return err_set(e, LODE_TOOBIG, "%s: the path is too long", b->runs);
	lab_title(b, a, seed, title);
	return lab_table_read(out, title, path, e);
}

bool lab_is_done(const struct lab_bench *b, const struct lab_arm *a, uint64_t seed)
{
	struct lab_table t = {0};
	bool is_done = lab_load(b, a, seed, &t, NULL) == LODE_OK;
	lab_table_release(&t);
	return is_done;
}

double lab_cost(const struct lab_arm *a)
{
	const struct shape *s = &a->train.shape;
	double factors = s->activation == ACTIVATION_DRELU ? 3 : 2,
	       inner = (double)s->heads * SHAPE_HEAD_DIM;
	double layer = 4 * inner * s->d + factors * s->d * s->d_ff[0] + 2 * inner * s->window;
	double token = s->layers * layer + (double)s->vocabulary * s->d + 2e5 * s->layers / 6;
	double steps = a->train.optimiser.steps, probes = steps / a->probe_every + 2;
	double trained = 3 * steps * a->train.batch * a->train.text_subwords;
	double passes = a->has_effect ? 22 : a->has_removal ? 17 : 2; /* at the end, over probes */
	double probed = a->probe_tokens * (probes * (a->has_pair ? 2 : 1) + passes);
	return token * (trained + probed);
}

/* ---- measuring ---- */

/* Nats a subword of a language model, else a labelled window's over the four axes. */
static double loss_of(const struct trainer *t, const struct step_report *r)
{
	double sum = 0;
	enum objective o = t->options.objective;
	if (o == OBJECTIVE_CAUSAL || o == OBJECTIVE_MLM)
		return r->words;
	for (unsigned head = 0; head < HEAD_RELEVANCE; head++)
		sum += r->heads[head];
	return sum;
}

int lab_loss(struct trainer *t, uint64_t stream, uint32_t tokens, double *out, struct err *e)
{
	double sum = 0, n = 0;
	for (uint64_t draw = 0; n < tokens; draw++) {
		struct step_report r;
		int rc = trainer_draw(t, stream, draw, t->options.batch, e);
		if (rc)
			return rc;
		trainer_measure(t, &r);
		sum += loss_of(t, &r) * r.tokens;
		n += r.tokens;
	}
	*out = sum / n;
	return LODE_OK;
}

static void put(struct lab_table *out, uint64_t step, int32_t layer, enum lab_measure m, double at,
	double value)
{
	lab_add(out, &(struct lab_row){(uint32_t)step, layer, m, at, value});
}

/* The run as it stands. */
struct running {
	const struct lab_arm *arm;
	struct trainer *trainer;
	struct probe probe;
	struct lab_drift *drift;
	struct lab_table table;
};

static void note_layer(struct running *r, uint32_t layer)
{
	const struct layer_use *u = &r->probe.use.layer[layer];
	const struct probe_layer *p = &r->probe.layer[layer];
	double units = r->trainer->layout.shape.d_ff[layer];
	uint64_t step = r->trainer->step;
	static const double at[3] = {10, 50, 90};
	int32_t l = (int32_t)layer;
	put(&r->table, step, l, LAB_TOKEN, 0, u->token);
	put(&r->table, step, l, LAB_SEQUENCE, 0, u->sequence);
	put(&r->table, step, l, LAB_BATCH, 0, u->batch);
	put(&r->table, step, l, LAB_DEAD, 0, p->dead / units);
	if (r->probe.taken > 1) {
		put(&r->table, step, l, LAB_OFF, 0, p->off / units);
		put(&r->table, step, l, LAB_ON, 0, p->on / units);
	}
	if (r->arm->has_pair)
		put(&r->table, step, l, LAB_NULL, 0, p->null / units);
	bool is_last = step == r->trainer->options.optimiser.steps;
	for (unsigned i = 0; is_last && i < 3; i++) {
		put(&r->table, step, l, LAB_UNIT_RATE, at[i], p->rate[i]);
		put(&r->table, step, l, LAB_TOKEN_UNITS, at[i], p->active[i] / units);
	}
}

static int probe(struct running *r, struct err *e)
{
	struct trainer *t = r->trainer;
	double loss = 0;
	int rc = probe_take(&r->probe, t, e);
	if (rc == 0 && r->drift)
		rc = lab_drift_take(r->drift, t, &r->probe.use, r->arm->probe_tokens, e);
	bool is_last = t->step == t->options.optimiser.steps;
	if (rc == 0 && t->options.objective == OBJECTIVE_CAUSAL)
		rc = lab_loss(t, LAB_STREAM_HELD_OUT,
			is_last ? 2 * r->arm->probe_tokens : r->arm->probe_tokens / 4, &loss, e);
	if (rc)
		return rc;
	if (t->options.objective == OBJECTIVE_CAUSAL)
		put(&r->table, t->step, LAB_ALL_LAYERS, LAB_LOSS, 0, loss);
	for (uint32_t l = 0; l < t->layout.shape.layers; l++)
		note_layer(r, l);
	return LODE_OK;
}

/* ---- the run ---- */

static int train(struct running *r, struct err *e)
{
	struct trainer *t = r->trainer;
	struct step_report report;
	int rc = probe(r, e);
	while (rc == 0 && t->step < t->options.optimiser.steps) {
		rc = trainer_step(t, &report, e);
		bool is_due =
			t->step % r->arm->probe_every == 0 || t->step == t->options.optimiser.steps;
		if (rc == 0 && is_due)
			rc = probe(r, e);
	}
	return rc;
}

static int finish(const struct lab_bench *b, struct running *r, uint64_t seed, struct err *e)
{
	const struct lab_arm *a = r->arm;
	int rc = LODE_OK;
	if (r->drift)
		lab_drift_report(r->drift, (uint32_t)r->trainer->step, &r->table);
	if (a->has_removal)
		rc = lab_removal(r->trainer, &r->probe.use, a->probe_tokens / 2, seed,
			a->has_effect, &r->table, e);
	if (rc == 0 && a->has_meaning)
		rc = lab_meaning(r->trainer, a->probe_tokens, seed, &r->table, e);
	if (rc == 0 && a->is_judge)
		rc = lab_judge(b, r->trainer, &r->table, e);
	return rc;
}

static int run_with(const struct lab_bench *b, const struct lab_arm *a, uint64_t seed,
	const struct supply *supply, struct err *e)
{
	char path[1024], title[LAB_TITLE];
	struct running r = {.arm = a};
	struct train_options o = a->train;
	o.seed = seed;
	uint32_t probes = o.optimiser.steps / a->probe_every + 2;
	int rc = lab_path(b, a, seed, path, sizeof(path));
	if (rc)
		return err_set(e, rc, "%s: the path is too long", b->runs);
	lab_title(b, a, seed, title);
	rc = trainer_create(&r.trainer, &o, supply, e);
	if (rc == 0)
		rc = probe_begin(&r.probe, &o.shape, NULL, false, a->probe_tokens, a->has_pair,
			SLICE(""), e);
	if (rc == 0 && a->has_drift)
		rc = lab_drift_begin(&r.drift, &o.shape, probes, e);
	if (rc == 0)
		rc = train(&r, e);
	if (rc == 0)
		rc = finish(b, &r, seed, e);
	if (rc == 0)
		rc = lab_table_write(&r.table, title, path, e);
	lab_table_release(&r.table);
	lab_drift_end(r.drift);
	probe_finish(&r.probe);
	trainer_destroy(r.trainer);
	return rc;
}

/* Where a run's windows come from. */
struct source {
	struct lab_reader reader;
	const struct mixture *mixture;
};

static int draw_example(void *self, uint64_t seed, uint64_t step, uint32_t index,
	struct arena *scratch, struct example *out)
{
	const struct source *s = self;
	return s->mixture ? mixture_draw(s->mixture, seed, step, index, scratch, out) : LODE_BADREQ;
}

static int draw_text(
	void *self, uint64_t seed, uint64_t step, uint32_t index, uint16_t *ids, uint32_t n)
{
	struct source *s = self;
	return lab_read(&s->reader, seed, step, index, ids, n);
}

int lab_run(const struct lab_bench *b, const struct lab_arm *a, uint64_t seed, struct err *e)
{
	struct source source = {{b->texts, a->is_shuffled}, b->mixture};
	struct supply supply = {&source, draw_example, draw_text};
	return run_with(b, a, seed, &supply, e);
}
