#include "scorer/train/softmax.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 100, HALVINGS = 30, CLASSES_MAX = 8 };
static const double ridge = 1e-9; /* keeps the Hessian of an unpenalised bias regular */

struct newton {
	const struct softmax_rows *rows;
	double l2;
	uint32_t width, n; /* features + 1; classes * width */
	double *hessian;   /* [n][n], its lower triangle */
	double *gradient, *tried;
};

void softmax_probability(
	const double *weight, const double *x, uint32_t features, uint32_t classes, double *p)
{
	double most = -INFINITY, sum = 0;
	for (uint32_t k = 0; k < classes; k++) {
		const double *w = weight + (size_t)k * (features + 1);
		p[k] = w[features];
		for (uint32_t j = 0; j < features; j++)
			p[k] += w[j] * x[j];
		most = p[k] > most ? p[k] : most;
	}
	for (uint32_t k = 0; k < classes; k++)
		sum += p[k] = exp(p[k] - most);
	for (uint32_t k = 0; k < classes; k++)
		p[k] /= sum;
}

static double share_of(const struct softmax_rows *r, uint32_t i)
{
	return r->share ? r->share[i] : 1;
}

double softmax_loss(const struct softmax_rows *r, const double *weight)
{
	double sum = 0, all = 0, p[CLASSES_MAX];
	for (uint32_t i = 0; i < r->n; i++) {
		softmax_probability(
			weight, r->x + (size_t)i * r->features, r->features, r->classes, p);
		sum -= share_of(r, i) * log(fmax(p[r->y[i]], 1e-300));
		all += share_of(r, i);
	}
	return all > 0 ? sum / all : 0;
}

static double off_centre(const struct newton *w, const double *weight, uint32_t i)
{
	return weight[i] - (w->rows->centre ? w->rows->centre[i] : 0);
}

static double objective(const struct newton *w, const double *weight)
{
	double penalty = 0;
	for (uint32_t i = 0; i < w->n; i++)
		if (i % w->width != w->rows->features)
			penalty += off_centre(w, weight, i) * off_centre(w, weight, i);
	return softmax_loss(w->rows, weight) + w->l2 / 2 * penalty;
}

static void add_row(struct newton *w, uint32_t i, const double *p, double share)
{
	const struct softmax_rows *r = w->rows;
	const double *x = r->x + (size_t)i * r->features;
	for (uint32_t k = 0; k < r->classes; k++) {
		double g = share * (p[k] - (r->y[i] == k));
		for (uint32_t a = 0; a < w->width; a++)
			w->gradient[k * w->width + a] += g * (a < r->features ? x[a] : 1);
		/* The lower triangle is all that solve() reads, and most features are 0. */
		for (uint32_t l = 0; l <= k; l++) {
			double c = share * p[k] * ((k == l) - p[l]);
			for (uint32_t a = 0; a < w->width; a++) {
				double xa = c * (a < r->features ? x[a] : 1);
				if (xa == 0)
					continue;
				double *row = w->hessian + (size_t)(k * w->width + a) * w->n +
					      (size_t)l * w->width;
				for (uint32_t b = 0; b < r->features; b++)
					row[b] += xa * x[b];
				row[r->features] += xa;
			}
		}
	}
}

static void differentiate(struct newton *w, const double *weight)
{
	const struct softmax_rows *r = w->rows;
	double all = 0, p[CLASSES_MAX];
	memset(w->hessian, 0, (size_t)w->n * w->n * sizeof(double));
	memset(w->gradient, 0, w->n * sizeof(double));
	for (uint32_t i = 0; i < r->n; i++)
		all += share_of(r, i);
	for (uint32_t i = 0; i < r->n; i++) {
		softmax_probability(
			weight, r->x + (size_t)i * r->features, r->features, r->classes, p);
		add_row(w, i, p, share_of(r, i) / all);
	}
	for (uint32_t i = 0; i < w->n; i++) {
		bool is_bias = i % w->width == r->features;
		w->gradient[i] += is_bias ? 0 : w->l2 * off_centre(w, weight, i);
		w->hessian[(size_t)i * w->n + i] += (is_bias ? 0 : w->l2) + ridge;
	}
}

/* Solves hessian * step = gradient in place by Cholesky's factors; false when it is not definite. */
static bool solve(struct newton *w)
{
	double *h = w->hessian, *g = w->gradient;
	uint32_t n = w->n;
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = 0; j <= i; j++) {
			double s = h[(size_t)i * n + j];
			for (uint32_t k = 0; k < j; k++)
				s -= h[(size_t)i * n + k] * h[(size_t)j * n + k];
			if (i == j && s <= 0)
				return false;
			h[(size_t)i * n + j] = i == j ? sqrt(s) : s / h[(size_t)j * n + j];
		}
	for (uint32_t i = 0; i < n; i++) {
		for (uint32_t k = 0; k < i; k++)
			g[i] -= h[(size_t)i * n + k] * g[k];
		g[i] /= h[(size_t)i * n + i];
	}
	for (uint32_t i = n; i-- > 0;) {
		for (uint32_t k = i + 1; k < n; k++)
			g[i] -= h[(size_t)k * n + i] * g[k];
		g[i] /= h[(size_t)i * n + i];
	}
	return true;
}

static void descend(struct newton *w, double *weight)
{
	double now = objective(w, weight);
	for (unsigned step = 0; step < STEPS_MAX; step++) {
		differentiate(w, weight);
		if (!solve(w))
			return;
		double size = 1, next = now;
		unsigned halving = 0;
		for (; halving < HALVINGS; halving++, size /= 2) {
			for (uint32_t i = 0; i < w->n; i++)
				w->tried[i] = weight[i] - size * w->gradient[i];
			next = objective(w, w->tried);
			if (next < now)
				break;
		}
		if (halving == HALVINGS)
			return;
		memcpy(weight, w->tried, w->n * sizeof(double));
		if (now - next < 1e-12 * (1 + now))
			return;
		now = next;
	}
}

int softmax_fit(const struct softmax_rows *rows, double l2, double *weight, struct err *e)
{
	struct newton w = {.rows = rows, .l2 = l2, .width = rows->features + 1};
	if (rows->n == 0 || rows->classes < 2 || rows->classes > CLASSES_MAX)
		return err_set(e, LODE_BADREQ, "nothing to fit: %u rows, %u classes", rows->n,
			rows->classes);
	w.n = rows->classes * w.width;
	w.hessian = calloc((size_t)w.n * w.n, sizeof(double));
	w.gradient = calloc(w.n, sizeof(double));
	w.tried = calloc(w.n, sizeof(double));
	bool is_whole = w.hessian && w.gradient && w.tried;
	if (is_whole)
		descend(&w, weight);
	free(w.hessian);
	free(w.gradient);
	free(w.tried);
	return is_whole ? 0 : err_set(e, LODE_NOMEM, "logistic fit");
}
