/* Counting right and wrong the way the data README says. */
#ifndef LODESTONE_TRAIN_EVAL_SCORE_H
#define LODESTONE_TRAIN_EVAL_SCORE_H

#include "scorer/train/eval_data.h"

/* What was answered for an item, axis by axis. */
struct eval_answer {
	int value[AXES];
	enum cue_kind kind[AXES];
	struct slice cue[AXES]; /* in the item's text; empty: none */
	enum assertion_class class;
	enum cue_kind deciding;
	double p[AXES], p_present;
};

/* A selection of items with their answers, in step. */
struct eval_view {
	const struct eval_item **items;
	const struct eval_answer **answers;
	unsigned n;
};

struct eval_confusion {
	unsigned tp, fp, fn, tn;
};

extern const unsigned eval_axis_classes[AXES];
extern const char *const eval_axis_names[AXES];

/* One class against the rest on one axis; rows with GOLD_SKIP are left out. */
struct eval_confusion eval_count(const struct eval_view *v, enum eval_axis axis, int class);
double eval_f1(struct eval_confusion c);
double eval_mcc(struct eval_confusion c);

/* Mean of the F1 of the classes that gold has. */
double eval_axis_f1(const struct eval_view *v, enum eval_axis axis);
double eval_macro_f1(const struct eval_view *v); /* mean of the four axes */
double eval_all_four(const struct eval_view *v); /* share of items right on every judged axis */

/* 95 % interval of a measure by resampling clusters, 1,000 times, always the same way. */
struct eval_interval {
	double low, high;
};
struct eval_interval eval_bootstrap(
	const struct eval_view *v, double (*measure)(const struct eval_view *));

/* The same of measure(v) - measure(base), both on the same resamples: v and base hold the same items in the
 * same order. */
struct eval_interval eval_bootstrap_gain(const struct eval_view *v, const struct eval_view *base,
	double (*measure)(const struct eval_view *));

double eval_specificity(struct eval_confusion c); /* TN / (TN + FP) */

#endif
