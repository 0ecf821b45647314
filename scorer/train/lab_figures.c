#include "scorer/train/lab_figures.h"

#include <math.h>
#include <stdio.h>

enum { STEPS_MAX = 256 };

/* ---- in common ---- */

const char *figure_command(const struct lab_study *s, const char *name, char out[FIGURE_COMMAND])
{
	int n = snprintf(
		out, FIGURE_COMMAND, "lodestone-train lab %s --scale %g", name, s->size.scale);
	if (s->size.arms && n > 0 && n < FIGURE_COMMAND)
		snprintf(out + n, (size_t)(FIGURE_COMMAND - n), " --arms %u", s->size.arms);
	return out;
}

int figure_begin(struct plot **out, const struct lab_study *s, const char *name, const char *title,
	unsigned panels, unsigned columns, struct err *e)
{
	const struct lab_arm *a = &s->arms[0];
	const struct shape *h = &a->train.shape;
	char command[FIGURE_COMMAND];
	int rc = plot_create(out, panels, columns, e);
	if (rc)
		return rc;
	struct plot *p = *out;
	snprintf(p->title, sizeof(p->title), "%s", title);
	snprintf(p->foot[0], sizeof(p->foot[0]),
		"%s: %u layers, d %u, %u hidden units a layer, windows of %u subwords; %s texts.",
		figure_command(s, name, command), h->layers, h->d, h->d_ff[0],
		a->train.text_subwords, s->source);
	snprintf(p->foot[1], sizeof(p->foot[1]),
		"%.2f M tokens a run, %.2g times the texts; mean of %u paired seeds, 95 %% interval by Student's t.",
		lab_tokens(a) / 1e6, lab_tokens(a) / s->text, s->seeds);
	return LODE_OK;
}

int figure_end(struct plot *p, const char *folder, const char *name, struct err *e)
{
	char path[1024];
	int n = snprintf(path, sizeof(path), "%s/%s", folder, name);
	int rc = n < 0 || (size_t)n >= sizeof(path)
			 ? err_set(e, LODE_TOOBIG, "%s: the path is too long", folder)
			 : plot_write(p, path, e);
	plot_destroy(p);
	return rc;
}

void figure_axes(struct plot *p, unsigned panel, const char *title, const char *x, const char *y)
{
	struct plot_panel *to = &p->panels[panel];
	snprintf(to->title, sizeof(to->title), "%s", title);
	snprintf(to->x.label, sizeof(to->x.label), "%s", x);
	snprintf(to->y.label, sizeof(to->y.label), "%s", y);
}

void figure_legend(struct plot *p, const char *const *names, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		snprintf(p->legend[p->n_legend++], sizeof(p->legend[0]), "%s", names[i]);
}

void figure_legend_arms(struct plot *p, const struct lab_study *s)
{
	for (unsigned a = 0; a < s->n_arms; a++)
		snprintf(p->legend[p->n_legend++], sizeof(p->legend[0]), "%s", s->arms[a].name);
}

void figure_legend_layers(struct plot *p, const struct lab_study *s)
{
	uint32_t layers = s->arms[0].train.shape.layers;
	p->is_ordered = true;
	for (uint32_t l = 0; l < layers; l++)
		snprintf(p->legend[p->n_legend++], sizeof(p->legend[0]), "layer %u%s", l + 1,
			l == 0            ? " (first)"
			: l + 1 == layers ? " (last)"
					  : "");
}

void figure_point(struct plot_line *l, double x, struct lab_interval v, double by)
{
	plot_point(l, x, by * v.mean, by * v.low, by * v.high);
}

void figure_over_tokens(struct plot *p, unsigned panel, unsigned style, const struct lab_study *s,
	unsigned arm, enum lab_measure m, int32_t layer, double by)
{
	uint32_t steps[STEPS_MAX];
	unsigned n = lab_steps(&s->table[arm][0], m, layer, steps, STEPS_MAX);
	struct plot_line *l = plot_add(p, panel, style);
	double per_step = lab_tokens(&s->arms[arm]) / s->arms[arm].train.optimiser.steps;
	for (unsigned i = 0; i < n; i++)
		figure_point(l, steps[i] * per_step / 1e6,
			lab_over_seeds(s, arm, m, steps[i], layer, 0), by);
}

void figure_over_layers(struct plot *p, unsigned panel, unsigned style, const struct lab_study *s,
	unsigned arm, enum lab_measure m, double at, double by)
{
	struct plot_line *l = plot_add(p, panel, style);
	uint32_t layers = s->arms[arm].train.shape.layers;
	p->panels[panel].x.low = 0.6;
	p->panels[panel].x.high = layers + 0.4;
	for (uint32_t i = 0; i < layers; i++)
		figure_point(l, i + 1, lab_over_seeds(s, arm, m, LAB_LAST, (int32_t)i, at), by);
}

struct lab_interval figure_upper(
	const struct lab_study *s, unsigned arm, enum lab_measure m, uint32_t first)
{
	double v[LAB_SEEDS];
	uint32_t layers = s->arms[arm].train.shape.layers;
	for (unsigned i = 0; i < s->seeds; i++) {
		v[i] = 0;
		for (uint32_t l = first; l < layers; l++)
			v[i] += 100 * lab_value(&s->table[arm][i], m, LAB_LAST, (int32_t)l, 0) /
				(layers - first);
	}
	return lab_interval_of(v, s->seeds);
}

void figure_percent(struct plot *p, unsigned panel)
{
	p->panels[panel].y.low = 0;
	p->panels[panel].y.high = 103;
}

/* ---- S1 ---- */

int lab_draw_layers(const struct lab_study *s, const char *folder, struct err *e)
{
	struct plot *p;
	int rc = figure_begin(&p, s, "s1",
		"Which share of its units does a layer use on 8,192 tokens?", s->n_arms, 2, e);
	if (rc)
		return rc;
	figure_legend_layers(p, s);
	for (unsigned a = 0; a < s->n_arms; a++) {
		figure_axes(p, a, s->arms[a].name, "tokens trained on, millions",
			"units used in a batch, %");
		figure_percent(p, a);
		for (uint32_t l = 0; l < s->arms[a].train.shape.layers; l++)
			figure_over_tokens(p, a, l, s, a, LAB_BATCH, (int32_t)l, 100);
	}
	return figure_end(p, folder, "s1", e);
}

/* ---- S2 ---- */

int lab_draw_scales(const struct lab_study *s, const char *folder, struct err *e)
{
	static const char *const names[] = {"a token", "a window of 64", "a batch of 8,192",
		"a unit's rate: 90th percentile", "median", "10th"};
	static const enum lab_measure use[] = {LAB_TOKEN, LAB_SEQUENCE, LAB_BATCH};
	struct plot *p;
	char title[PLOT_TITLE];
	int rc = figure_begin(&p, s, "s2",
		"Use by token, by window, by batch; how often single units fire", 2 * s->n_arms, 2,
		e);
	if (rc)
		return rc;
	figure_legend(p, names, 6);
	for (unsigned a = 0; a < s->n_arms; a++) {
		unsigned below = s->n_arms + a;
		figure_axes(p, a, s->arms[a].name, "layer", "units used, %");
		figure_percent(p, a);
		for (unsigned m = 0; m < 3; m++)
			figure_over_layers(p, a, m, s, a, use[m], 0, 100);
		snprintf(title, sizeof(title), "single units; %s", s->arms[a].name);
		figure_axes(p, below, title, "layer", "tokens a unit fires on, %");
		figure_percent(p, below);
		for (unsigned i = 0; i < 3; i++)
			figure_over_layers(
				p, below, 3 + i, s, a, LAB_UNIT_RATE, 90 - 40.0 * i, 100);
	}
	return figure_end(p, folder, "s2", e);
}

/* ---- S3 ---- */

/* One y axis for the panels of a row, from 0 to a little above its highest mean. */
static void set_row(struct plot *p, unsigned first, unsigned n)
{
	double most = 1;
	for (unsigned i = first; i < first + n; i++)
		for (unsigned l = 0; l < p->panels[i].n; l++)
			for (unsigned k = 0; k < p->panels[i].lines[l].n; k++)
				most = fmax(most, p->panels[i].lines[l].y[k]);
	for (unsigned i = first; i < first + n; i++)
		p->panels[i].y.high = 1.15 * most;
}

int lab_draw_deaths(const struct lab_study *s, const char *folder, struct err *e)
{
	static const char *const names[] = {
		"went off since the probe before", "off by chance alone", "came back"};
	static const enum lab_measure m[] = {LAB_OFF, LAB_NULL, LAB_ON};
	struct plot *p;
	char title[PLOT_TITLE];
	int rc = figure_begin(&p, s, "s3",
		"Units that go off, beside what chance turns off; units that come back",
		3 * s->n_arms, 3, e);
	if (rc)
		return rc;
	figure_legend(p, names, 3);
	for (unsigned a = 0; a < s->n_arms; a++)
		for (unsigned k = 0; k < 3; k++) {
			int32_t last = (int32_t)s->arms[a].train.shape.layers - 1;
			int32_t layer = k == 0 ? 0 : k == 1 ? last / 2 : last;
			snprintf(title, sizeof(title), "layer %d, lr %g", layer + 1,
				(double)s->arms[a].train.optimiser.rate);
			figure_axes(p, 3 * a + k, title, "tokens trained on, millions",
				k ? "" : "units of the layer, %");
			for (unsigned i = 0; i < 3; i++)
				figure_over_tokens(p, 3 * a + k, i, s, a, m[i], layer, 100);
		}
	for (unsigned a = 0; a < s->n_arms; a++)
		set_row(p, 3 * a, 3);
	return figure_end(p, folder, "s3", e);
}

/* ---- S4 ---- */

/* The probe at which most units of all layers were off, in percent. */
static struct lab_interval most_off(const struct lab_study *s, unsigned arm)
{
	uint32_t steps[STEPS_MAX], layers = s->arms[arm].train.shape.layers;
	unsigned n = lab_steps(&s->table[arm][0], LAB_BATCH, 0, steps, STEPS_MAX);
	double v[LAB_SEEDS];
	for (unsigned i = 0; i < s->seeds; i++) {
		v[i] = 0;
		for (unsigned k = 0; k < n; k++) {
			double off = 0;
			for (uint32_t l = 0; l < layers; l++)
				off += 100 - 100 * lab_value(&s->table[arm][i], LAB_BATCH, steps[k],
							   (int32_t)l, 0);
			v[i] = fmax(v[i], off / layers);
		}
	}
	return lab_interval_of(v, s->seeds);
}

/* Arms lie by learning rate, then warm-up. */
int lab_draw_rates(const struct lab_study *s, const char *folder, struct err *e)
{
	static const char *const names[] = {"lr 0.0005", "lr 0.002", "lr 0.01"};
	static const double warmup[] = {0, 20, 60};
	static const char *const y[] = {"held-out loss, nats a subword",
		"units off at one probe, %", "units used in a window, %", "units a token fires, %"};
	static const char *const titles[] = {
		"loss", "most off on the way", "used by a window", "used by a token"};
	struct plot *p;
	int rc = figure_begin(
		&p, s, "s4", "Learning rate and warm-up: loss against sparsity", 4, 2, e);
	if (rc)
		return rc;
	figure_legend(p, names, 3);
	for (unsigned k = 0; k < 4; k++)
		figure_axes(p, k, titles[k], "warm-up, % of the run", y[k]);
	for (unsigned a = 0; a < s->n_arms && a < 9; a++)
		for (unsigned k = 0; k < 4; k++) {
			struct plot_line *l = a % 3 == 0 ? plot_add(p, k, a / 3)
							 : &p->panels[k].lines[p->panels[k].n - 1];
			struct lab_interval v =
				k == 0 ? lab_over_seeds(s, a, LAB_LOSS, LAB_LAST, LAB_ALL_LAYERS, 0)
				: k == 1 ? most_off(s, a)
				: k == 2 ? figure_upper(s, a, LAB_SEQUENCE, 0)
					 : figure_upper(s, a, LAB_TOKEN, 0);
			figure_point(l, warmup[a % 3], v, 1);
		}
	return figure_end(p, folder, "s4", e);
}

/* ---- S5 ---- */

int lab_draw_drift(const struct lab_study *s, const char *folder, struct err *e)
{
	static const char *const names[] = {
		"units that die", "units that never go off, same probes"};
	static const enum lab_measure m[] = {LAB_DYING, LAB_LIVING};
	struct plot *p;
	int rc = figure_begin(&p, s, "s5", "Before a unit dies: drift or jump?", s->n_arms, 2, e);
	if (rc)
		return rc;
	figure_legend(p, names, 2);
	for (unsigned a = 0; a < s->n_arms; a++) {
		char x[PLOT_TITLE];
		snprintf(x, sizeof(x), "probes after the last firing (%u steps each)",
			s->arms[a].probe_every);
		figure_axes(p, a, s->arms[a].name, x, "median of mean / s.d. before ReLU");
		for (unsigned i = 0; i < 2; i++) {
			struct plot_line *l = plot_add(p, a, i);
			for (int lag = -10; lag <= 5; lag++)
				figure_point(l, lag,
					lab_over_seeds(s, a, m[i], LAB_LAST, LAB_ALL_LAYERS, lag),
					1);
		}
	}
	return figure_end(p, folder, "s5", e);
}

/* ---- S6 ---- */

int lab_draw_shuffled(const struct lab_study *s, const char *folder, struct err *e)
{
	static const enum lab_measure use[] = {LAB_TOKEN, LAB_SEQUENCE, LAB_BATCH};
	static const char *const titles[] = {
		"used by a token", "used by a window of 64", "used by a batch of 8,192"};
	struct plot *p;
	int rc = figure_begin(
		&p, s, "s6", "Shuffled text: what of it is the data, what the optimiser?", 3, 3, e);
	if (rc)
		return rc;
	figure_legend_arms(p, s);
	for (unsigned k = 0; k < 3; k++) {
		figure_axes(p, k, titles[k], "layer", k ? "" : "units used, %");
		figure_percent(p, k);
		for (unsigned a = 0; a < s->n_arms; a++)
			figure_over_layers(p, k, a, s, a, use[k], 0, 100);
		for (unsigned a = 2; a < p->panels[k].n; a++)
			p->panels[k].lines[a].is_dashed = true;
	}
	return figure_end(p, folder, "s6", e);
}
