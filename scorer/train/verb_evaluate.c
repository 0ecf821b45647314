/* lodestone-train evaluate --model FILE [--half report|tune] [--svg FILE]: what the scorer is worth, rules
 * alone, model alone and both joined side by side on the same items. */
#include "scorer/train/calibration.h"
#include "scorer/train/eval_judged.h"
#include "scorer/train/options.h"
#include "scorer/train/verbs.h"

#include <stdio.h>
#include <stdlib.h>

enum { TYPO_PERCENT = 15 };

struct evaluation {
	struct eval_data data, misspelt;
	struct eval_judged judged, judged_misspelt;
	enum eval_half half;
	const char *model, *svg;
	struct err *e;
	bool wants_help;
};

static const char intro[] =
	"usage: lodestone-train evaluate --model FILE [OPTIONS]\n\n"
	"Prints what rules, model and both joined are worth on the labelled sets in ../shared/data.\n\n";

static const char *const half_names[] = {[EVAL_TUNE] = "tune", [EVAL_REPORT] = "report"};

#define AT(field) offsetof(struct evaluation, field)
static const struct option_row known[] = {
	{"model", OPTION_TEXT, AT(model), NULL, 0, "file to judge with"},
	{"half", OPTION_CHOICE, AT(half), half_names, 2, "of the sets: tune or report"},
	{"svg", OPTION_TEXT, AT(svg), NULL, 0, "file for the calibration curve"},
	{"help", OPTION_FLAG, AT(wants_help), NULL, 0, "this"},
};
enum { ROWS = sizeof(known) / sizeof(known[0]) };

static const char *const *const axis_values[AXES] = {
	negation_names, certainty_names, experiencer_names, temporality_names};

/* ---- measures ---- */

static double negation_f1(const struct eval_view *v)
{
	return eval_f1(eval_count(v, AXIS_NEGATION, NEG_NEGATED));
}

static double historical_f1(const struct eval_view *v)
{
	return eval_f1(eval_count(v, AXIS_TEMPORALITY, TIME_HISTORICAL));
}

static double axis_negation(const struct eval_view *v)
{
	return eval_axis_f1(v, AXIS_NEGATION);
}

static double axis_certainty(const struct eval_view *v)
{
	return eval_axis_f1(v, AXIS_CERTAINTY);
}

static double axis_experiencer(const struct eval_view *v)
{
	return eval_axis_f1(v, AXIS_EXPERIENCER);
}

static double axis_temporality(const struct eval_view *v)
{
	return eval_axis_f1(v, AXIS_TEMPORALITY);
}

struct measure {
	const char *name;
	double (*of)(const struct eval_view *);
};

static const struct measure mention_measures[] = {{"macro-F1, four axes", eval_macro_f1},
	{"all four right", eval_all_four}, {"F1 negation", axis_negation},
	{"F1 certainty", axis_certainty}, {"F1 experiencer", axis_experiencer},
	{"F1 temporality", axis_temporality}};
static const struct measure negex_measures[] = {
	{"negation F1", negation_f1}, {"historical F1", historical_f1}};

/* ---- tables ---- */

static void print_measures(const struct eval_judged *j, enum eval_set set, enum eval_half half,
	const struct measure *m, unsigned n)
{
	struct eval_view rules = eval_select(j, set, half, SYSTEM_RULES);
	printf("| n = %u | %s | %s | %s | gain of model | %s | gain of stack |\n|---|---|---|---|---|---|---|\n",
		rules.n, eval_system_names[SYSTEM_AFFIRMED], eval_system_names[SYSTEM_RULES],
		eval_system_names[SYSTEM_MODEL], eval_system_names[SYSTEM_STACK]);
	for (unsigned i = 0; i < n; i++) {
		printf("| %s |", m[i].name);
		for (unsigned s = 0; s < SYSTEMS; s++) {
			struct eval_view v = eval_select(j, set, half, s);
			struct eval_interval of = eval_bootstrap(&v, m[i].of);
			printf(" %.3f [%.3f, %.3f] |", m[i].of(&v), of.low, of.high);
			if (s >= SYSTEM_MODEL) {
				struct eval_interval gain =
					eval_bootstrap_gain(&v, &rules, m[i].of);
				printf(" %+.3f [%+.3f, %+.3f] |", m[i].of(&v) - m[i].of(&rules),
					gain.low, gain.high);
			}
			eval_view_release(&v);
		}
		putchar('\n');
	}
	eval_view_release(&rules);
}

static void print_classes(const struct eval_judged *j, enum eval_set set, enum eval_half half)
{
	printf("\n| class | system | F1 | MCC | specificity | TP | FP | FN | TN |\n"
	       "|---|---|---|---|---|---|---|---|---|\n");
	for (unsigned axis = 0; axis < AXES; axis++)
		for (unsigned k = 0; k < eval_axis_classes[axis]; k++)
			for (unsigned s = SYSTEM_RULES; s < SYSTEMS; s++) {
				struct eval_view v = eval_select(j, set, half, s);
				struct eval_confusion c = eval_count(&v, axis, (int)k);
				printf("| %s | %s | %.3f | %.3f | %.3f | %u | %u | %u | %u |\n",
					axis_values[axis][k], eval_system_names[s], eval_f1(c),
					eval_mcc(c), eval_specificity(c), c.tp, c.fp, c.fn, c.tn);
				eval_view_release(&v);
			}
}

/* ---- probabilities ---- */

/* Rows whose presence is known, of the sets asked for. */
static uint32_t outcomes(
	const struct evaluation *v, enum eval_system s, bool with_negex, struct outcome *out)
{
	uint32_t n = 0;
	for (unsigned i = 0; i < v->data.n; i++) {
		const struct eval_item *item = &v->data.items[i];
		bool is_of = item->set == EVAL_MENTIONS || (with_negex && item->set == EVAL_NEGEX);
		if (is_of && item->half == v->half && item->gold_present != GOLD_SKIP)
			out[n++] = (struct outcome){v->judged.answers[s][i].p_present,
				item->cluster, (uint8_t)item->gold_present};
	}
	return n;
}

static int print_coverage(const struct evaluation *v, bool with_negex, struct outcome *rows)
{
	static const double coverage[] = {1, .98, .95, .9, .8};
	printf("\n| present or absent, %s | 100 %% | 98 %% | 95 %% | 90 %% | 80 %% |\n|---|---|---|---|---|---|\n",
		with_negex ? "both sets" : "mentions-dev");
	for (unsigned s = SYSTEM_RULES; s < SYSTEMS; s++) {
		uint32_t n = outcomes(v, s, with_negex, rows);
		printf("| %s |", eval_system_names[s]);
		for (unsigned c = 0; c < 5; c++) {
			struct selective at;
			int rc = selective_at(rows, n, coverage[c], &at, v->e);
			if (rc)
				return rc;
			printf(" %u of %u wrong (%.2f %%) |", at.wrong, at.answered,
				at.answered ? 100.0 * at.wrong / at.answered : 0);
		}
		putchar('\n');
	}
	return 0;
}

static int write_svg(const char *path, const struct calibration *c, struct err *e)
{
	static const char *const colors[SYSTEMS] = {"#999999", "#b03a2e", "#b9770e", "#1f618d"};
	struct reliability systems[3];
	struct buf svg = {.p = NULL};
	for (unsigned s = SYSTEM_RULES; s < SYSTEMS; s++)
		systems[s - SYSTEM_RULES] =
			(struct reliability){eval_system_names[s], colors[s], &c[s]};
	reliability_svg(systems, 3, &svg);
	FILE *f = fopen(path, "wb");
	bool is_good = f && !svg.failed && fwrite(svg.p, 1, svg.n, f) == svg.n;
	is_good = (!f || fclose(f) == 0) && is_good;
	buf_release(&svg);
	return is_good ? 0 : err_set(e, LODE_IO, "%s cannot be written", path);
}

static int print_calibration(const struct evaluation *v, struct outcome *rows)
{
	struct calibration c[SYSTEMS];
	printf("\n| probability of present, both sets | n | present | Brier | log-loss | slope | intercept | ECE |\n"
	       "|---|---|---|---|---|---|---|---|\n");
	for (unsigned s = SYSTEM_RULES; s < SYSTEMS; s++) {
		uint32_t n = outcomes(v, s, true, rows);
		int rc = calibration_of(rows, n, &c[s], v->e);
		if (rc)
			return rc;
		printf("| %s | %u | %u | %.4f | %.4f | %.2f [%.2f, %.2f] | %+.2f | %.4f |\n",
			eval_system_names[s], n, c[s].present, c[s].brier, c[s].log_loss,
			c[s].slope, c[s].slope_low, c[s].slope_high, c[s].intercept, c[s].ece);
	}
	return v->svg ? write_svg(v->svg, c, v->e) : 0;
}

static int print_all(const struct evaluation *v)
{
	const struct eval_judged *j = &v->judged;
	const char *half = v->half == EVAL_REPORT ? "report" : "tune";
	struct outcome *rows = calloc(v->data.n + 1, sizeof(*rows));
	if (!rows)
		return err_set(v->e, LODE_NOMEM, "outcomes");
	printf("## mentions-dev, %s half\n\n", half);
	print_measures(j, EVAL_MENTIONS, v->half, mention_measures, 6);
	print_classes(j, EVAL_MENTIONS, v->half);
	printf("\n## negex-dev, %s half\n\n", half);
	print_measures(j, EVAL_NEGEX, v->half, negex_measures, 2);
	print_classes(j, EVAL_NEGEX, v->half);
	printf("\n## negex-dev, %s half, typos in %d %% of the words\n\n", half, TYPO_PERCENT);
	print_measures(&v->judged_misspelt, EVAL_NEGEX, v->half, negex_measures, 2);
	printf("\n## Probabilities, %s halves\n", half);
	int rc = print_coverage(v, false, rows);
	if (rc == 0)
		rc = print_coverage(v, true, rows);
	if (rc == 0)
		rc = print_calibration(v, rows);
	free(rows);
	return rc;
}

/* ---- the verb ---- */

static int evaluate(struct evaluation *v, const char *path)
{
	struct tokenizer *t = NULL;
	struct cue_engine *c = NULL;
	struct scorer_model *m = NULL;
	int rc = tok_create(&t, v->e);
	if (rc == 0)
		rc = cue_engine_create(&c, v->e);
	if (rc == 0)
		rc = scorer_open(&m, path, v->e);
	if (rc == 0)
		rc = eval_load(t, &v->data, v->e);
	if (rc == 0)
		rc = eval_misspelt(&v->data, t, TYPO_PERCENT, &v->misspelt, v->e);
	if (rc == 0)
		rc = eval_judge(&v->data, m, c, &v->judged, v->e);
	if (rc == 0)
		rc = eval_judge(&v->misspelt, m, c, &v->judged_misspelt, v->e);
	if (rc == 0)
		rc = print_all(v);
	eval_judged_release(&v->judged);
	eval_judged_release(&v->judged_misspelt);
	eval_release(&v->data);
	eval_release(&v->misspelt);
	scorer_close(m);
	cue_engine_destroy(c);
	tok_destroy(t);
	return rc;
}

int verb_evaluate(int argc, char **argv)
{
	struct err e = {0};
	struct evaluation v = {.half = EVAL_REPORT, .e = &e};
	int rc = options_parse(argc, argv, known, ROWS, &v, &e);
	if (rc == 0 && v.wants_help) {
		printf("%s", intro);
		options_help(stdout, known, ROWS, &v);
		return 0;
	}
	if (rc == 0 && !v.model)
		rc = err_set(&e, LODE_BADREQ, "--model is needed");
	if (rc) {
		fprintf(stderr, "lodestone-train: %s (evaluate --help lists the options)\n",
			e.text);
		return 2;
	}
	rc = evaluate(&v, v.model);
	if (rc)
		fprintf(stderr, "lodestone-train: %s\n", e.text);
	return rc == LODE_NOTFOUND ? 77 : rc ? 1 : 0;
}
