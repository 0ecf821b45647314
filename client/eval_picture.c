/* The grid as a picture: two panels, tenths of the chart downwards, lengths of charts rightwards. */
#include "base/file.h"
#include "client/eval_report.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* In units of the SVG.  Letters are large enough to be read at half size. */
enum {
	WIDTH = 1440,
	HEIGHT = 880,
	PANEL_X = 170,
	PANEL_Y = 150,
	PANEL_STEP = 650, /* from one panel to the next */
	PANEL_WIDTH = 590,
	ROW = 54,
	LEGEND_Y = 826,
};

/* From misses to hits, orange to blue: told apart with any common colour blindness and in grey (after
 * ColorBrewer's PuOr and Blues).  A share falls into the first class that it reaches. */
static const struct {
	double least;
	const char *fill, *ink, *words;
	int step; /* to the next in the legend */
} classes[] = {
	{1.0, "#2166ac", "#ffffff", "all", 120},
	{0.8, "#b8d4ea", "#1a1a1a", "80 % or more", 220},
	{0.5, "#fdc47a", "#1a1a1a", "50 % or more", 220},
	{0.0, "#a14400", "#ffffff", "fewer", 140},
};
enum { CLASSES = sizeof(classes) / sizeof(classes[0]) };

static int class_of(uint64_t hits, uint64_t n)
{
	double share = (double)hits / (double)n;
	int k = 0;
	while (k + 1 < CLASSES && share < classes[k].least)
		k++;
	return k;
}

static void put_escaped(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '<')
			buf_put_str(out, "&lt;");
		else if (*s == '&')
			buf_put_str(out, "&amp;");
		else if ((unsigned char)*s >= 0x20)
			buf_put_byte(out, (uint8_t)*s);
	}
}

static void put_text(
	struct buf *out, double x, double y, int size, const char *anchor, const char *text)
{
	buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%d\" text-anchor=\"%s\">", x, y,
		size, anchor);
	put_escaped(out, text);
	buf_put_str(out, "</text>\n");
}

static void put_cell(struct buf *out, double x, double y, double width, uint64_t hits, uint64_t n)
{
	int k = n ? class_of(hits, n) : 0;
	buf_printf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n",
		x + 1, y + 1, width - 2, ROW - 2, n ? classes[k].fill : "#ececec");
	buf_printf(out,
		"<text x=\"%.1f\" y=\"%.1f\" font-size=\"22\" text-anchor=\"middle\" fill=\"%s\">",
		x + width / 2, y + ROW / 2.0 + 8, n ? classes[k].ink : "#6a6a6a");
	if (n)
		buf_printf(out, "%llu/%llu", (unsigned long long)hits, (unsigned long long)n);
	else
		buf_put_str(out, "none");
	buf_put_str(out, "</text>\n");
}

/* Short charts are told in words, others in thousands. */
static bool is_in_thousands(const struct eval_grid *g)
{
	return g->columns && g->most[g->columns - 1] >= 10000;
}

static void put_words(struct buf *out, const struct eval_grid *g, uint64_t words)
{
	if (!is_in_thousands(g))
		buf_printf(out, "%llu", (unsigned long long)words);
	else
		buf_printf(out, words < 10000 ? "%.1f" : "%.0f", (double)words / 1e3);
}

static void put_panel(struct buf *out, const struct eval_grid *g, double left, const char *title,
	const uint64_t hits[EVAL_DEPTHS][EVAL_LENGTHS])
{
	double width = (double)PANEL_WIDTH / (g->columns ? g->columns : 1);
	double below = PANEL_Y + EVAL_DEPTHS * ROW;
	put_text(out, left, PANEL_Y - 20, 26, "start", title);
	for (unsigned row = 0; row < EVAL_DEPTHS; row++)
		for (unsigned c = 0; c < g->columns; c++)
			put_cell(out, left + c * width, PANEL_Y + row * ROW, width, hits[row][c],
				g->n[row][c]);
	for (unsigned c = 0; c < g->columns; c++) {
		buf_printf(out,
			"<text x=\"%.1f\" y=\"%.1f\" font-size=\"20\" text-anchor=\"middle\">",
			left + (c + 0.5) * width, below + 28);
		put_words(out, g, g->least[c]);
		if (g->most[c] != g->least[c]) {
			buf_put_str(out, "\u2013");
			put_words(out, g, g->most[c]);
		}
		buf_put_str(out, "</text>\n");
	}
	put_text(out, left + PANEL_WIDTH / 2.0, below + 62, 22, "middle",
		is_in_thousands(g) ? "length of the chart (thousands of words)"
				   : "length of the chart (words)");
}

static void put_depths(struct buf *out)
{
	double middle = PANEL_Y + EVAL_DEPTHS * ROW / 2.0;
	for (unsigned row = 0; row < EVAL_DEPTHS; row++)
		buf_printf(out,
			"<text x=\"%d\" y=\"%.1f\" font-size=\"20\" text-anchor=\"end\">%u\u2013%u %%</text>\n",
			PANEL_X - 14, PANEL_Y + (row + 0.5) * ROW + 7, row * 10, row * 10 + 10);
	buf_printf(out,
		"<text x=\"0\" y=\"0\" font-size=\"22\" text-anchor=\"middle\" transform=\"translate(34 "
		"%.1f) rotate(-90)\">depth of the needle in the chart (share of its text)</text>\n",
		middle);
}

static void put_legend(struct buf *out)
{
	double x = PANEL_X;
	put_text(out, x, LEGEND_Y + 8, 20, "start", "Hits among a cell's questions:");
	x += 320;
	for (int k = 0; k <= CLASSES; k++) {
		buf_printf(out,
			"<rect x=\"%.1f\" y=\"%d\" width=\"30\" height=\"30\" fill=\"%s\"/>\n", x,
			LEGEND_Y - 15, k < CLASSES ? classes[k].fill : "#ececec");
		put_text(out, x + 40, LEGEND_Y + 8, 20, "start",
			k < CLASSES ? classes[k].words : "no question");
		x += k < CLASSES ? classes[k].step : 0;
	}
}

void eval_put_svg(struct buf *out, const struct eval_report *r)
{
	char line[160];
	const struct eval_part *p = &r->all;
	buf_printf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\" font-family=\"DejaVu Sans, Verdana, Arial, sans-serif\" "
		"fill=\"#1a1a1a\">\n<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n",
		WIDTH, HEIGHT, WIDTH, HEIGHT, WIDTH, HEIGHT);
	put_text(out, PANEL_X, 46, 30, "start",
		"Does it matter where the needle lies, and how long the chart is?");
	snprintf(line, sizeof(line),
		"%llu questions, %llu charts; needle found in %.3f, answer right (forced) in %.3f; cells: hits/questions",
		(unsigned long long)p->n, (unsigned long long)r->charts,
		(double)p->found / (double)(p->needles ? p->needles : 1), p->score[SCORE_ACCURACY]);
	put_text(out, PANEL_X, 82, 20, "start", line);
	put_panel(out, &r->grid, PANEL_X, "Needle among the evidence", r->grid.found);
	put_panel(out, &r->grid, PANEL_X + PANEL_STEP, "Answer right", r->grid.right);
	put_depths(out);
	put_legend(out);
	buf_put_str(out, "</svg>\n");
}

/* ---- files ---- */

static int write_whole(int fd, struct slice s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		s = slice_of(s.p + n, s.n - (size_t)n);
	}
	return 0;
}

/* In the child: stdin is the SVG. */
static void become_converter(int from, const char *file)
{
	char *name = strdup(file);
	char *argv[] = {(char[]){"rsvg-convert"}, (char[]){"--format=png"}, (char[]){"--output"},
		name, NULL};
	if (name && dup2(from, STDIN_FILENO) >= 0)
		execvp(argv[0], argv);
	_exit(127);
}

static int convert(struct slice svg, const char *file, struct err *e)
{
	int pipes[2], status = 0;
	if (pipe2(pipes, O_CLOEXEC))
		return err_set(e, LODE_IO, "cannot make a pipe: %s", strerror(errno));
	pid_t child = fork();
	if (child == 0)
		become_converter(pipes[0], file);
	close(pipes[0]);
	/* A converter that is gone must be an error here and no signal. */
	void (*old)(int) = signal(SIGPIPE, SIG_IGN);
	int written = child < 0 ? -1 : write_whole(pipes[1], svg);
	close(pipes[1]);
	signal(SIGPIPE, old);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 && written == 0)
		return 0;
	if (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return err_set(e, LODE_NOTFOUND,
			"%s: a PNG needs rsvg-convert (Debian: librsvg2-bin); an .svg does not",
			file);
	return err_set(e, LODE_IO, "%s: rsvg-convert failed", file);
}

static bool ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);
	return n > k && strcmp(s + n - k, end) == 0;
}

int eval_picture_write(const char *file, const struct eval_report *r, struct err *e)
{
	struct buf svg = {0};
	eval_put_svg(&svg, r);
	struct slice text = buf_slice(&svg);
	int rc = 0;
	if (svg.failed)
		rc = err_set(e, LODE_NOMEM, "out of memory");
	else if (ends_in(file, ".png"))
		rc = convert(text, file, e);
	else
		rc = file_replace(file, &text, 1, 0644, e);
	buf_release(&svg);
	return rc;
}
