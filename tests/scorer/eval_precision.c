#include "tests/scorer/eval_precision.h"

/* A cell of fewer tune rows than this also takes the rows of training.tsv. */
enum { THIN = 5 };

/* Right answers among all that came out this way.  "Cannot tell" counts as not present: a condition
 * that was only ever suspected is a "no" in the task this feeds (Med-Gemini, arXiv 2404.18416,
 * needle-in-a-haystack, footnote 3). */
struct cell {
	double right;
	unsigned all;
};

struct row {
	struct cell tune[CUE_KIND_COUNT], training[CUE_KIND_COUNT];
};

/* negex-dev has no label for "possible" and none for the time of what is no fact, and it calls
 * negated what was there and is gone: there the two sets mean different things. */
static bool counts(const struct eval_item *item, const struct eval_answer *a, unsigned axis)
{
	if (item->half != EVAL_TUNE || item->gold[axis] == GOLD_SKIP)
		return false;
	if (item->set != EVAL_NEGEX)
		return true;
	if (a->kind[AXIS_TEMPORALITY] == CUE_RESOLVED)
		return false;
	switch (axis) {
	case AXIS_CERTAINTY: return a->value[axis] != CERT_POSSIBLE;
	case AXIS_TEMPORALITY:
		return item->gold[AXIS_CERTAINTY] == CERT_CERTAIN && a->value[axis] != TIME_FUTURE;
	default: return true;
	}
}

static void add(struct row *r, const struct eval_item *item, enum cue_kind kind, double right)
{
	struct cell *c = item->set == EVAL_TRAINING ? &r->training[kind] : &r->tune[kind];
	c->right += right;
	c->all++;
}

static struct cell plus(struct cell a, struct cell b)
{
	return (struct cell){a.right + b.right, a.all + b.all};
}

/* An outcome that never came up takes the precision of its row. */
static void write_row(FILE *f, const char *name, const struct row *r)
{
	struct cell row = {0, 0};
	for (unsigned k = 0; k < CUE_KIND_COUNT; k++)
		row = plus(row, r->tune[k]);
	fprintf(f, "\t{\n");
	for (unsigned k = 0; k < CUE_KIND_COUNT; k++) {
		bool thin = r->tune[k].all < THIN;
		struct cell c = thin ? plus(r->tune[k], r->training[k]) : r->tune[k];
		const char *source = c.all == 0                   ? ", so the row's"
				     : thin && r->training[k].all ? ", training.tsv with them"
								  : "";
		struct cell used = c.all ? c : row;
		fprintf(f, "\t\t%.4f, /* %s by %s: %g of %u%s */\n",
			(used.right + 1) / (used.all + 2), name, cue_kind_names[k], c.right, c.all,
			source);
	}
	fprintf(f, "\t},\n");
}

static void write_axis(FILE *f, unsigned axis, const struct eval_item *items,
	const struct eval_answer *answers, unsigned n)
{
	static const char *const *const names[AXES] = {
		negation_names, certainty_names, experiencer_names, temporality_names};
	fprintf(f, "static const double precision_%s[%u][CUE_KIND_COUNT] = {\n",
		eval_axis_names[axis], eval_axis_classes[axis]);
	for (unsigned value = 0; value < eval_axis_classes[axis]; value++) {
		struct row r = {.tune = {{0, 0}}};
		for (unsigned i = 0; i < n; i++) {
			const struct eval_answer *a = &answers[i];
			if (a->value[axis] == (int)value && counts(&items[i], a, axis))
				add(&r, &items[i], a->kind[axis],
					items[i].gold[axis] == (int)value);
		}
		write_row(f, names[axis][value], &r);
	}
	fprintf(f, "};\n\n");
}

static double presence(const struct eval_item *item)
{
	return item->gold_present == GOLD_SKIP ? 0 : item->gold_present;
}

static void write_present(
	FILE *f, const struct eval_item *items, const struct eval_answer *answers, unsigned n)
{
	fprintf(f,
		"/* How many of them the patient has or has had; \"cannot tell\" counts as not. */\n");
	fprintf(f, "static const double precision_present[ASSERT_COUNT][CUE_KIND_COUNT] = {\n");
	for (unsigned class = 0; class < ASSERT_COUNT; class ++) {
		struct row r = {.tune = {{0, 0}}};
		for (unsigned i = 0; i < n; i++) {
			const struct eval_answer *a = &answers[i];
			if (a->class == class && counts(&items[i], a, AXIS_CERTAINTY))
				add(&r, &items[i], a->deciding, presence(&items[i]));
		}
		write_row(f, assertion_names[class], &r);
	}
	fprintf(f, "};\n\n");
}

void eval_write_precision(
	FILE *f, const struct eval_item *items, const struct eval_answer *answers, unsigned n)
{
	fprintf(f,
		"/* Precision of each rule outcome, (right + 1) / (all + 2), on the tune halves of\n"
		" * negex-dev and mentions-dev; cells of fewer than %d rows take training.tsv with\n"
		" * them.  Made by cue_eval --write-precision; do not edit. */\n"
		"#ifndef LODESTONE_SCORER_CUE_PRECISION_H\n"
		"#define LODESTONE_SCORER_CUE_PRECISION_H\n\n#include \"scorer/scorer.h\"\n\n",
		THIN);
	for (unsigned axis = 0; axis < AXES; axis++)
		write_axis(f, axis, items, answers, n);
	write_present(f, items, answers, n);
	fprintf(f, "#endif\n");
}
