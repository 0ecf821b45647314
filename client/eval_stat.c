#include "client/eval_stat.h"

#include "base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* NEWTON_MOST: a fit that exists needs about ten.  SLOPE_MOST: beyond it the fit runs to infinity. */
enum { NEWTON_MOST = 100, SLOPE_MOST = 50 };
static const double z95 = 1.959963984540054;
static const double p_least = 0.001;

const char *const eval_score_names[SCORES] = {
	[SCORE_MCC] = "mcc",
	[SCORE_ACCURACY] = "accuracy",
	[SCORE_BALANCED] = "balanced_accuracy",
	[SCORE_SENSITIVITY] = "sensitivity",
	[SCORE_SPECIFICITY] = "specificity",
	[SCORE_PRECISION] = "precision",
	[SCORE_F1] = "f1",
};

bool eval_is_right(const struct eval_outcome *o)
{
	return o->call == (o->is_present ? CALL_PRESENT : CALL_ABSENT);
}

enum eval_cell eval_cell_of(const struct eval_outcome *o)
{
	if (o->is_present)
		return eval_is_right(o) ? CELL_TP : CELL_FN;
	return eval_is_right(o) ? CELL_TN : CELL_FP;
}

enum eval_cell eval_cell_decided(const struct eval_outcome *o)
{
	return o->is_decided ? eval_cell_of(o) : CELL_NONE;
}

uint64_t eval_cells_sum(const struct eval_cells *c)
{
	return c->n[CELL_TP] + c->n[CELL_FN] + c->n[CELL_TN] + c->n[CELL_FP];
}

static double share(double part, double whole)
{
	return whole > 0 ? part / whole : NAN;
}

void eval_scores(const struct eval_cells *c, double out[SCORES])
{
	double tp = (double)c->n[CELL_TP], fn = (double)c->n[CELL_FN];
	double tn = (double)c->n[CELL_TN], fp = (double)c->n[CELL_FP];
	double below = sqrt((tp + fp) * (tp + fn)) * sqrt((tn + fp) * (tn + fn));
	out[SCORE_MCC] = below > 0 ? (tp * tn - fp * fn) / below : 0;
	out[SCORE_ACCURACY] = share(tp + tn, tp + fn + tn + fp);
	out[SCORE_SENSITIVITY] = share(tp, tp + fn);
	out[SCORE_SPECIFICITY] = share(tn, tn + fp);
	out[SCORE_BALANCED] = (out[SCORE_SENSITIVITY] + out[SCORE_SPECIFICITY]) / 2;
	out[SCORE_PRECISION] = share(tp, tp + fp);
	out[SCORE_F1] = share(2 * tp, 2 * tp + fp + fn);
}

void eval_wilson(uint64_t hits, uint64_t n, double *low, double *high)
{
	*low = *high = NAN;
	if (n == 0)
		return;
	double size = (double)n, p = (double)hits / size, below = 1 + z95 * z95 / size;
	double middle = p + z95 * z95 / (2 * size);
	double half = z95 * sqrt(p * (1 - p) / size + z95 * z95 / (4 * size * size));
	*low = fmax((middle - half) / below, 0);
	*high = fmin((middle + half) / below, 1);
}

/* ---- probabilities ---- */

/* Newton's method on the log likelihood of two parameters. */
static void fit_slope(const struct eval_outcome *o, size_t n, double *slope, double *intercept)
{
	double a = 0, b = 1;
	*slope = *intercept = NAN;
	for (int round = 0; round < NEWTON_MOST; round++) {
		double ga = 0, gb = 0, haa = 0, hab = 0, hbb = 0;
		for (size_t i = 0; i < n; i++) {
			if (!o[i].is_answered)
				continue;
			double p = fmin(fmax(o[i].probability, p_least), 1 - p_least);
			double x = log(p / (1 - p)), m = 1 / (1 + exp(-(a + b * x)));
			double left = o[i].is_present - m, w = m * (1 - m);
			ga += left;
			gb += left * x;
			haa += w;
			hab += w * x;
			hbb += w * x * x;
		}
		double det = haa * hbb - hab * hab;
		if (!(det > 1e-9 * haa * hbb) || haa < 1e-9)
			return;
		double da = (hbb * ga - hab * gb) / det, db = (haa * gb - hab * ga) / det;
		a += da;
		b += db;
		if (!(fabs(a) < SLOPE_MOST && fabs(b) < SLOPE_MOST))
			return;
		if (fabs(da) + fabs(db) < 1e-10) {
			*slope = b;
			*intercept = a;
			return;
		}
	}
}

static void add_to_bin(struct eval_calibration *c, const struct eval_outcome *o)
{
	int at = (int)(o->probability * EVAL_BINS);
	at = at < 0 ? 0 : at >= EVAL_BINS ? EVAL_BINS - 1 : at;
	c->bin[at].n++;
	c->bin[at].present += o->is_present;
	c->bin[at].mean += o->probability;
}

void eval_calibrate(const struct eval_outcome *o, size_t n, struct eval_calibration *out)
{
	double present = 0, errors = 0;
	struct eval_calibration c = {0};
	for (size_t i = 0; i < n; i++) {
		double off = o[i].is_answered ? o[i].probability - o[i].is_present : 1;
		errors += off * off;
		if (!o[i].is_answered)
			continue;
		c.n++;
		c.mean_said += o[i].probability;
		present += o[i].is_present;
		add_to_bin(&c, &o[i]);
	}
	c.mean_said = share(c.mean_said, (double)c.n);
	c.observed = share(present, (double)c.n);
	c.brier = share(errors, (double)n);
	for (int i = 0; i < EVAL_BINS; i++)
		c.bin[i].mean = share(c.bin[i].mean, (double)c.bin[i].n);
	fit_slope(o, n, &c.slope, &c.intercept);
	*out = c;
}

struct sure {
	double how;
	bool is_wrong;
};

static int surest_first(const void *a, const void *b)
{
	const struct sure *x = a, *y = b;
	return (x->how < y->how) - (x->how > y->how);
}

int eval_risk(const struct eval_outcome *o, size_t n, double *risk)
{
	struct sure *s = calloc(n ? n : 1, sizeof(*s));
	if (!s)
		return LODE_NOMEM;
	for (size_t i = 0; i < n; i++) {
		double p = o[i].probability;
		s[i].how = o[i].is_answered ? fmax(p, 1 - p) : 0;
		s[i].is_wrong = !eval_is_right(&o[i]);
	}
	qsort(s, n, sizeof(*s), surest_first);
	double before = 0;
	for (size_t i = 0, end; i < n; i = end) {
		double wrong = 0;
		for (end = i; end < n && s[end].how == s[i].how; end++)
			wrong += s[end].is_wrong;
		double each = wrong / (double)(end - i);
		for (size_t k = i; k < end; k++)
			risk[k] = (before + each * (double)(k - i + 1)) / (double)(k + 1);
		before += wrong;
	}
	free(s);
	return 0;
}

/* ---- the rest ---- */

double eval_percentile(const double *v, size_t n, double p)
{
	if (n == 0)
		return NAN;
	size_t rank = (size_t)ceil(p * (double)n);
	return v[rank ? rank - 1 : 0];
}

int eval_compare(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}
