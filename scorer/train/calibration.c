#include "scorer/train/calibration.h"

#include "scorer/train/softmax.h"

#include <math.h>
#include <stdlib.h>

static const double off = 1e-4;
enum { RESAMPLES = 400 };

double calibration_logit(double p)
{
	p = fmin(fmax(p, off), 1 - off);
	return log(p / (1 - p));
}

/* ---- slope and intercept ---- */

static int line(const double *x, const uint8_t *y, uint32_t n, double *slope, double *intercept,
	struct err *e)
{
	double weight[4] = {0, 0, 0, 0};
	struct softmax_rows rows = {.x = x, .y = y, .n = n, .features = 1, .classes = 2};
	int rc = softmax_fit(&rows, 1e-9, weight, e);
	*slope = weight[2] - weight[0];
	*intercept = weight[3] - weight[1];
	return rc;
}

/* Rows sorted by cluster. */
struct clustered {
	double *x, *picked_x;
	uint8_t *y, *picked_y;
	uint32_t *start;
	uint32_t n, clusters, room;
};

static int by_cluster(const void *a, const void *b)
{
	const struct outcome *x = a, *y = b;
	return (x->cluster > y->cluster) - (x->cluster < y->cluster);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static bool draw(struct clustered *c, uint64_t *state, uint32_t *n)
{
	uint32_t present = 0;
	*n = 0;
	for (uint32_t i = 0; i < c->clusters; i++) {
		*state = *state * 6364136223846793005u + 1442695040888963407u;
		uint32_t pick = (uint32_t)((*state >> 33) % c->clusters);
		for (uint32_t k = c->start[pick]; k < c->start[pick + 1] && *n < c->room; k++) {
			c->picked_x[*n] = c->x[k];
			c->picked_y[*n] = c->y[k];
			present += c->y[k];
			(*n)++;
		}
	}
	return present > 0 && present < *n;
}

static int interval(struct clustered *c, struct calibration *out, struct err *e)
{
	double slope[RESAMPLES], intercept;
	uint64_t state = 20260102;
	unsigned have = 0;
	int rc = 0;
	for (unsigned i = 0; rc == 0 && i < RESAMPLES; i++) {
		uint32_t n;
		if (draw(c, &state, &n))
			rc = line(c->picked_x, c->picked_y, n, &slope[have++], &intercept, e);
	}
	if (rc || have < RESAMPLES / 2)
		return rc;
	qsort(slope, have, sizeof(*slope), by_value);
	out->slope_low = slope[have / 40];
	out->slope_high = slope[have - have / 40 - 1];
	return 0;
}

static int slopes(const struct outcome *rows, uint32_t n, struct calibration *out, struct err *e)
{
	struct outcome *sorted = calloc(n, sizeof(*sorted));
	struct clustered c = {.n = n, .room = 4 * n + 16};
	c.x = calloc(n, sizeof(double));
	c.y = calloc(n, 1);
	c.start = calloc(n + 1, sizeof(uint32_t));
	c.picked_x = calloc(c.room, sizeof(double));
	c.picked_y = calloc(c.room, 1);
	int rc = sorted && c.x && c.y && c.start && c.picked_x && c.picked_y ? 0 : LODE_NOMEM;
	if (rc == 0) {
		memcpy(sorted, rows, n * sizeof(*sorted));
		qsort(sorted, n, sizeof(*sorted), by_cluster);
		for (uint32_t i = 0; i < n; i++) {
			c.x[i] = calibration_logit(sorted[i].p);
			c.y[i] = sorted[i].present;
			if (i == 0 || sorted[i].cluster != sorted[i - 1].cluster)
				c.start[c.clusters++] = i;
		}
		c.start[c.clusters] = n;
		rc = line(c.x, c.y, n, &out->slope, &out->intercept, e);
	}
	if (rc == 0)
		rc = interval(&c, out, e);
	free(sorted);
	free(c.x);
	free(c.y);
	free(c.start);
	free(c.picked_x);
	free(c.picked_y);
	if (rc == LODE_NOMEM)
		err_set(e, rc, "no memory for the calibration");
	return rc;
}

int calibration_of(const struct outcome *rows, uint32_t n, struct calibration *out, struct err *e)
{
	*out = (struct calibration){.n = n};
	for (uint32_t i = 0; i < n; i++) {
		double p = fmin(fmax(rows[i].p, off), 1 - off), y = rows[i].present;
		unsigned b = (unsigned)(rows[i].p * RELIABILITY_BINS);
		b = b < RELIABILITY_BINS ? b : RELIABILITY_BINS - 1;
		out->present += rows[i].present;
		out->brier += (rows[i].p - y) * (rows[i].p - y) / n;
		out->log_loss -= (rows[i].present ? log(p) : log(1 - p)) / n;
		out->bin[b].n++;
		out->bin[b].p += rows[i].p;
		out->bin[b].present += y;
	}
	for (unsigned b = 0; b < RELIABILITY_BINS; b++) {
		uint32_t k = out->bin[b].n;
		if (k == 0)
			continue;
		out->ece += fabs(out->bin[b].p - out->bin[b].present) / n;
		out->bin[b].p /= k;
		out->bin[b].present /= k;
	}
	if (out->present == 0 || out->present == n)
		return err_set(e, LODE_BADREQ, "calibration needs rows of both outcomes");
	return slopes(rows, n, out, e);
}

/* ---- coverage ---- */

static double sureness(const struct outcome *o)
{
	return fmax(o->p, 1 - o->p);
}

static int by_sureness(const void *a, const void *b)
{
	double x = sureness(a), y = sureness(b);
	return (x < y) - (x > y);
}

int selective_at(const struct outcome *rows, uint32_t n, double coverage, struct selective *out,
	struct err *e)
{
	struct outcome *sorted = calloc(n + 1, sizeof(*sorted));
	*out = (struct selective){.answered = (uint32_t)ceil(coverage * n)};
	if (!sorted)
		return err_set(e, LODE_NOMEM, "coverage");
	if (n)
		memcpy(sorted, rows, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_sureness);
	for (uint32_t i = 0; i < out->answered; i++) {
		out->wrong += (sorted[i].p >= .5) != sorted[i].present;
		out->threshold = sureness(&sorted[i]);
	}
	free(sorted);
	return 0;
}

/* ---- diagram ---- */

enum { PLOT = 320, LEFT = 48, TOP = 16 };

static double across(double p)
{
	return LEFT + p * PLOT;
}

static double down(double p)
{
	return TOP + (1 - p) * PLOT;
}

void reliability_svg(const struct reliability *systems, unsigned n, struct buf *out)
{
	buf_printf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"font-family=\"sans-serif\" font-size=\"12\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
		"<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#888\"/>\n"
		"<line x1=\"%g\" y1=\"%g\" x2=\"%g\" y2=\"%g\" stroke=\"#bbb\" stroke-dasharray=\"4 4\"/>\n",
		LEFT + PLOT + 16, TOP + PLOT + 48, LEFT, TOP, PLOT, PLOT, across(0), down(0),
		across(1), down(1));
	for (unsigned t = 0; t <= 4; t++)
		buf_printf(out,
			"<text x=\"%g\" y=\"%d\" text-anchor=\"middle\">%g</text>"
			"<text x=\"%d\" y=\"%g\" text-anchor=\"end\">%g</text>\n",
			across(t / 4.0), TOP + PLOT + 16, t / 4.0, LEFT - 6, down(t / 4.0) + 4,
			t / 4.0);
	buf_printf(out,
		"<text x=\"%g\" y=\"%d\" text-anchor=\"middle\">probability of present</text>\n"
		"<text transform=\"translate(14 %g) rotate(-90)\" text-anchor=\"middle\">share present</text>\n",
		across(.5), TOP + PLOT + 36, down(.5));
	for (unsigned s = 0; s < n; s++) {
		const struct calibration *c = systems[s].is;
		buf_printf(
			out, "<polyline fill=\"none\" stroke=\"%s\" points=\"", systems[s].color);
		for (unsigned b = 0; b < RELIABILITY_BINS; b++)
			if (c->bin[b].n)
				buf_printf(out, "%.1f,%.1f ", across(c->bin[b].p),
					down(c->bin[b].present));
		buf_put_str(out, "\"/>\n");
		for (unsigned b = 0; b < RELIABILITY_BINS; b++)
			if (c->bin[b].n)
				buf_printf(out,
					"<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\" "
					"fill-opacity=\".5\"><title>%s: %u rows</title></circle>\n",
					across(c->bin[b].p), down(c->bin[b].present),
					2 + sqrt(c->bin[b].n) / 2, systems[s].color,
					systems[s].name, c->bin[b].n);
		buf_printf(out, "<text x=\"%d\" y=\"%u\" fill=\"%s\">%s</text>\n", LEFT + 10,
			TOP + 18 + 16 * s, systems[s].color, systems[s].name);
	}
	buf_put_str(out, "</svg>\n");
}
