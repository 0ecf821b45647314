/* lodestone-train calibrate: fits the stack, its calibration and its band of doubt into a model file, on the
 * tune halves of the labelled sets or on a site's own labels. */
#include "base/json.h"
#include "scorer/stack.h"
#include "scorer/train/eval_judged.h"
#include "scorer/train/files.h"
#include "scorer/train/options.h"
#include "scorer/train/stack_fit.h"
#include "scorer/train/unread.h"
#include "scorer/train/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char intro[] =
	"usage: lodestone-train calibrate --model FILE --out FILE [--excluded FILE]\n"
	"       lodestone-train calibrate LABELS.tsv --reports FILE.jsonl --model FILE --out FILE\n"
	"\n"
	"Fits how rules and model are joined, and writes the model with the new fit.  LABELS.tsv has the columns\n"
	"report, begin, end, surface, negation, certainty, experiencer, temporality, present; FILE.jsonl the reports\n"
	"as lines with id and text.  Without labels: the tune halves of ../shared/data, and the rows of training.tsv\n"
	"from the reports in --excluded, which the model must not have been trained on.\n"
	"--doubt is the entropy above which a question is looked at again, of bench/doubt.py --fit --model FILE.\n\n";

struct calibration_run {
	const char *labels, *reports, *model, *out, *excluded;
	struct eval_data data;
	struct arena arena;
	struct slice excluded_ids; /* lines */
	struct unread *unread;     /* NULL: the rules have not been mended on these rows */
	float doubt;               /* 0: as the model has it */
	struct err *e;
	bool wants_help;
};

#define AT(field) offsetof(struct calibration_run, field)
static const struct option_row rows[] = {
	{"model", OPTION_TEXT, AT(model), NULL, 0, "file to fit beside"},
	{"out", OPTION_TEXT, AT(out), NULL, 0, "model file to write"},
	{"excluded", OPTION_TEXT, AT(excluded), NULL, 0, "file of report ids, one a line"},
	{"reports", OPTION_TEXT, AT(reports), NULL, 0, "texts that LABELS.tsv is about"},
	{"doubt", OPTION_FLOAT, AT(doubt), NULL, 0, "threshold to write, 0: keep the model's"},
	{"help", OPTION_FLAG, AT(wants_help), NULL, 0, "this"},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* ---- which rows ---- */

static bool is_excluded(const struct calibration_run *c, struct slice report)
{
	struct slice rest = c->excluded_ids, line;
	while (file_line(&rest, &line))
		if (slice_eq(line, report))
			return true;
	return false;
}

/* Report halves are never fitted on. */
static bool is_fitted_on(const struct calibration_run *c, const struct eval_item *item)
{
	if (c->labels)
		return true;
	if (item->set == EVAL_TRAINING)
		return is_excluded(c, item->report);
	return item->half == EVAL_TUNE;
}

static void keep_fitted(struct calibration_run *c)
{
	unsigned n = 0;
	for (unsigned i = 0; i < c->data.n; i++)
		if (is_fitted_on(c, &c->data.items[i]))
			c->data.items[n++] = c->data.items[i];
	c->data.n = n;
}

static int load(struct calibration_run *c, struct tokenizer *t)
{
	int rc = c->labels ? eval_load_labels(t, c->labels, c->reports, &c->data, c->e)
			   : eval_load(t, &c->data, c->e);
	if (rc == 0 && c->excluded)
		rc = file_read(c->excluded, &c->arena, &c->excluded_ids, c->e);
	return rc;
}

/* ---- cases ---- */

/* negex-dev has no "possible": what it does not call "not particular" may be that. */
static void label(const struct eval_item *item, struct stack_case *out)
{
	for (unsigned axis = 0; axis < AXES; axis++)
		out->label[axis] =
			item->gold[axis] == GOLD_SKIP ? CASE_UNKNOWN : (uint8_t)item->gold[axis];
	if (item->set == EVAL_NEGEX && item->gold[AXIS_CERTAINTY] == CERT_CERTAIN)
		out->label[AXIS_CERTAINTY] = CASE_UNKNOWN;
	out->present = item->gold_present == GOLD_SKIP ? CASE_UNKNOWN : (uint8_t)item->gold_present;
}

static void fill(const struct eval_item *item, const struct assertion *rules,
	const struct scored *s, struct stack_case *out)
{
	*out = (struct stack_case){.cluster = item->cluster};
	label(item, out);
	for (unsigned axis = 0; axis < AXES; axis++)
		stack_features(axis, rules, s->logits, s->section, out->x[axis]);
}

/* Each row twice with the rules as they are and once without what its report has taught them.  The first trusts
 * the rules too much, the second too little: of the phrases that negate in reports nobody has labelled and in no
 * labelled row, the lists hold seven of ten already (docs/scorer.md).  Returns how many cases. */
enum { CASES = 3 };
static uint32_t fill_all(
	const struct calibration_run *c, const struct eval_judged *j, struct stack_case *cases)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < c->data.n; i++) {
		const struct eval_item *item = &c->data.items[i];
		const struct scored *s = &j->scored[i];
		struct assertion unread = s->rules;
		if (c->unread)
			unread_judge(c->unread, item, &unread);
		for (unsigned k = 0; k < CASES; k++)
			fill(item, k + 1 < CASES ? &s->rules : &unread, s, &cases[n++]);
	}
	return n;
}

/* Where penalties pull to: both are believed, whatever the cue and the section.  The rules say the first class of an
 * axis for want of a cue and any other because of one, and what has been read is worth more than what has not.
 * Chosen by the held-out log-loss (docs/scorer.md). */
static void believe_both(struct stack *out)
{
	const float model = .5f, rule = 2, cued = 4;
	for (unsigned axis = 0; axis < AXES; axis++)
		for (unsigned c = 0; c < eval_axis_classes[axis]; c++) {
			out->axis[axis].weight[c][c] = model;
			out->axis[axis].weight[c][eval_axis_classes[axis] + c] = c ? cued : rule;
		}
	/* "Is planned": the labelled rows hold one, so nothing measured goes against the rules. */
	uint32_t cues = stack_n_features(AXIS_TEMPORALITY) - 1 - STACK_SECTIONS - STACK_CUES;
	out->axis[AXIS_TEMPORALITY].weight[TIME_FUTURE][cues + CUE_FUTURE - 1] = 2 * rule;
}

static int fit(struct calibration_run *c, const struct scorer_model *model,
	const struct cue_engine *cues, struct stack *out)
{
	struct eval_judged j = {0};
	struct stack_fit_report r;
	struct stack centre = {0};
	uint32_t features[4], n = 0;
	struct stack_case *cases = calloc(CASES * (size_t)c->data.n + 1, sizeof(*cases));
	int rc = cases ? eval_judge(&c->data, model, cues, &j, c->e)
		       : err_set(c->e, LODE_NOMEM, "cases");
	if (cases && rc == 0)
		n = fill_all(c, &j, cases);
	for (unsigned axis = 0; axis < AXES; axis++)
		features[axis] = stack_n_features(axis);
	*out = (struct stack){.layout = STACK_LAYOUT};
	believe_both(&centre);
	if (rc == 0)
		rc = stack_fit(cases, n, features, &centre, out, &r, c->e);
	for (unsigned axis = 0; rc == 0 && axis < AXES; axis++)
		printf("%-12s %5u rows, penalty %g, held-out log-loss %.4f\n",
			eval_axis_names[axis], r.cases[axis] / CASES, r.l2[axis], r.loss[axis]);
	if (rc == 0)
		printf("present      affirmed %.2f, certain %.2f, own %.2f, not future %.2f, %+.2f; held-out Brier %.4f, log-loss %.4f; "
		       "band of doubt %.3f to %.3f leaves %.1f %% with %.2f %% wrong\n",
			(double)out->present[0], (double)out->present[1], (double)out->present[2],
			(double)out->present[3], (double)out->present[4], r.brier, r.log_loss,
			out->abstain_low, out->abstain_high, 100 * r.coverage, 100 * r.error);
	eval_judged_release(&j);
	free(cases);
	return rc;
}

/* What the model says of its training, with another `doubt` (docs/model-format.md). */
static int say_doubt(struct calibration_run *c, struct slice training, struct buf *out)
{
	struct json *said = NULL;
	struct json_writer w;
	int rc = training.n ? json_parse(training, &c->arena, &said, c->e) : LODE_OK;
	json_init(&w, out);
	json_begin_object(&w);
	for (const struct json *v = rc || !said ? NULL : said->first; v; v = v->next) {
		const char *key = arena_strndup(&c->arena, v->key.p, v->key.n);
		if (!key)
			return err_set(c->e, LODE_NOMEM, "no memory for the model's metadata");
		if (strcmp(key, "doubt") == 0)
			continue;
		json_key(&w, key);
		json_raw(&w, v->raw);
	}
	json_key(&w, "doubt");
	json_double(&w, (double)c->doubt, 4);
	json_end_object(&w);
	return rc || !out->failed ? rc : err_set(c->e, LODE_NOMEM, "no memory for the metadata");
}

static int write_fitted(
	struct calibration_run *c, const struct scorer_model *model, const struct stack *stack)
{
	struct model_parts parts = *model_parts(model);
	struct buf training = {0};
	int rc = LODE_OK;
	parts.stack = stack;
	if (c->doubt > 0) {
		rc = say_doubt(c, parts.training, &training);
		parts.training = buf_slice(&training);
	}
	if (rc == LODE_OK)
		rc = model_write(c->out, &parts, model_is_bf16(model), c->e);
	buf_release(&training);
	return rc;
}

static int calibrate(struct calibration_run *c)
{
	struct tokenizer *t = NULL;
	struct cue_engine *cues = NULL;
	struct scorer_model *model = NULL;
	struct stack stack;
	int rc = tok_create(&t, c->e);
	if (rc == 0)
		rc = cue_engine_create(&cues, c->e);
	if (rc == 0)
		rc = scorer_open(&model, c->model, c->e);
	if (rc == 0)
		rc = load(c, t);
	if (rc == 0 && !c->labels)
		rc = unread_create(&c->unread, &c->data, cues, c->e);
	if (rc == 0) {
		keep_fitted(c);
		rc = fit(c, model, cues, &stack);
	}
	if (rc == 0)
		rc = write_fitted(c, model, &stack);
	unread_destroy(c->unread);
	eval_release(&c->data);
	scorer_close(model);
	cue_engine_destroy(cues);
	tok_destroy(t);
	return rc;
}

static int read_arguments(struct calibration_run *c, int argc, char **argv)
{
	unsigned skipped = argc > 1 && argv[1][0] != '-';
	c->labels = skipped ? argv[1] : NULL;
	int rc = options_parse(argc - (int)skipped, argv + skipped, rows, ROWS, c, c->e);
	if (rc || c->wants_help)
		return rc;
	if (!c->model || !c->out)
		return err_set(c->e, LODE_BADREQ, "--model and --out are needed");
	if (!(c->doubt >= 0 && c->doubt < 1))
		return err_set(c->e, LODE_BADREQ, "--doubt is from 0 to below 1");
	if (c->labels && !c->reports)
		return err_set(c->e, LODE_BADREQ, "LABELS.tsv needs --reports");
	return LODE_OK;
}

int verb_calibrate(int argc, char **argv)
{
	struct err e = {0};
	struct calibration_run c = {.e = &e};
	int rc = read_arguments(&c, argc, argv);
	if (rc) {
		fprintf(stderr, "lodestone-train: %s (calibrate --help lists the options)\n",
			e.text);
		return 2;
	}
	if (c.wants_help) {
		printf("%s", intro);
		options_help(stdout, rows, ROWS, &c);
		return 0;
	}
	arena_init(&c.arena, 16 << 20);
	rc = calibrate(&c);
	arena_release(&c.arena);
	if (rc)
		fprintf(stderr, "lodestone-train: %s\n", e.text);
	return rc ? 1 : 0;
}
