/* What the figures of the experiments have in common. */
#ifndef LODESTONE_TRAIN_LAB_FIGURES_H
#define LODESTONE_TRAIN_LAB_FIGURES_H

#include "scorer/train/lab_plan.h"
#include "scorer/train/plot.h"

enum { FIGURE_COMMAND = 80 };
/* What makes the figure, in out. */
const char *figure_command(const struct lab_study *s, const char *name, char out[FIGURE_COMMAND]);
/* A figure with a title and a foot that says how it came about. */
int figure_begin(struct plot **out, const struct lab_study *s, const char *name, const char *title,
	unsigned panels, unsigned columns, struct err *e);
int figure_end(struct plot *p, const char *folder, const char *name, struct err *e); /* frees it */
void figure_axes(struct plot *p, unsigned panel, const char *title, const char *x, const char *y);
/* Its y axis: 0 to 100 %, and room for the marks there. */
void figure_percent(struct plot *p, unsigned panel);
/* A point with its interval, times `by`. */
void figure_point(struct plot_line *l, double x, struct lab_interval v, double by);
void figure_legend(struct plot *p, const char *const *names, unsigned n);
void figure_legend_arms(struct plot *p, const struct lab_study *s);
/* "layer 1 (first)" ... by the first arm. */
void figure_legend_layers(struct plot *p, const struct lab_study *s);

/* A measure over tokens trained on, in millions, times `by`. */
void figure_over_tokens(struct plot *p, unsigned panel, unsigned style, const struct lab_study *s,
	unsigned arm, enum lab_measure m, int32_t layer, double by);
/* A measure at the end, over layers 1, 2, ..., times `by`. */
void figure_over_layers(struct plot *p, unsigned panel, unsigned style, const struct lab_study *s,
	unsigned arm, enum lab_measure m, double at, double by);
/* Mean of a measure over layers from `first` on, each seed by itself, then over seeds, in percent. */
struct lab_interval figure_upper(
	const struct lab_study *s, unsigned arm, enum lab_measure m, uint32_t first);

#endif
