#include "scorer/train/stack_fit.h"

#include "scorer/stack.h"
#include "scorer/train/calibration.h"
#include "scorer/train/softmax.h"

#include <math.h>
#include <stdlib.h>

enum { FOLDS = 10, CLASSES = 3 };
static const uint32_t axis_classes[4] = {2, 3, 2, 3};
static const double penalties[] = {.001, .003, .01, .03, .1, .3};
enum { PENALTIES = sizeof(penalties) / sizeof(penalties[0]) };
/* Of the answers, the share that shall be given: docs/scorer.md. */
static const double coverage_wanted = .96;
static const double present_penalty = .001;

struct fit {
	const struct stack_case *cases;
	uint32_t n;
	unsigned axis;
	uint32_t features, classes;
	double *x; /* [n][features], the rows of one fit end to end */
	uint8_t *y;
	double (*p)
		[CLASSES]; /* [n] probabilities of each case, from the fit that did not hold it */
	double weight[CLASSES * (STACK_FEATURES_MAX + 1)];
	double centre[CLASSES * (STACK_FEATURES_MAX + 1)];
	struct err *e;
};

static unsigned fold_of(uint32_t cluster)
{
	return ((cluster * 2654435761u) >> 16) % FOLDS;
}

/* Fits on the cases outside a fold (FOLDS: on all); leaves weight. */
static int fit_without(struct fit *f, unsigned fold, double l2)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < f->n; i++) {
		const struct stack_case *c = &f->cases[i];
		if (c->label[f->axis] == CASE_UNKNOWN || fold_of(c->cluster) == fold)
			continue;
		for (uint32_t k = 0; k < f->features; k++)
			f->x[(size_t)n * f->features + k] = (double)c->x[f->axis][k];
		f->y[n++] = c->label[f->axis];
	}
	struct softmax_rows rows = {.x = f->x,
		.y = f->y,
		.centre = f->centre,
		.n = n,
		.features = f->features,
		.classes = f->classes};
	memcpy(f->weight, f->centre, sizeof(f->weight));
	return softmax_fit(&rows, l2, f->weight, f->e);
}

static void judge_fold(struct fit *f, unsigned fold)
{
	double x[STACK_FEATURES_MAX];
	for (uint32_t i = 0; i < f->n; i++) {
		if (fold_of(f->cases[i].cluster) != fold)
			continue;
		for (uint32_t k = 0; k < f->features; k++)
			x[k] = (double)f->cases[i].x[f->axis][k];
		softmax_probability(f->weight, x, f->features, f->classes, f->p[i]);
	}
}

/* Mean -log p of all labelled cases, each judged by the fit without its fold. */
static int cross_validate(struct fit *f, double l2, double *loss)
{
	int rc = 0;
	for (unsigned fold = 0; rc == 0 && fold < FOLDS; fold++) {
		rc = fit_without(f, fold, l2);
		judge_fold(f, fold);
	}
	double sum = 0;
	uint32_t n = 0;
	for (uint32_t i = 0; i < f->n; i++) {
		uint8_t y = f->cases[i].label[f->axis];
		if (y == CASE_UNKNOWN)
			continue;
		sum -= log(fmax(f->p[i][y], 1e-12));
		n++;
	}
	*loss = n ? sum / n : 0;
	return rc;
}

static int fit_axis(struct fit *f, struct stack_axis *out, struct stack_fit_report *report)
{
	double best = INFINITY, loss, l2 = penalties[0];
	int rc = 0;
	for (unsigned k = 0; rc == 0 && k < PENALTIES; k++) {
		rc = cross_validate(f, penalties[k], &loss);
		if (rc == 0 && loss < best) {
			best = loss;
			l2 = penalties[k];
		}
	}
	if (rc == 0)
		rc = cross_validate(f, l2, &loss);
	if (rc == 0)
		rc = fit_without(f, FOLDS, l2);
	*out = (struct stack_axis){.classes = f->classes, .features = f->features};
	for (uint32_t c = 0; c < f->classes; c++)
		for (uint32_t k = 0; k <= f->features; k++)
			out->weight[c][k] = (float)f->weight[c * (f->features + 1) + k];
	report->l2[f->axis] = l2;
	report->loss[f->axis] = best;
	for (uint32_t i = 0; i < f->n; i++)
		report->cases[f->axis] += f->cases[i].label[f->axis] != CASE_UNKNOWN;
	return rc;
}

static void set_centre(struct fit *f, const struct stack *centre)
{
	uint32_t width = f->features + 1;
	memset(f->centre, 0, sizeof(f->centre));
	for (uint32_t c = 0; centre && c < f->classes; c++)
		for (uint32_t k = 0; k < width; k++)
			f->centre[c * width + k] = (double)centre->axis[f->axis].weight[c][k];
}

/* ---- presence ---- */

static double sigmoid(double z)
{
	return 1 / (1 + exp(-z));
}

/* The weights of softmax_fit's two classes as those of one logistic. */
static void take_present(const double *weight, float out[STACK_PRESENT + 1])
{
	for (unsigned k = 0; k <= STACK_PRESENT; k++)
		out[k] = (float)(weight[STACK_PRESENT + 1 + k] - weight[k]);
}

/* p: [n] held-out probabilities of the axes. */
static int fit_present(const struct stack_case *cases, uint32_t n, double (*p)[STACK_AXES][CLASSES],
	struct stack *out, struct stack_fit_report *report, struct err *e)
{
	double(*x)[STACK_PRESENT] = calloc(n + 1, sizeof(*x));
	double weight[2 * (STACK_PRESENT + 1)] = {0};
	uint8_t *y = calloc(n + 1, 1);
	struct outcome *rows = calloc(n + 1, sizeof(*rows));
	uint32_t known = 0, present = 0;
	int rc = x && y && rows ? 0 : LODE_NOMEM;
	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		if (cases[i].present == CASE_UNKNOWN)
			continue;
		stack_present_features(p[i], x[known]);
		present += y[known] = cases[i].present;
		rows[known++] = (struct outcome){0, cases[i].cluster, cases[i].present};
	}
	if (rc == 0 && (present == 0 || present == known))
		rc = err_set(e, LODE_BADREQ, "presence has cases of one kind only");
	struct softmax_rows fit = {
		.x = x[0], .y = y, .n = known, .features = STACK_PRESENT, .classes = 2};
	if (rc == 0)
		rc = softmax_fit(&fit, present_penalty, weight, e);
	take_present(weight, out->present);
	for (uint32_t i = 0; rc == 0 && i < known; i++) {
		double z = (double)out->present[STACK_PRESENT];
		for (unsigned k = 0; k < STACK_PRESENT; k++)
			z += (double)out->present[k] * x[i][k];
		double is = rows[i].p = sigmoid(z);
		report->brier += (is - y[i]) * (is - y[i]) / known;
		report->log_loss -= log(fmax(y[i] ? is : 1 - is, 1e-12)) / known;
	}
	struct selective s = {0};
	if (rc == 0)
		rc = selective_at(rows, known, coverage_wanted, &s, e);
	if (rc == 0) {
		report->coverage = (double)s.answered / known;
		report->error = (double)s.wrong / s.answered;
		/* a band that is not there at all, or all there is, helps nobody */
		double sure = fmin(fmax(s.threshold, .6), .98);
		out->abstain_low = (float)(1 - sure);
		out->abstain_high = (float)sure;
	}
	free(x);
	free(y);
	free(rows);
	return rc;
}

int stack_fit(const struct stack_case *cases, uint32_t n, const uint32_t features[4],
	const struct stack *centre, struct stack *out, struct stack_fit_report *report,
	struct err *e)
{
	struct fit f = {.cases = cases, .n = n, .e = e};
	double(*p)[STACK_AXES][CLASSES] = calloc(n + 1, sizeof(*p));
	*report = (struct stack_fit_report){.coverage = 0};
	f.x = calloc((size_t)(n + 1) * STACK_FEATURES_MAX, sizeof(double));
	f.y = calloc(n + 1, 1);
	f.p = calloc(n + 1, sizeof(*f.p));
	int rc = f.x && f.y && f.p && p ? 0 : LODE_NOMEM;
	for (f.axis = 0; rc == 0 && f.axis < 4; f.axis++) {
		f.features = features[f.axis];
		f.classes = axis_classes[f.axis];
		set_centre(&f, centre);
		rc = fit_axis(&f, &out->axis[f.axis], report);
		for (uint32_t i = 0; i < n; i++)
			memcpy(p[i][f.axis], f.p[i], sizeof(f.p[i]));
	}
	if (rc == 0)
		rc = fit_present(cases, n, p, out, report, e);
	free(f.x);
	free(f.y);
	free(f.p);
	free(p);
	if (rc == LODE_NOMEM)
		err_set(e, rc, "no memory to fit the stack");
	return rc;
}
