#include "scorer/train/plot.h"

#include "base/file.h"

#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WIDTH = 1200, EDGE = 24, LEFT = 92, BOTTOM = 76, HEADING = 40, GAP = 26 };
enum { TITLE_SIZE = 25, LABEL_SIZE = 20, TICK_SIZE = 18, FOOT_SIZE = 17 };
enum { LEGEND_LINE = 30, SWATCH = 38, ONE_PANEL = 520, MORE_PANELS = 380 };

static const char *const kinds[8] = {
	"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#56B4E9", "#E69F00", "#8A6D00"};
static const char *const ramp[6] = {
	"#440154", "#414487", "#2A788E", "#22A884", "#7AC143", "#D9A400"};

/* ---- life ---- */

int plot_create(struct plot **out, unsigned panels, unsigned columns, struct err *e)
{
	struct plot *p = calloc(1, sizeof(*p));
	if (p)
		p->memory = calloc((size_t)panels * PLOT_LINES, sizeof(*p->memory));
	if (!p || !p->memory || panels > PLOT_PANELS) {
		plot_destroy(p);
		return err_set(e, LODE_NOMEM, "no memory for a figure");
	}
	p->n = panels;
	p->columns = columns;
	for (unsigned i = 0; i < panels; i++)
		p->panels[i].lines = p->memory + (size_t)i * PLOT_LINES;
	*out = p;
	return LODE_OK;
}

void plot_destroy(struct plot *p)
{
	if (p)
		free(p->memory);
	free(p);
}

struct plot_line *plot_add(struct plot *p, unsigned panel, unsigned style)
{
	struct plot_panel *to = &p->panels[panel];
	if (to->n == PLOT_LINES)
		return NULL;
	to->lines[to->n].style = style;
	return &to->lines[to->n++];
}

void plot_point(struct plot_line *l, double x, double y, double low, double high)
{
	if (!l || l->n == PLOT_POINTS || !isfinite(x) || !isfinite(y))
		return;
	l->x[l->n] = x;
	l->y[l->n] = y;
	l->low[l->n] = low;
	l->high[l->n++] = high;
}

/* ---- ticks ---- */

static unsigned log_ticks(double low, double high, double *out, unsigned room)
{
	static const double within[3] = {1, 2, 5};
	double decades = log10(high / low);
	unsigned n = 0, step = decades > 2.5 ? 3 : 1;
	int first = (int)floor(log10(low)), last = (int)floor(log10(high * 1.0001));
	for (int power = first; power <= last; power++)
		for (unsigned i = 0; i < 3; i += step) {
			double v = pow(10, power) * within[i];
			if (v >= low * 0.9999 && v <= high * 1.0001 && n < room)
				out[n++] = v;
		}
	return n;
}

unsigned plot_ticks(double low, double high, bool is_log, unsigned want, double *out, unsigned room)
{
	if (!(high > low) || (is_log && !(low > 0)))
		return 0;
	if (is_log)
		return log_ticks(low, high, out, room);
	double rough = (high - low) / want, ten = pow(10, floor(log10(rough))), step = ten * 10;
	if (rough < ten * 7.5)
		step = ten * 5;
	if (rough < ten * 3.5)
		step = ten * 2;
	if (rough < ten * 1.5)
		step = ten;
	unsigned n = 0;
	double first = ceil(low / step - 1e-6), last = floor(high / step + 1e-6);
	for (; n < room && first + n <= last; n++)
		out[n] = first + n == 0 ? 0 : (first + n) * step;
	return n;
}

/* ---- a panel's frame ---- */

struct frame {
	const struct plot *plot;
	unsigned number; /* of the panel */
	struct buf *out;
	double left, top, width, height; /* of the field */
	struct plot_axis x, y;           /* with their ends settled */
};

static void stretch(struct plot_axis *a, double v, bool *is_first)
{
	if (!isfinite(v) || (a->is_log && !(v > 0)))
		return;
	a->low = *is_first || v < a->low ? v : a->low;
	a->high = *is_first || v > a->high ? v : a->high;
	*is_first = false;
}

static void settle(struct plot_axis *a, const struct plot_panel *p, bool is_y)
{
	bool is_first = true;
	if (a->low != 0 || a->high != 0)
		return;
	for (unsigned l = 0; l < p->n; l++)
		for (unsigned i = 0; i < p->lines[l].n; i++) {
			stretch(a, is_y ? p->lines[l].y[i] : p->lines[l].x[i], &is_first);
			if (is_y) {
				stretch(a, p->lines[l].low[i], &is_first);
				stretch(a, p->lines[l].high[i], &is_first);
			}
		}
	if (is_first)
		*a = (struct plot_axis){.is_log = a->is_log, .low = a->is_log ? 1 : 0, .high = 10};
	if (a->is_log) {
		a->low /= 1.15;
		a->high *= 1.15;
	} else {
		double room = (a->high - a->low) * 0.05 + 1e-12 + fabs(a->high) * 1e-9;
		a->low -= room;
		a->high += room;
	}
}

static double share_of(const struct plot_axis *a, double v)
{
	if (a->is_log && !(v > 0))
		return -0.1; /* below what a log axis shows */
	double s = a->is_log ? log(v / a->low) / log(a->high / a->low)
			     : (v - a->low) / (a->high - a->low);
	return s < -0.1 ? -0.1 : s > 1.1 ? 1.1 : s;
}

static double across(const struct frame *f, double v)
{
	return f->left + f->width * share_of(&f->x, v);
}

static double down(const struct frame *f, double v)
{
	return f->top + f->height * (1 - share_of(&f->y, v));
}

/* ---- marks ---- */

static void words(struct buf *out, double x, double y, int size, const char *anchor,
	const char *more, const char *text)
{
	buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%d\" text-anchor=\"%s\"%s>", x, y,
		size, anchor, more);
	for (; *text; text++)
		if (*text == '<')
			buf_put_str(out, "&lt;");
		else if (*text == '&')
			buf_put_str(out, "&amp;");
		else
			buf_put_byte(out, (uint8_t)*text);
	buf_put_str(out, "</text>\n");
}

static const char *color(const struct plot *p, unsigned style)
{
	if (!p->is_ordered)
		return kinds[style % 8];
	unsigned last = p->n_legend > 1 ? p->n_legend - 1 : 1;
	return ramp[style >= last ? 5 : style * 5 / last];
}

static void mark(struct buf *out, unsigned style, double x, double y, const char *fill)
{
	static const char *const shapes[4] = {
		"-6,-6 6,-6 6,6 -6,6", "0,-8 7,6 -7,6", "0,-8 8,0 0,8 -8,0", "0,8 7,-6 -7,-6"};
	if (style % 5 == 0)
		buf_printf(out,
			"<circle cx=\"%.1f\" cy=\"%.1f\" r=\"6\" fill=\"%s\" stroke=\"#fff\"/>\n",
			x, y, fill);
	else
		buf_printf(out,
			"<polygon transform=\"translate(%.1f %.1f)\" points=\"%s\" fill=\"%s\" "
			"stroke=\"#fff\"/>\n",
			x, y, shapes[style % 5 - 1], fill);
}

static void draw_band(const struct frame *f, const struct plot_line *l, const char *fill)
{
	buf_printf(f->out, "<polygon fill=\"%s\" fill-opacity=\".16\" points=\"", fill);
	for (unsigned i = 0; i < l->n; i++)
		buf_printf(f->out, "%.1f,%.1f ", across(f, l->x[i]), down(f, l->high[i]));
	for (unsigned i = l->n; i-- > 0;)
		buf_printf(f->out, "%.1f,%.1f ", across(f, l->x[i]), down(f, l->low[i]));
	buf_put_str(f->out, "\"/>\n");
}

static void draw_bars(const struct frame *f, const struct plot_line *l, const char *stroke)
{
	for (unsigned i = 0; i < l->n; i++)
		if (l->high[i] > l->low[i])
			buf_printf(f->out,
				"<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" "
				"stroke=\"%s\" stroke-width=\"2\" stroke-opacity=\".5\"/>\n",
				across(f, l->x[i]), down(f, l->low[i]), across(f, l->x[i]),
				down(f, l->high[i]), stroke);
}

static void draw_line(const struct frame *f, const struct plot_line *l)
{
	enum { FEW = 12 };
	const char *with = color(f->plot, l->style);
	bool has_interval = false;
	for (unsigned i = 0; i < l->n; i++)
		has_interval |= l->high[i] > l->low[i];
	if (has_interval) {
		buf_printf(f->out, "<g clip-path=\"url(#f%u)\">\n", f->number);
		if (l->n > FEW && !l->has_no_line)
			draw_band(f, l, with);
		else
			draw_bars(f, l, with);
		buf_put_str(f->out, "</g>\n");
	}
	if (!l->has_no_line && l->n > 1) {
		buf_printf(f->out,
			"<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"3\" "
			"stroke-linejoin=\"round\"%s points=\"",
			with, l->is_dashed ? " stroke-dasharray=\"8 6\"" : "");
		for (unsigned i = 0; i < l->n; i++)
			buf_printf(f->out, "%.1f,%.1f ", across(f, l->x[i]), down(f, l->y[i]));
		buf_put_str(f->out, "\"/>\n");
	}
	unsigned every = l->n > FEW ? l->n / 6 : 1;
	for (unsigned i = 0; i < l->n; i += every)
		mark(f->out, l->style, across(f, l->x[i]), down(f, l->y[i]), with);
}

/* ---- a panel ---- */

static void axis_number(double v, char room[24])
{
	if (v != 0 && fabs(v) >= 1e6)
		snprintf(room, 24, "%.3gM", v / 1e6);
	else if (v != 0 && fabs(v) >= 1e4)
		snprintf(room, 24, "%.4gk", v / 1e3);
	else if (v != 0 && fabs(v) < 1e-3)
		snprintf(room, 24, "%.0e", v);
	else
		snprintf(room, 24, "%g", round(v * 1e6) / 1e6);
}

static void draw_ticks(const struct frame *f)
{
	double at[32];
	char text[24];
	unsigned n = plot_ticks(f->y.low, f->y.high, f->y.is_log, 5, at, 32);
	for (unsigned i = 0; i < n; i++) {
		double y = down(f, at[i]);
		axis_number(at[i], text);
		buf_printf(f->out,
			"<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>\n",
			f->left, y, f->left + f->width, y);
		words(f->out, f->left - 8, y + 6, TICK_SIZE, "end", "", text);
	}
	n = plot_ticks(f->x.low, f->x.high, f->x.is_log,
		f->width > 600   ? 8
		: f->width > 350 ? 5
				 : 3,
		at, 32);
	for (unsigned i = 0; i < n; i++) {
		double x = across(f, at[i]);
		axis_number(at[i], text);
		buf_printf(f->out,
			"<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#222\"/>\n",
			x, f->top + f->height, x, f->top + f->height + 6);
		words(f->out, x, f->top + f->height + 25, TICK_SIZE, "middle", "", text);
	}
}

/* The field and `edge` around it, to be cut to; its name is the letter and the panel's number. */
static void put_clip(const struct frame *f, char letter, double edge)
{
	buf_printf(f->out,
		"<clipPath id=\"%c%u\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>"
		"</clipPath>\n",
		letter, f->number, f->left - edge, f->top - edge, f->width + 2 * edge,
		f->height + 2 * edge);
}

static void draw_panel(const struct plot *p, unsigned number, double left, double top, double width,
	double height, struct buf *out)
{
	const struct plot_panel *panel = &p->panels[number];
	struct frame f = {.plot = p,
		.number = number,
		.out = out,
		.left = left + LEFT,
		.top = top + HEADING,
		.width = width - LEFT - 14,
		.height = height - HEADING - BOTTOM,
		.x = panel->x,
		.y = panel->y};
	char turn[80];
	settle(&f.x, panel, false);
	settle(&f.y, panel, true);
	words(out, f.left, top + HEADING - 12, LABEL_SIZE, "start", " font-weight=\"bold\"",
		panel->title);
	draw_ticks(&f);
	if (panel->has_level)
		buf_printf(out,
			"<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#666\" "
			"stroke-width=\"2\" stroke-dasharray=\"3 4\"/>\n",
			f.left, down(&f, panel->level), f.left + f.width, down(&f, panel->level));
	/* marks of the field's edge are whole; intervals end there */
	put_clip(&f, 'p', 8);
	put_clip(&f, 'f', 0);
	buf_printf(out, "<g clip-path=\"url(#p%u)\">\n", number);
	for (unsigned l = 0; l < panel->n; l++)
		draw_line(&f, &panel->lines[l]);
	buf_put_str(out, "</g>\n");
	buf_printf(out,
		"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"none\" stroke=\"#222\"/>\n",
		f.left, f.top, f.width, f.height);
	words(out, f.left + f.width / 2, f.top + f.height + 54, LABEL_SIZE, "middle", "",
		f.x.label);
	snprintf(turn, sizeof(turn), " transform=\"rotate(-90 %.1f %.1f)\"", left + 22,
		f.top + f.height / 2);
	words(out, left + 22, f.top + f.height / 2, LABEL_SIZE, "middle", turn, f.y.label);
}

/* ---- the whole ---- */

/* Places of the legend's entries, by a guess at how wide letters are; returns its height.  out NULL: only that. */
static double legend(const struct plot *p, double top, struct buf *out)
{
	double x = EDGE, y = top;
	for (unsigned i = 0; i < p->n_legend; i++) {
		double width = SWATCH + 16 + 0.54 * LABEL_SIZE * (double)strlen(p->legend[i]) + 18;
		if (x + width > WIDTH - EDGE && x > EDGE) {
			x = EDGE;
			y += LEGEND_LINE;
		}
		const char *with = color(p, i);
		if (out) {
			buf_printf(out,
				"<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" "
				"stroke-width=\"3\"/>\n",
				x, y + 14, x + SWATCH, y + 14, with);
			mark(out, i, x + SWATCH / 2.0, y + 14, with);
			words(out, x + SWATCH + 8, y + 21, LABEL_SIZE, "start", "", p->legend[i]);
		}
		x += width;
	}
	return p->n_legend ? y - top + LEGEND_LINE + 8 : 0;
}

void plot_svg(const struct plot *p, struct buf *out)
{
	unsigned columns = p->columns ? p->columns : 1, rows = (p->n + columns - 1) / columns;
	double top = EDGE + TITLE_SIZE + 16, legend_height = legend(p, top, NULL);
	double height = p->n == 1 ? ONE_PANEL : MORE_PANELS;
	double width = (WIDTH - 2.0 * EDGE - GAP * (columns - 1.0)) / columns;
	double all = top + legend_height + rows * (height + GAP) + 2 * (FOOT_SIZE + 8) + 6;
	buf_printf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" width=\"%d\" "
		"height=\"%.0f\" font-family=\"DejaVu Sans, Arial, sans-serif\" fill=\"#222\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
		WIDTH, all, WIDTH, all);
	words(out, EDGE, EDGE + TITLE_SIZE - 4, TITLE_SIZE, "start", " font-weight=\"bold\"",
		p->title);
	legend(p, top, out);
	for (unsigned i = 0; i < p->n; i++) {
		unsigned row = i / columns, column = i % columns;
		draw_panel(p, i, EDGE + column * (width + GAP),
			top + legend_height + row * (height + GAP), width, height, out);
	}
	for (unsigned i = 0; i < 2; i++)
		words(out, EDGE, all - 12 - (1 - i) * (FOOT_SIZE + 6.0), FOOT_SIZE, "start",
			" fill=\"#555\"", p->foot[i]);
	buf_put_str(out, "</svg>\n");
}

/* A figure without a PNG beside it is whole: many machines have no rsvg-convert. */
static void write_png(const char *svg, const char *png)
{
	extern char **environ;
	char program[] = "rsvg-convert", flag[] = "-o", to[1024], from[1024];
	char *argv[] = {program, flag, to, from, NULL};
	posix_spawn_file_actions_t quiet;
	pid_t pid;
	snprintf(to, sizeof(to), "%s", png);
	snprintf(from, sizeof(from), "%s", svg);
	if (posix_spawn_file_actions_init(&quiet))
		return;
	posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, program, &quiet, NULL, argv, environ) == 0)
		waitpid(pid, NULL, 0);
	posix_spawn_file_actions_destroy(&quiet);
}

int plot_write(const struct plot *p, const char *path, struct err *e)
{
	char svg[1024], png[1024];
	struct buf b = {0};
	int n = snprintf(svg, sizeof(svg), "%s.svg", path);
	if (n < 0 || (size_t)n >= sizeof(svg))
		return err_set(e, LODE_TOOBIG, "%s: the path is too long", path);
	snprintf(png, sizeof(png), "%s.png", path);
	plot_svg(p, &b);
	struct slice all = buf_slice(&b);
	int rc = b.failed ? err_set(e, LODE_NOMEM, "no memory for a figure")
			  : file_replace(svg, &all, 1, 0644, e);
	buf_release(&b);
	if (rc == 0)
		write_png(svg, png);
	return rc;
}
