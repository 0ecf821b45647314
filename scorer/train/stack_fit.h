/* Fits the stack that joins rules and model (scorer/stack.h), its calibration and its band of doubt. */
#ifndef LODESTONE_TRAIN_STACK_FIT_H
#define LODESTONE_TRAIN_STACK_FIT_H

#include "scorer/model.h"

enum { CASE_UNKNOWN = 255 };

/* A labelled mention as the stack sees it. */
struct stack_case {
	float x[4][STACK_FEATURES_MAX];
	uint8_t label[4]; /* class, or CASE_UNKNOWN */
	uint8_t present;  /* 0, 1 or CASE_UNKNOWN */
	uint32_t cluster; /* cases of one report or sentence, kept together in one fold */
};

/* What was found on the way; probabilities of each case come from folds that do not hold it. */
struct stack_fit_report {
	double l2[4], loss[4]; /* the penalty chosen by the held-out log-loss, and that loss */
	uint32_t cases[4];
	double brier, log_loss; /* of P(present) after calibration, held out */
	double coverage, error; /* of what lies outside the band of doubt */
};

/* features: how many of x are used, by axis; centre: the stack that penalties pull to, NULL: nought.  Fills all of *out but its layout.  LODE_BADREQ when an axis or
 * presence has no case of two kinds; LODE_NOMEM. */
int stack_fit(const struct stack_case *cases, uint32_t n, const uint32_t features[4],
	const struct stack *centre, struct stack *out, struct stack_fit_report *report,
	struct err *e);

#endif
