/* Everything that `eval` says about a set of answered questions, as numbers. */
#ifndef LODESTONE_CLIENT_EVAL_REPORT_H
#define LODESTONE_CLIENT_EVAL_REPORT_H

#include "client/eval.h"
#include "client/eval_resample.h"

enum { EVAL_DEPTHS = 10, EVAL_LENGTHS = 5, EVAL_RISKS = 8 };
extern const double eval_coverages[EVAL_RISKS]; /* .5 ... 1 */

/* A selection of the questions: all of them, or a stratum. */
struct eval_part {
	struct slice name; /* of a stratum: the field's value, "" where it has none */
	uint64_t n, present;
	uint64_t table[2][SAID_COUNT]; /* [label is present][verdict] */
	struct eval_cells forced, decided;
	double score[SCORES], decided_score[SCORES];
	struct eval_interval interval[SCORES], decided_interval[SCORES];
	uint64_t needles,
		found; /* questions whose needle's place is known; found among the evidence */
	double found_low, found_high;
	uint64_t quotes, bad_quotes;
};

struct eval_strata {
	const char *field;
	struct eval_part *parts; /* in order of name */
	size_t n;
};

struct eval_times {
	struct slice name;
	size_t n;
	double p50, p90, p99, most; /* microseconds */
};

/* Least, median and most of something; n == 0: nothing of it is known. */
struct eval_spread {
	size_t n;
	double least, median, most;
};

/* Needles by depth (tenths of the chart) and length of the chart; columns hold about as many questions. */
struct eval_grid {
	unsigned columns;
	uint64_t least[EVAL_LENGTHS], most[EVAL_LENGTHS]; /* words of the charts of a column */
	uint64_t n[EVAL_DEPTHS][EVAL_LENGTHS], found[EVAL_DEPTHS][EVAL_LENGTHS],
		right[EVAL_DEPTHS][EVAL_LENGTHS];
	double found_best, found_worst, right_best, right_worst; /* cells; NaN without any */
};

/* A second run on the same questions. */
struct eval_against {
	const char *file;                              /* NULL: none */
	uint64_t both, only_this, only_other, neither; /* right, forced */
	double mcnemar;
	struct eval_gain gain[SCORES];
};

struct eval_report {
	const struct eval_set *set;
	bool by_patient; /* what was resampled: patients, else questions */
	struct eval_part all;
	double always[SCORES]; /* always "present", every needle granted */
	struct eval_calibration calibration;
	double risk[EVAL_RISKS], risk_area;
	struct eval_strata strata[EVAL_BY_MAX];
	struct eval_times times[EVAL_STEPS_MAX];
	uint64_t charts;
	struct eval_spread words; /* by chart */
	/* By question. chunks: share of the chart's chunks that were opened. */
	struct eval_spread chunks, tokens, words_per_token;
	struct eval_grid grid;
	struct eval_against against;
};

/* against: the same questions as answered in another run, or NULL.  The report's parts live in the set's
 * arena.  LODE_NOMEM. */
int eval_report_make(struct eval_set *s, const struct eval_set *against, bool by_patient,
	struct eval_report *out, struct err *e);

int eval_grid_fill(const struct eval_set *s, struct eval_grid *out); /* eval_grid.c; LODE_NOMEM */

/* The three forms.  svg: the grid as a picture. */
void eval_put_text(struct buf *out, const struct look *look, const struct eval_report *r);
void eval_put_json(struct buf *out, const struct eval_report *r);
void eval_put_svg(struct buf *out, const struct eval_report *r);

/* eval_picture.c: writes the SVG, or for a name that ends in .png has rsvg-convert make one of it. */
int eval_picture_write(const char *file, const struct eval_report *r, struct err *e);

#endif
