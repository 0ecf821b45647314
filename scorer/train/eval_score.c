#include "scorer/train/eval_score.h"

#include <math.h>
#include <stdlib.h>

const unsigned eval_axis_classes[AXES] = {2, 3, 2, 3};
const char *const eval_axis_names[AXES] = {"negation", "certainty", "experiencer", "temporality"};

struct eval_confusion eval_count(const struct eval_view *v, enum eval_axis axis, int class)
{
	struct eval_confusion c = {0, 0, 0, 0};
	for (unsigned i = 0; i < v->n; i++) {
		int gold = v->items[i]->gold[axis], said = v->answers[i]->value[axis];
		if (gold == GOLD_SKIP)
			continue;
		c.tp += gold == class && said == class;
		c.fp += gold != class && said == class;
		c.fn += gold == class && said != class;
		c.tn += gold != class && said != class;
	}
	return c;
}

double eval_f1(struct eval_confusion c)
{
	unsigned all = 2 * c.tp + c.fp + c.fn;
	return all ? 2.0 * c.tp / all : 0;
}

double eval_mcc(struct eval_confusion c)
{
	double d = sqrt((double)(c.tp + c.fp) * (c.tp + c.fn) * (c.tn + c.fp) * (c.tn + c.fn));
	return d > 0 ? ((double)c.tp * c.tn - (double)c.fp * c.fn) / d : 0;
}

double eval_specificity(struct eval_confusion c)
{
	return c.tn + c.fp ? (double)c.tn / (c.tn + c.fp) : 0;
}

double eval_axis_f1(const struct eval_view *v, enum eval_axis axis)
{
	double sum = 0;
	unsigned classes = 0;
	for (unsigned k = 0; k < eval_axis_classes[axis]; k++) {
		struct eval_confusion c = eval_count(v, axis, (int)k);
		if (c.tp + c.fn == 0)
			continue;
		sum += eval_f1(c);
		classes++;
	}
	return classes ? sum / classes : 0;
}

double eval_macro_f1(const struct eval_view *v)
{
	double sum = 0;
	for (unsigned axis = 0; axis < AXES; axis++)
		sum += eval_axis_f1(v, axis);
	return sum / AXES;
}

double eval_all_four(const struct eval_view *v)
{
	unsigned right = 0;
	for (unsigned i = 0; i < v->n; i++) {
		bool ok = true;
		for (unsigned axis = 0; axis < AXES; axis++) {
			int gold = v->items[i]->gold[axis];
			ok = ok && (gold == GOLD_SKIP || gold == v->answers[i]->value[axis]);
		}
		right += ok;
	}
	return v->n ? (double)right / v->n : 0;
}

/* ---- bootstrap ---- */

enum { RESAMPLES = 1000 };

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Items in order of their cluster, and where each cluster begins. */
struct clusters {
	unsigned *item, *start;
	unsigned n;
};

static const struct eval_view *sort_view;

static int by_cluster(const void *a, const void *b)
{
	uint32_t x = sort_view->items[*(const unsigned *)a]->cluster;
	uint32_t y = sort_view->items[*(const unsigned *)b]->cluster;
	return (x > y) - (x < y);
}

static void clusters_make(const struct eval_view *v, struct clusters *c)
{
	c->item = calloc(v->n + 1, sizeof(*c->item));
	c->start = calloc(v->n + 1, sizeof(*c->start));
	for (unsigned i = 0; i < v->n; i++)
		c->item[i] = i;
	sort_view = v;
	qsort(c->item, v->n, sizeof(*c->item), by_cluster);
	c->n = 0;
	for (unsigned i = 0; i < v->n; i++)
		if (i == 0 || v->items[c->item[i]]->cluster != v->items[c->item[i - 1]]->cluster)
			c->start[c->n++] = i;
	c->start[c->n] = v->n;
}

/* A resample may hold more items than the view: clusters differ in size.  Draws indices of items. */
static unsigned resample(const struct clusters *c, uint64_t *state, unsigned *picked, unsigned room)
{
	unsigned n = 0;
	for (unsigned i = 0; i < c->n; i++) {
		*state = *state * 6364136223846793005u + 1442695040888963407u;
		unsigned pick = (unsigned)((*state >> 33) % c->n);
		for (unsigned k = c->start[pick]; k < c->start[pick + 1] && n < room; k++)
			picked[n++] = c->item[k];
	}
	return n;
}

static void take(
	const struct eval_view *v, const unsigned *picked, unsigned n, struct eval_view *out)
{
	out->n = n;
	for (unsigned i = 0; i < n; i++) {
		out->items[i] = v->items[picked[i]];
		out->answers[i] = v->answers[picked[i]];
	}
}

/* base NULL: of the measure itself. */
static struct eval_interval bootstrap(const struct eval_view *v, const struct eval_view *base,
	double (*measure)(const struct eval_view *))
{
	unsigned room = 4 * v->n + 16;
	struct clusters c;
	clusters_make(v, &c);
	struct eval_view r = {calloc(room, sizeof(void *)), calloc(room, sizeof(void *)), 0};
	unsigned *picked = calloc(room, sizeof(*picked));
	double *values = calloc(RESAMPLES, sizeof(*values));
	uint64_t state = 20260101;
	for (unsigned i = 0; c.n && i < RESAMPLES; i++) {
		unsigned n = resample(&c, &state, picked, room);
		take(v, picked, n, &r);
		values[i] = measure(&r);
		if (!base)
			continue;
		take(base, picked, n, &r);
		values[i] -= measure(&r);
	}
	qsort(values, RESAMPLES, sizeof(*values), by_value);
	struct eval_interval out = {values[RESAMPLES / 40], values[RESAMPLES - RESAMPLES / 40 - 1]};
	free(values);
	free(picked);
	free(r.items);
	free(r.answers);
	free(c.item);
	free(c.start);
	return out;
}

struct eval_interval eval_bootstrap(
	const struct eval_view *v, double (*measure)(const struct eval_view *))
{
	return bootstrap(v, NULL, measure);
}

struct eval_interval eval_bootstrap_gain(const struct eval_view *v, const struct eval_view *base,
	double (*measure)(const struct eval_view *))
{
	return bootstrap(v, base, measure);
}
