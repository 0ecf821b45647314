/* Figures of what a trained network is: removal, meaning, width, levers, the recipe, the scorer's task. */
#include "scorer/train/lab_figures.h"

#include <math.h>
#include <stdio.h>

static const double removal_share[] = {.1, .2, .3, .4, .5, .6, .7, .8, .9, 1};
enum { SHARES = sizeof(removal_share) / sizeof(removal_share[0]) };

/* ---- S7 ---- */

static void removal_lines(
	struct plot *p, unsigned panel, const struct lab_study *s, unsigned arm, unsigned style)
{
	struct plot_line *rare = plot_add(p, panel, style), *chance = plot_add(p, panel, style + 1);
	for (unsigned i = 0; i < SHARES; i++) {
		double at = removal_share[i];
		figure_point(rare, 100 * at,
			lab_over_seeds(s, arm, LAB_REMOVED_RARE, LAB_LAST, LAB_ALL_LAYERS, at), 1);
		figure_point(chance, 100 * at,
			lab_over_seeds(s, arm, LAB_REMOVED_RANDOM, LAB_LAST, LAB_ALL_LAYERS, at),
			1);
	}
	p->panels[panel].y.is_log = true;
	p->panels[panel].y.low = 1e-4;
	p->panels[panel].y.high = 5;
	p->panels[panel].x.low = 0;
	p->panels[panel].x.high = 102;
	p->panels[panel].has_level = true;
	p->panels[panel].level = .01;
}

int lab_draw_removal(const struct lab_study *s, const char *folder, struct err *e)
{
	static const char *const names[] = {"rarest units first", "as many of each layer by chance",
		"one whole layer's units (a mark a layer)"};
	struct plot *p;
	int rc = figure_begin(&p, s, "s7",
		"What is lost when hidden units are taken out (dotted: 0.01 nat)?", s->n_arms, 2,
		e);
	if (rc)
		return rc;
	figure_legend(p, names, 3);
	for (unsigned a = 0; a < s->n_arms; a++) {
		uint32_t layers = s->arms[a].train.shape.layers;
		figure_axes(p, a, s->arms[a].name, "units taken out, % of all",
			"held-out loss gained, nats");
		removal_lines(p, a, s, a, 0);
		struct plot_line *whole = plot_add(p, a, 2);
		whole->has_no_line = true;
		for (uint32_t l = 0; l < layers; l++)
			figure_point(whole, 100.0 / layers + (l - (layers - 1) / 2.0) * 1.2,
				lab_over_seeds(s, a, LAB_REMOVED_MLP, LAB_LAST, (int32_t)l, 0), 1);
	}
	return figure_end(p, folder, "s7", e);
}

/* ---- S8 ---- */

int lab_draw_meaning(const struct lab_study *s, const char *folder, struct err *e)
{
	static const char *const names[] = {"90th percentile of units", "median unit",
		"90th, firing by chance", "median, firing by chance"};
	static const enum lab_measure m[2][2] = {
		{LAB_READS, LAB_READS_NULL}, {LAB_FORETELLS, LAB_FORETELLS_NULL}};
	static const char *const titles[] = {"subword read", "subword that follows"};
	struct plot *p;
	char title[PLOT_TITLE];
	int rc = figure_begin(&p, s, "s8",
		"Share of a unit's firings that fall on its commonest subword", 2 * s->n_arms, 2,
		e);
	if (rc)
		return rc;
	figure_legend(p, names, 4);
	for (unsigned a = 0; a < s->n_arms; a++)
		for (unsigned k = 0; k < 2; k++) {
			unsigned panel = 2 * a + k;
			snprintf(title, sizeof(title), "%s; %s", titles[k], s->arms[a].name);
			figure_axes(p, panel, title, "layer", "top subword's share, %");
			p->panels[panel].y.low = 0;
			p->panels[panel].y.high = 60;
			for (unsigned i = 0; i < 4; i++)
				figure_over_layers(
					p, panel, i, s, a, m[k][i / 2], i % 2 ? 50 : 90, 100);
			for (unsigned i = 2; i < p->panels[panel].n; i++)
				p->panels[panel].lines[i].is_dashed = true;
		}
	return figure_end(p, folder, "s8", e);
}

/* ---- S9 ---- */

/* A line a layer; layers stand a little apart, so that their intervals can be told from each other. */
static void width_lines(
	struct plot *p, unsigned panel, const struct lab_study *s, enum lab_measure m)
{
	uint32_t layers = s->arms[0].train.shape.layers;
	for (uint32_t l = 0; l < layers; l++) {
		struct plot_line *to = plot_add(p, panel, l);
		double apart = 1 + 0.05 * (l - (layers - 1) / 2.0);
		for (unsigned a = 0; a < s->n_arms; a++)
			figure_point(to, apart * s->arms[a].train.shape.d_ff[0],
				lab_over_seeds(s, a, m, LAB_LAST, (int32_t)l, 0), 100);
	}
}

int lab_draw_width(const struct lab_study *s, const char *folder, struct err *e)
{
	static const enum lab_measure use[] = {LAB_BATCH, LAB_SEQUENCE, LAB_TOKEN};
	static const char *const titles[] = {"batch of 8,192", "window of 64", "token"};
	struct plot *p;
	char command[FIGURE_COMMAND];
	int rc = figure_begin(&p, s, "s9",
		"Width: does the first layer collapse where there is room to spare?", 4, 2, e);
	if (rc)
		return rc;
	snprintf(p->foot[0], sizeof(p->foot[0]),
		"%s: %u layers, d %u, windows of %u subwords; %s texts; the same tokens at every width.",
		figure_command(s, "s9", command), s->arms[0].train.shape.layers,
		s->arms[0].train.shape.d, s->arms[0].train.text_subwords, s->source);
	figure_legend_layers(p, s);
	for (unsigned k = 0; k < 4; k++) {
		p->panels[k].x.is_log = true;
		figure_axes(p, k, k < 3 ? titles[k] : "loss (one line for the network)",
			"hidden units a layer",
			k < 3 ? "units used, %" : "held-out loss, nats a subword");
	}
	for (unsigned k = 0; k < 3; k++) {
		figure_percent(p, k);
		width_lines(p, k, s, use[k]);
	}
	struct plot_line *loss = plot_add(p, 3, 0);
	for (unsigned a = 0; a < s->n_arms; a++)
		figure_point(loss, s->arms[a].train.shape.d_ff[0],
			lab_over_seeds(s, a, LAB_LOSS, LAB_LAST, LAB_ALL_LAYERS, 0), 1);
	return figure_end(p, folder, "s9", e);
}

/* ---- levers ---- */

int lab_draw_levers(const struct lab_study *s, const char *folder, struct err *e)
{
	static const enum lab_measure use[] = {LAB_TOKEN, LAB_SEQUENCE, LAB_BATCH};
	static const char *const titles[] = {"token", "window of 64", "batch of 8,192"};
	struct plot *p;
	int rc = figure_begin(&p, s, "levers",
		"Levers: what sparsity costs, against plain ReLU, seed by seed", 3, 3, e);
	if (rc)
		return rc;
	figure_legend_arms(p, s);
	for (unsigned k = 0; k < 3; k++) {
		figure_axes(p, k, titles[k], "loss gained, nats",
			k ? "" : "units used above layer 1, %");
		figure_percent(p, k);
		for (unsigned a = 0; a < s->n_arms; a++) {
			struct plot_line *l = plot_add(p, k, a);
			struct lab_interval more =
				lab_gain_over(s, a, 0, LAB_LOSS, LAB_ALL_LAYERS, 0);
			figure_point(l, a ? more.mean : 0, figure_upper(s, a, use[k], 1), 1);
		}
	}
	return figure_end(p, folder, "levers", e);
}

/* ---- the recipe ---- */

int lab_draw_recipe(const struct lab_study *s, const char *folder, struct err *e)
{
	static const char *const names[] = {"taken out by chance: twin", "by chance: L1 0.002"};
	struct plot *p;
	int rc = figure_begin(&p, s, "recipe",
		"Sparse by L1, beside its twin without (dotted: the goals)", 4, 2, e);
	if (rc)
		return rc;
	figure_legend_arms(p, s);
	figure_legend(p, names, 2);
	figure_axes(p, 0, "held-out loss", "tokens trained on, millions", "nats a subword");
	figure_axes(p, 1, "units a token fires", "layer", "% (log)");
	figure_axes(p, 2, "units used in a window of 64", "layer", "%");
	figure_axes(p, 3, "units taken out, rarest first", "units taken out, % of all",
		"held-out loss gained, nats");
	for (unsigned a = 0; a < s->n_arms; a++) {
		figure_over_tokens(p, 0, a, s, a, LAB_LOSS, LAB_ALL_LAYERS, 1);
		figure_over_layers(p, 1, a, s, a, LAB_TOKEN, 0, 100);
		figure_over_layers(p, 2, a, s, a, LAB_SEQUENCE, 0, 100);
		if (a > 1)
			continue;
		removal_lines(p, 3, s, a, a);
		p->panels[3].lines[2 * a + 1].style = s->n_arms + a;
	}
	p->panels[1].y = (struct plot_axis){
		.is_log = true, .low = .05, .high = 100, .label = "%, log scale"};
	p->panels[1].has_level = p->panels[2].has_level = true;
	p->panels[1].level = 5;
	p->panels[2].level = 30;
	figure_percent(p, 2);
	return figure_end(p, folder, "recipe", e);
}

/* ---- the scorer's task ---- */

int lab_draw_judge(const struct lab_study *s, const char *folder, struct err *e)
{
	static const enum lab_measure use[] = {LAB_TOKEN, LAB_SEQUENCE};
	static const char *const titles[] = {"units a token fires", "units used in a window"};
	struct plot *p;
	char command[FIGURE_COMMAND];
	int rc = figure_begin(&p, s, "judge",
		"The scorer's own task: 16 dense units beside 512 sparse ones", 3, 3, e);
	if (rc)
		return rc;
	snprintf(p->foot[0], sizeof(p->foot[0]),
		"%s: %u layers, d %u, windows of a mention, at most %u subwords; %s "
		"texts.",
		figure_command(s, "judge", command), s->arms[0].train.shape.layers,
		s->arms[0].train.shape.d, s->arms[0].train.shape.window, s->source);
	snprintf(p->foot[1], sizeof(p->foot[1]),
		"%u steps of %u windows; mean of %u paired seeds, 95 %% interval by Student's t.",
		s->arms[0].train.optimiser.steps, s->arms[0].train.batch, s->seeds);
	figure_legend_arms(p, s);
	figure_axes(
		p, 0, "worth, model alone", "arm, as in the legend", "macro-F1 over four axes, %");
	for (unsigned a = 0; a < s->n_arms; a++) {
		struct plot_line *l = plot_add(p, 0, a);
		figure_point(
			l, a + 1, lab_over_seeds(s, a, LAB_F1, LAB_LAST, LAB_ALL_LAYERS, 0), 100);
	}
	p->panels[0].x.low = .5;
	p->panels[0].x.high = s->n_arms + .5;
	for (unsigned k = 0; k < 2; k++) {
		figure_axes(p, 1 + k, titles[k], "layer", "%");
		figure_percent(p, 1 + k);
		for (unsigned a = 0; a < s->n_arms; a++)
			figure_over_layers(p, 1 + k, a, s, a, use[k], 0, 100);
	}
	return figure_end(p, folder, "judge", e);
}
