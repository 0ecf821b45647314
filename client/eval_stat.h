/* The statistics of an evaluation: labelled yes-or-no questions, what was answered, how sure.  No I/O.
 *
 * Shares whose denominator is 0 are NaN throughout, and print as null. */
#ifndef LODESTONE_CLIENT_EVAL_STAT_H
#define LODESTONE_CLIENT_EVAL_STAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an answer counts as.  CALL_WRONG is wrong whatever the label says: the needle was not among the
 * evidence, "not mentioned" where it is known to stand, or no answer. */
enum eval_call { CALL_PRESENT, CALL_ABSENT, CALL_WRONG };

struct eval_outcome {
	bool is_present;     /* the label */
	enum eval_call call; /* forced: an uncertain verdict is present from probability 0.5 on */
	bool is_decided;     /* the verdict was not `uncertain` */
	bool is_answered;    /* false: an error or a timeout; probability means nothing */
	double probability;  /* P(present), 0..1 */
};

bool eval_is_right(const struct eval_outcome *o);

/* ---- confusion ---- */

enum eval_cell { CELL_TP, CELL_FN, CELL_TN, CELL_FP, CELLS, CELL_NONE = CELLS };

enum eval_cell eval_cell_of(const struct eval_outcome *o);      /* forced */
enum eval_cell eval_cell_decided(const struct eval_outcome *o); /* CELL_NONE: left out */

struct eval_cells {
	uint64_t n[CELLS];
};
uint64_t eval_cells_sum(const struct eval_cells *c);

enum eval_score {
	SCORE_MCC, /* 0 where a margin is empty */
	SCORE_ACCURACY,
	SCORE_BALANCED, /* mean of sensitivity and specificity */
	SCORE_SENSITIVITY,
	SCORE_SPECIFICITY,
	SCORE_PRECISION,
	SCORE_F1,
	SCORES,
};
extern const char *const eval_score_names[SCORES]; /* "mcc", ... */
void eval_scores(const struct eval_cells *c, double out[SCORES]);

/* Wilson's 95 % interval of a share (J Am Stat Assoc 22, 1927). */
void eval_wilson(uint64_t hits, uint64_t n, double *low, double *high);

/* ---- probabilities ---- */

enum { EVAL_BINS = 10 };

struct eval_calibration {
	size_t n;                   /* questions answered */
	double mean_said, observed; /* mean probability, share present */
	double brier; /* mean squared error over all questions; one without an answer counts 1 */
	/* Of label ~ intercept + slope * logit(p), p kept within 0.001..0.999 (Cox, Biometrika 45, 1958):
	 * slope 1, intercept 0 are perfect; NaN where there is no finite fit (the labels are parted). */
	double slope, intercept;
	struct {
		size_t n, present;
		double mean;
	} bin[EVAL_BINS]; /* by probability, [0, .1) ... [.9, 1] */
};
void eval_calibrate(const struct eval_outcome *o, size_t n, struct eval_calibration *out);

/* risk[i]: share wrong among the i + 1 surest answers, sure being max(p, 1 - p), none where there was no
 * answer; equally sure ones share their errors evenly, so that their order does not matter.  The mean
 * of risk is the area under the curve (Geifman, El-Yaniv, NIPS 2017).  LODE_NOMEM. */
int eval_risk(const struct eval_outcome *o, size_t n, double *risk);

/* ---- the rest ---- */

/* Nearest rank; v sorted upwards, p 0..1.  NaN for n == 0. */
double eval_percentile(const double *v, size_t n, double p);
int eval_compare(const void *a, const void *b); /* of doubles, for qsort */

#endif
