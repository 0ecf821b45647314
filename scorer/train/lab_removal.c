/* What a trained network loses when hidden units are taken out: the rarest first, as many by chance, those of
 * least effect first, those off in a probe, and whole layers of them.  Taking a unit out is writing 0 into its column of wo. */
#include "scorer/train/lab_run.h"
#include "scorer/train/random.h"

#include <math.h>
#include <stdlib.h>

enum { PURPOSE_REMOVAL = 0x72656d6f };

struct unit {
	uint32_t layer, unit, fired;
	float effect;
	uint64_t chance;
};

struct removal {
	struct trainer *trainer;
	struct unit *units; /* all layers */
	size_t n;
	float *whole; /* the weights as trained */
	uint32_t tokens, step;
	double base; /* the loss with all units */
	struct lab_table *out;
	struct err *e;
};

static int rarer(const void *a, const void *b)
{
	const struct unit *x = a, *y = b;
	if (x->fired != y->fired)
		return x->fired < y->fired ? -1 : 1;
	return (x->chance > y->chance) - (x->chance < y->chance);
}

static int by_chance(const void *a, const void *b)
{
	const struct unit *x = a, *y = b;
	return (x->chance > y->chance) - (x->chance < y->chance);
}

static int weaker(const void *a, const void *b)
{
	const struct unit *x = a, *y = b;
	if (x->effect != y->effect)
		return x->effect < y->effect ? -1 : 1;
	return by_chance(a, b);
}

static void silence(const struct removal *r, const struct unit *u)
{
	const struct layout *l = &r->trainer->layout;
	float *wo = r->trainer->weights + l->layer[u->layer].wo;
	for (uint32_t j = 0; j < l->shape.d; j++)
		wo[(size_t)j * l->shape.d_ff[u->layer] + u->unit] = 0;
}

static void restore(const struct removal *r)
{
	memcpy(r->trainer->weights, r->whole, r->trainer->layout.floats * sizeof(float));
}

/* Nats lost by what is silenced now; all is put back. */
static int lost(const struct removal *r, double *out)
{
	double loss = 0;
	int rc = lab_loss(r->trainer, LAB_STREAM_HELD_OUT, r->tokens, &loss, r->e);
	restore(r);
	*out = loss - r->base;
	return rc;
}

static void note(
	const struct removal *r, int32_t layer, enum lab_measure m, double at, double value)
{
	lab_add(r->out, &(struct lab_row){r->step, layer, m, at, value});
}

enum order { BY_RARITY, BY_CHANCE, BY_EFFECT };

/* The first `go` units in that order; by chance: as many of each layer as by rarity. */
static void take_out(const struct removal *r, size_t go, enum order order)
{
	size_t quota[SHAPE_LAYERS_MAX] = {0};
	qsort(r->units, r->n, sizeof(*r->units), order == BY_EFFECT ? weaker : rarer);
	for (size_t i = 0; i < go; i++) {
		quota[r->units[i].layer]++;
		if (order != BY_CHANCE)
			silence(r, &r->units[i]);
	}
	if (order != BY_CHANCE)
		return;
	qsort(r->units, r->n, sizeof(*r->units), by_chance);
	for (size_t i = 0; i < r->n; i++)
		if (quota[r->units[i].layer]) {
			quota[r->units[i].layer]--;
			silence(r, &r->units[i]);
		}
}

/* A curve over shares, and how far it goes for .01 and .05 nats. */
static int curve(const struct removal *r, enum order order)
{
	static const enum lab_measure removed[] = {LAB_REMOVED_RARE, LAB_REMOVED_RANDOM,
		LAB_REMOVED_WEAK},
				      removable[] = {LAB_REMOVABLE, LAB_REMOVABLE_RANDOM,
					      LAB_REMOVABLE_WEAK};
	static const double share[] = {0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1};
	enum { POINTS = sizeof(share) / sizeof(share[0]) };
	double loss[POINTS];
	for (unsigned i = 0; i < POINTS; i++) {
		take_out(r, (size_t)(share[i] * (double)r->n + 0.5), order);
		int rc = lost(r, &loss[i]);
		if (rc)
			return rc;
		note(r, LAB_ALL_LAYERS, removed[order], share[i], loss[i]);
	}
	enum lab_measure m = removable[order];
	note(r, LAB_ALL_LAYERS, m, .01, lab_crossing(share, loss, POINTS, .01));
	note(r, LAB_ALL_LAYERS, m, .05, lab_crossing(share, loss, POINTS, .05));
	return LODE_OK;
}

static int unused(const struct removal *r)
{
	size_t off = 0;
	double value = 0;
	for (size_t i = 0; i < r->n; i++)
		if (r->units[i].fired == 0) {
			silence(r, &r->units[i]);
			off++;
		}
	int rc = lost(r, &value);
	note(r, LAB_ALL_LAYERS, LAB_REMOVED_UNUSED, (double)off / (double)r->n, value);
	return rc;
}

static int whole_layers(const struct removal *r)
{
	int32_t layers = (int32_t)r->trainer->layout.shape.layers;
	double value;
	int rc = LODE_OK;
	for (int32_t l = LAB_ALL_LAYERS; rc == 0 && l < layers; l++) {
		for (size_t i = 0; i < r->n; i++)
			if (l == LAB_ALL_LAYERS || (int32_t)r->units[i].layer == l)
				silence(r, &r->units[i]);
		rc = lost(r, &value);
		note(r, l, LAB_REMOVED_MLP, 0, value);
	}
	return rc;
}

/* Of the unit's column of wo. */
static float length_of(const struct removal *r, uint32_t layer, uint32_t unit)
{
	const struct layout *l = &r->trainer->layout;
	const float *wo = r->trainer->weights + l->layer[layer].wo;
	float sum = 0;
	for (uint32_t j = 0; j < l->shape.d; j++) {
		float w = wo[(size_t)j * l->shape.d_ff[layer] + unit];
		sum += w * w;
	}
	return sqrtf(sum);
}

static void list_units(struct removal *r, const struct use *use, uint64_t seed)
{
	const struct shape *s = &r->trainer->layout.shape;
	size_t i = 0;
	for (uint32_t l = 0; l < s->layers; l++)
		for (uint32_t u = 0; u < s->d_ff[l]; u++, i++) {
			struct random chance = random_for(seed, PURPOSE_REMOVAL, l, u);
			const struct layer_use *of = &use->layer[l];
			r->units[i] = (struct unit){l, u, of->fired[u],
				of->sum[u] * length_of(r, l, u), random_next(&chance)};
		}
}

int lab_removal(struct trainer *t, const struct use *use, uint32_t tokens, uint64_t seed,
	bool has_effect, struct lab_table *out, struct err *e)
{
	struct removal r = {
		.trainer = t, .tokens = tokens, .step = (uint32_t)t->step, .out = out, .e = e};
	for (uint32_t l = 0; l < t->layout.shape.layers; l++)
		r.n += t->layout.shape.d_ff[l];
	r.units = calloc(r.n + 1, sizeof(*r.units));
	r.whole = floats_new(t->layout.floats);
	int rc = LODE_NOMEM;
	if (r.units && r.whole) {
		memcpy(r.whole, t->weights, t->layout.floats * sizeof(float));
		list_units(&r, use, seed);
		rc = lab_loss(t, LAB_STREAM_HELD_OUT, tokens, &r.base, e);
		if (rc == 0)
			rc = unused(&r);
		if (rc == 0)
			rc = curve(&r, BY_RARITY);
		if (rc == 0)
			rc = curve(&r, BY_CHANCE);
		if (rc == 0 && has_effect)
			rc = curve(&r, BY_EFFECT);
		if (rc == 0)
			rc = whole_layers(&r);
	} else {
		err_set(e, rc, "no memory to take units out");
	}
	free(r.units);
	free(r.whole);
	return rc;
}
