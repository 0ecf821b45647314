/* The scorer's own task: labelled windows by the recipe's mixture, and what a network alone is worth on rows whose
 * reports it has not seen. */
#include "scorer/train/lab_judge.h"

#include "base/file.h"
#include "scorer/train/eval_judged.h"
#include "scorer/train/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Ids of the reports with rows in the tune half of mentions-dev, one a line. */
static int write_excluded(const char *path, struct err *e)
{
	struct tokenizer *t = NULL;
	struct eval_data data = {0};
	struct buf b = {0};
	const struct eval_item *last = NULL;
	int rc = tok_create(&t, e);
	if (rc == 0)
		rc = eval_load(t, &data, e);
	for (unsigned i = 0; rc == 0 && i < data.n; i++) {
		const struct eval_item *item = &data.items[i];
		if (item->set != EVAL_MENTIONS || item->half != EVAL_TUNE ||
			(last && slice_eq(last->report, item->report)))
			continue;
		last = item;
		buf_put_slice(&b, item->report);
		buf_put_byte(&b, '\n');
	}
	struct slice all = buf_slice(&b);
	if (rc == 0)
		rc = b.failed ? err_set(e, LODE_NOMEM, "no memory for a list of reports")
			      : file_replace(path, &all, 1, 0644, e);
	buf_release(&b);
	eval_release(&data);
	tok_destroy(t);
	return rc;
}

int lab_mixture(struct mixture **out, const struct lab_texts *texts, const char *lexicon,
	const char *runs, struct err *e)
{
	char path[1024];
	struct mixture_options o = mixture_usual();
	int rc = LODE_OK;
	o.lexicon = lexicon;
	if (texts->source == LAB_TEXTS_MADE_UP) {
		o.share[EXAMPLE_WEAK] = o.share[EXAMPLE_LABELLED] = 0;
	} else {
		int n = snprintf(path, sizeof(path), "%s/tune-reports", runs);
		if (n < 0 || (size_t)n >= sizeof(path))
			return err_set(e, LODE_TOOBIG, "%s: the path is too long", runs);
		o.excluded = path;
		rc = write_excluded(path, e);
	}
	return rc ? rc : mixture_create(out, &o, texts->vocabulary, e);
}

/* ---- what it is worth ---- */

static int write_model(
	const struct lab_bench *b, struct trainer *t, const char *path, struct err *e)
{
	struct use use;
	int rc = use_measure(&use, t, USE_STREAM_A, 1024, e);
	if (rc)
		return rc;
	struct export_options o = {.path = path,
		.vocabulary = buf_slice(&b->texts->vocabulary_bytes),
		.training = SLICE("{}")};
	rc = export_model(t, &use, &o, e);
	use_release(&use);
	return rc;
}

static int judge(const char *path, double *f1, struct err *e)
{
	struct tokenizer *t = NULL;
	struct cue_engine *c = NULL;
	struct scorer_model *m = NULL;
	struct eval_data data = {0};
	struct eval_judged judged = {0};
	int rc = tok_create(&t, e);
	if (rc == 0)
		rc = cue_engine_create(&c, e);
	if (rc == 0)
		rc = scorer_open(&m, path, e);
	if (rc == 0)
		rc = eval_load(t, &data, e);
	if (rc == 0)
		rc = eval_judge(&data, m, c, &judged, e);
	if (rc == 0) {
		struct eval_view v = eval_select(&judged, EVAL_MENTIONS, EVAL_TUNE, SYSTEM_MODEL);
		*f1 = eval_macro_f1(&v);
		eval_view_release(&v);
	}
	eval_judged_release(&judged);
	eval_release(&data);
	scorer_close(m);
	cue_engine_destroy(c);
	tok_destroy(t);
	return rc;
}

static double mean_right(const struct step_report *r)
{
	double sum = 0;
	for (unsigned axis = 0; axis < AXES; axis++)
		sum += r->right[axis];
	return sum / AXES;
}

int lab_judge(const struct lab_bench *b, struct trainer *t, struct lab_table *out, struct err *e)
{
	char path[1024];
	struct step_report r;
	double f1 = 0, right = 0;
	enum { DRAWS = 8 };
	uint32_t step = (uint32_t)t->step;
	int rc = LODE_OK;
	for (uint64_t draw = 0; rc == 0 && draw < DRAWS; draw++) {
		rc = trainer_draw(t, LAB_STREAM_HELD_OUT, draw, t->options.batch, e);
		if (rc == 0)
			trainer_measure(t, &r);
		right += rc ? 0 : mean_right(&r) / DRAWS;
	}
	lab_add(out, &(struct lab_row){step, LAB_ALL_LAYERS, LAB_RIGHT, 0, right});
	if (rc || b->texts->source == LAB_TEXTS_MADE_UP)
		return rc;
	snprintf(path, sizeof(path), "%s/model-%ld", b->runs, (long)getpid());
	rc = write_model(b, t, path, e);
	if (rc == 0)
		rc = judge(path, &f1, e);
	unlink(path);
	lab_add(out, &(struct lab_row){step, LAB_ALL_LAYERS, LAB_F1, 0, f1});
	return rc;
}
