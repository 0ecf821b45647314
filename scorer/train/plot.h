/* Figures as SVG: panels of lines, bands and marks with labelled axes, one style, readable at half size.
 *
 * Colours are told apart by colour-blind eyes: Okabe and Ito's for kinds ("Color Universal Design", 2008), a
 * ramp from dark to light for what has an order, and each has a mark of its own besides. */
#ifndef LODESTONE_TRAIN_PLOT_H
#define LODESTONE_TRAIN_PLOT_H

#include "base/buf.h"
#include "base/err.h"

enum { PLOT_POINTS = 80, PLOT_LINES = 24, PLOT_PANELS = 12, PLOT_TITLE = 160 };

struct plot_line {
	unsigned style; /* number in the legend: colour, mark, dash */
	unsigned n;
	double x[PLOT_POINTS], y[PLOT_POINTS];
	double low[PLOT_POINTS], high[PLOT_POINTS]; /* interval of y; NAN: none */
	bool has_no_line;                           /* marks alone */
	bool is_dashed;
};

struct plot_axis {
	char label[PLOT_TITLE]; /* with the unit */
	bool is_log;
	double low, high; /* both 0: from what is drawn */
};

struct plot_panel {
	char title[PLOT_TITLE];
	struct plot_axis x, y;
	struct plot_line *lines; /* [PLOT_LINES] */
	unsigned n;
	bool has_level;
	double level; /* a thin line across, where something is to be compared with */
};

struct plot {
	char title[PLOT_TITLE], foot[2][PLOT_TITLE + 80];
	bool is_ordered; /* styles are a ramp */
	unsigned columns, n;
	struct plot_panel panels[PLOT_PANELS];
	unsigned n_legend;
	char legend[PLOT_LINES][PLOT_TITLE / 2];
	struct plot_line *memory;
};

/* Panels without lines yet.  LODE_NOMEM. */
int plot_create(struct plot **out, unsigned panels, unsigned columns, struct err *e);
void plot_destroy(struct plot *p);
/* The next line of a panel, empty; NULL when there are PLOT_LINES. */
struct plot_line *plot_add(struct plot *p, unsigned panel, unsigned style);
/* A point with its interval (low == high == y: none); beyond PLOT_POINTS and NAN: left out. */
void plot_point(struct plot_line *l, double x, double y, double low, double high);
void plot_svg(const struct plot *p, struct buf *out);
/* PATH.svg, and PATH.png where rsvg-convert is installed. */
int plot_write(const struct plot *p, const char *path, struct err *e);

/* Round numbers of [low, high], at most room of them, about `want` (on a log axis: powers of ten, and 2 and 5 between
 * when there are few); returns how many. */
unsigned plot_ticks(
	double low, double high, bool is_log, unsigned want, double *out, unsigned room);

#endif
