/* How a unit dies: its pre-activation's mean and spread at each probe, and units that stopped firing for good looked at
 * backwards from there.
 *
 * Mean and variance of w . x over tokens follow from mean and covariance of x, so a probe costs one d x d matrix a
 * layer whatever the width. */
#include "scorer/train/lab_run.h"

#include <math.h>
#include <stdlib.h>

enum { LAGS_BEFORE = 10, LAGS_AFTER = 5 };

struct lab_drift {
	struct shape shape;
	uint32_t probes, taken;
	size_t units;
	float *z;    /* [probes][units]: mean / deviation of the pre-activation */
	uint8_t *on; /* [probes][units]: fired on the probe's batch */
};

int lab_drift_begin(struct lab_drift **out, const struct shape *s, uint32_t probes, struct err *e)
{
	struct lab_drift *d = calloc(1, sizeof(*d));
	if (!d)
		return err_set(e, LODE_NOMEM, "no memory for pre-activations");
	d->shape = *s;
	d->probes = probes;
	for (uint32_t l = 0; l < s->layers; l++)
		d->units += s->d_ff[l];
	d->z = calloc(probes * d->units, sizeof(*d->z));
	d->on = calloc(probes * d->units, sizeof(*d->on));
	if (!d->z || !d->on) {
		lab_drift_end(d);
		return err_set(e, LODE_NOMEM, "no memory for pre-activations");
	}
	*out = d;
	return LODE_OK;
}

void lab_drift_end(struct lab_drift *d)
{
	if (!d)
		return;
	free(d->z);
	free(d->on);
	free(d);
}

/* ---- a probe ---- */

/* Sums of x and x x^T over tokens; [d] and [d][d]. */
struct moments {
	double *sum, *square;
	double n;
};

static void add_tokens(struct moments *m, const float *x, uint32_t tokens, uint32_t d)
{
	for (uint32_t t = 0; t < tokens; t++, x += d)
		for (uint32_t i = 0; i < d; i++) {
			double *row = m->square + (size_t)i * d, v = (double)x[i];
			m->sum[i] += v;
			for (uint32_t j = 0; j <= i; j++)
				row[j] += v * (double)x[j];
		}
	m->n += tokens;
}

/* mean / deviation of w . x */
static float standing(const struct moments *m, const float *w, uint32_t d)
{
	double mean = 0, square = 0;
	for (uint32_t i = 0; i < d; i++) {
		const double *row = m->square + (size_t)i * d;
		double wi = (double)w[i], part = 0;
		mean += wi * m->sum[i];
		for (uint32_t j = 0; j < i; j++)
			part += (double)w[j] * row[j];
		square += wi * (2 * part + wi * row[i]);
	}
	mean /= m->n;
	double variance = square / m->n - mean * mean;
	return variance > 0 ? (float)(mean / sqrt(variance)) : 0;
}

int lab_drift_take(struct lab_drift *d, struct trainer *t, const struct use *use, uint32_t tokens,
	struct err *e)
{
	uint32_t width = d->shape.d;
	size_t size = (size_t)width * (width + 1);
	double *room = calloc(d->shape.layers * size, sizeof(*room));
	if (!room || d->taken == d->probes) {
		free(room);
		return err_set(e, LODE_NOMEM, "no room for another probe");
	}
	double seen = 0;
	int rc = LODE_OK;
	for (uint64_t draw = 0; rc == 0 && seen < tokens; draw++) {
		struct step_report ignored;
		rc = trainer_draw(t, USE_STREAM_A, draw, t->options.batch, e);
		if (rc)
			break;
		trainer_measure(t, &ignored);
		for (unsigned s = 0; s < TRAINER_SHARES; s++)
			for (uint32_t l = 0; l < d->shape.layers; l++) {
				struct moments m = {room + l * size, room + l * size + width, 0};
				add_tokens(&m, t->shares[s].pass->kept[l].normed_mlp,
					t->shares[s].batch.tokens, width);
			}
		seen += ignored.tokens;
	}
	float *z = d->z + d->taken * d->units;
	uint8_t *on = d->on + d->taken * d->units;
	for (uint32_t l = 0; rc == 0 && l < d->shape.layers; l++) {
		struct moments m = {room + l * size, room + l * size + width, seen};
		const float *w = t->weights + t->layout.layer[l].wi;
		for (uint32_t u = 0; u < d->shape.d_ff[l]; u++) {
			*z++ = standing(&m, w + (size_t)u * width, width);
			*on++ = use->layer[l].fired[u] > 0;
		}
	}
	d->taken += rc == 0;
	free(room);
	return rc;
}

/* ---- the report ---- */

static bool fires_at(const struct lab_drift *d, size_t unit, uint32_t probe)
{
	return d->on[probe * d->units + unit];
}

static double z_at(const struct lab_drift *d, size_t unit, uint32_t probe)
{
	return (double)d->z[probe * d->units + unit];
}

/* Last probe in which it fires when it is off in all of LAGS_AFTER or more after that; d->taken: it did not die. */
static uint32_t death_of(const struct lab_drift *d, size_t unit)
{
	uint32_t last = d->taken;
	while (last > 0 && !fires_at(d, unit, last - 1))
		last--;
	bool is_death = last > 0 && d->taken - last >= LAGS_AFTER;
	return is_death ? last - 1 : d->taken;
}

static bool never_off(const struct lab_drift *d, size_t unit)
{
	for (uint32_t p = 0; p < d->taken; p++)
		if (!fires_at(d, unit, p))
			return false;
	return true;
}

/* Of the way down from the highest of the probes before to the first silent one: the share of the largest fall between
 * two probes.  1 is a single jump, 1/n a straight line over n. */
static double largest_fall(const struct lab_drift *d, size_t unit, uint32_t death)
{
	uint32_t from = death > LAGS_BEFORE ? death - LAGS_BEFORE : 0, top = from;
	for (uint32_t p = from; p <= death; p++)
		top = z_at(d, unit, p) > z_at(d, unit, top) ? p : top;
	double whole = z_at(d, unit, top) - z_at(d, unit, death + 1), most = 0;
	for (uint32_t p = top; p <= death; p++)
		most = fmax(most, z_at(d, unit, p) - z_at(d, unit, p + 1));
	return whole > 0 ? fmin(1, most / whole) : 1;
}

/* Units of a layer: those that died, and as many that live, looked at around the same probes. */
struct following {
	size_t *dead, *alive;
	unsigned deaths, living;
	double *room;
};

static void report_lag(const struct lab_drift *d, const struct following *f, int lag, uint32_t step,
	int32_t layer, struct lab_table *out)
{
	unsigned n = 0, m = 0;
	double *dying = f->room, *living = f->room + f->deaths;
	for (unsigned i = 0; i < f->deaths; i++) {
		int64_t p = (int64_t)death_of(d, f->dead[i]) + lag;
		if (p < 0 || p >= (int64_t)d->taken)
			continue;
		dying[n++] = z_at(d, f->dead[i], (uint32_t)p);
		if (f->living)
			living[m++] = z_at(d, f->alive[i % f->living], (uint32_t)p);
	}
	if (n >= 10)
		lab_add(out, &(struct lab_row){
				     step, layer, LAB_DYING, lag, lab_percentile(dying, n, 50)});
	if (m >= 10)
		lab_add(out, &(struct lab_row){
				     step, layer, LAB_LIVING, lag, lab_percentile(living, m, 50)});
}

static void report_units(const struct lab_drift *d, const struct following *f, uint32_t step,
	int32_t layer, struct lab_table *out)
{
	lab_add(out, &(struct lab_row){step, layer, LAB_DEATHS, 0, f->deaths});
	if (!f->deaths)
		return;
	for (int lag = -LAGS_BEFORE; lag <= LAGS_AFTER; lag++)
		report_lag(d, f, lag, step, layer, out);
	for (unsigned i = 0; i < f->deaths; i++)
		f->room[i] = largest_fall(d, f->dead[i], death_of(d, f->dead[i]));
	static const double at[3] = {10, 50, 90};
	for (unsigned i = 0; i < 3; i++)
		lab_add(out, &(struct lab_row){step, layer, LAB_JUMP, at[i],
				     lab_percentile(f->room, f->deaths, at[i])});
}

static void follow(const struct lab_drift *d, size_t first, size_t n, struct following *f)
{
	f->deaths = f->living = 0;
	for (size_t u = first; u < first + n; u++) {
		if (death_of(d, u) < d->taken)
			f->dead[f->deaths++] = u;
		else if (never_off(d, u))
			f->alive[f->living++] = u;
	}
}

void lab_drift_report(const struct lab_drift *d, uint32_t step, struct lab_table *out)
{
	struct following f = {calloc(d->units, sizeof(size_t)), calloc(d->units, sizeof(size_t)), 0,
		0, calloc(2 * d->units, sizeof(double))};
	out->failed |= !f.dead || !f.alive || !f.room;
	size_t first = 0;
	for (uint32_t l = 0; !out->failed && l < d->shape.layers; first += d->shape.d_ff[l++]) {
		follow(d, first, d->shape.d_ff[l], &f);
		report_units(d, &f, step, (int32_t)l, out);
	}
	if (!out->failed) {
		follow(d, 0, d->units, &f);
		report_units(d, &f, step, LAB_ALL_LAYERS, out);
	}
	free(f.dead);
	free(f.alive);
	free(f.room);
}
