/* Scores the cue engine on the labelled sets and prints the tables.
 *
 *   cue_eval                         all tables, tune and report halves
 *   cue_eval --errors SET            errors of the tune rows (negex, mentions or training); never of
 *                                    the report half
 *   cue_eval --cues                  one line per cue that decided an axis of a tune row: axis, value,
 *                                    right or wrong, the cue's words
 *   cue_eval --write-precision FILE  scorer/cue_precision.h from the tune halves
 *
 * Exit 77 when the data is absent. */
#include "scorer/cue_scan.h"
#include "tests/scorer/eval_precision.h"
#include "scorer/train/eval_score.h"

#include <stdio.h>
#include <stdlib.h>

struct run {
	struct eval_data data;
	struct eval_answer *answers; /* [item] */
	struct eval_answer affirmed; /* what "always affirmed, certain, patient, recent" says */
};

static const char *const *const axis_values[AXES] = {
	negation_names, certainty_names, experiencer_names, temporality_names};

static void judge(const struct cue_engine *c, const struct eval_item *item, struct eval_answer *out)
{
	struct mention_context m = {item->doc, item->start, item->end, {NULL, 0}};
	struct cue_view view;
	struct cue_verdict v;
	struct assertion a;
	cue_look(c, &m, &view);
	cue_decide(&view, &v);
	cue_judge(c, &m, NULL, &a);
	*out = (struct eval_answer){
		.value = {(int)v.negation.value, (int)v.certainty.value, (int)v.experiencer.value,
			(int)v.temporality.value},
		.kind = {v.negation.kind, v.certainty.kind, v.experiencer.kind, v.temporality.kind},
		.class = v.class,
		.deciding = v.deciding.kind,
		.p = {a.p_negation, a.p_certainty, a.p_experiencer, a.p_temporality},
		.p_present = a.p_present,
	};
	const struct cue_decision *d[AXES] = {
		&v.negation, &v.certainty, &v.experiencer, &v.temporality};
	for (unsigned axis = 0; axis < AXES; axis++)
		if (d[axis]->by)
			out->cue[axis] = slice_of(item->doc->text.p + d[axis]->by->start,
				d[axis]->by->end - d[axis]->by->start);
}

/* ---- selections ---- */

static struct eval_view view_of(
	const struct run *r, enum eval_set set, enum eval_half half, bool base)
{
	struct eval_view v = {
		calloc(r->data.n + 1, sizeof(void *)), calloc(r->data.n + 1, sizeof(void *)), 0};
	for (unsigned i = 0; i < r->data.n; i++) {
		const struct eval_item *item = &r->data.items[i];
		if (item->set != set || (half != EVAL_ALL && item->half != half))
			continue;
		v.items[v.n] = item;
		v.answers[v.n++] = base ? &r->affirmed : &r->answers[i];
	}
	return v;
}

static void view_release(struct eval_view *v)
{
	free(v->items);
	free(v->answers);
}

/* ---- tables ---- */

static double measure_negation(const struct eval_view *v)
{
	return eval_f1(eval_count(v, AXIS_NEGATION, NEG_NEGATED));
}

static double measure_historical(const struct eval_view *v)
{
	return eval_f1(eval_count(v, AXIS_TEMPORALITY, TIME_HISTORICAL));
}

static void print_measure(const char *name, const struct eval_view *v, const struct eval_view *base,
	double (*measure)(const struct eval_view *))
{
	struct eval_interval i = eval_bootstrap(v, measure);
	printf("  %-22s %.3f  [%.3f, %.3f]   always affirmed %.3f\n", name, measure(v), i.low,
		i.high, measure(base));
}

static void print_class(const char *name, const struct eval_view *v, enum eval_axis axis, int class)
{
	struct eval_confusion c = eval_count(v, axis, class);
	printf("    %-20s F1 %.3f  MCC %.3f  TP %u FP %u FN %u TN %u\n", name, eval_f1(c),
		eval_mcc(c), c.tp, c.fp, c.fn, c.tn);
}

static void print_mentions(
	const struct run *r, enum eval_set set, enum eval_half half, const char *title)
{
	struct eval_view v = view_of(r, set, half, false), base = view_of(r, set, half, true);
	printf("%s, n = %u\n", title, v.n);
	print_measure("macro-F1, four axes", &v, &base, eval_macro_f1);
	print_measure("all four right", &v, &base, eval_all_four);
	for (unsigned axis = 0; axis < AXES; axis++) {
		printf("  %-22s %.3f                   always affirmed %.3f\n",
			eval_axis_names[axis], eval_axis_f1(&v, axis), eval_axis_f1(&base, axis));
		for (unsigned k = 0; k < eval_axis_classes[axis]; k++)
			print_class(axis_values[axis][k], &v, axis, (int)k);
	}
	view_release(&v);
	view_release(&base);
}

static void print_negex(const struct run *r, enum eval_half half, const char *title)
{
	struct eval_view v = view_of(r, EVAL_NEGEX, half, false);
	struct eval_view base = view_of(r, EVAL_NEGEX, half, true);
	printf("%s, n = %u\n", title, v.n);
	print_measure("negation F1", &v, &base, measure_negation);
	print_measure("historical F1", &v, &base, measure_historical);
	print_class("negated", &v, AXIS_NEGATION, NEG_NEGATED);
	print_class("historical", &v, AXIS_TEMPORALITY, TIME_HISTORICAL);
	print_class("not particular", &v, AXIS_CERTAINTY, CERT_HYPOTHETICAL);
	print_class("other person", &v, AXIS_EXPERIENCER, EXP_OTHER);
	view_release(&v);
	view_release(&base);
}

static void print_tables(const struct run *r)
{
	printf("negex conditions not found in their sentence: %u\n", r->data.not_located);
	print_negex(r, EVAL_TUNE, "negex-dev tune");
	print_negex(r, EVAL_REPORT, "negex-dev report");
	print_mentions(r, EVAL_TRAINING, EVAL_ALL, "mentions-dev training.tsv");
	print_mentions(r, EVAL_MENTIONS, EVAL_TUNE, "mentions-dev tune");
	print_mentions(r, EVAL_MENTIONS, EVAL_REPORT, "mentions-dev report");
}

/* ---- errors, for tuning only ---- */

static void print_text(const struct eval_item *item, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		char c = item->doc->text.p[i];
		putchar(c == '\n' ? '|' : c);
	}
}

static void print_error(const struct eval_item *item, const struct eval_answer *a)
{
	uint32_t end = (uint32_t)item->doc->text.n;
	const struct tok_sentence *s =
		&item->doc->sentences[tok_sentence_at(item->doc, item->start)];
	for (unsigned axis = 0; axis < AXES; axis++)
		if (item->gold[axis] != GOLD_SKIP && item->gold[axis] != a->value[axis])
			printf("%s->%s(%s '%.*s') ", axis_values[axis][item->gold[axis]],
				axis_values[axis][a->value[axis]], cue_kind_names[a->kind[axis]],
				(int)a->cue[axis].n, a->cue[axis].p ? a->cue[axis].p : "");
	printf("%s: ", tok_section_name(item->doc->sections[s->section].class));
	print_text(item, item->start > 200 ? item->start - 200 : 0, item->start);
	printf("[[");
	print_text(item, item->start, item->end);
	printf("]]");
	print_text(item, item->end, item->end + 90 < end ? item->end + 90 : end);
	putchar('\n');
}

static int print_errors(const struct run *r, const char *set)
{
	static const char *const names[] = {"negex", "mentions", "training"};
	for (unsigned i = 0; i < r->data.n; i++) {
		const struct eval_item *item = &r->data.items[i];
		if (item->half == EVAL_REPORT || strcmp(names[item->set], set) != 0)
			continue;
		bool wrong = false;
		for (unsigned axis = 0; axis < AXES; axis++)
			wrong = wrong || (item->gold[axis] != GOLD_SKIP &&
						 item->gold[axis] != r->answers[i].value[axis]);
		if (wrong)
			print_error(item, &r->answers[i]);
	}
	return 0;
}

static int print_cues(const struct run *r)
{
	for (unsigned i = 0; i < r->data.n; i++) {
		const struct eval_item *item = &r->data.items[i];
		const struct eval_answer *a = &r->answers[i];
		for (unsigned axis = 0; axis < AXES; axis++) {
			if (item->half == EVAL_REPORT || item->gold[axis] == GOLD_SKIP ||
				a->kind[axis] == CUE_NONE)
				continue;
			bool right = item->gold[axis] == a->value[axis];
			printf("%s\t%s\t%s\t%.*s\n", eval_axis_names[axis],
				axis_values[axis][a->value[axis]], right ? "right" : "wrong",
				(int)a->cue[axis].n, a->cue[axis].p ? a->cue[axis].p : "(section)");
		}
	}
	return 0;
}

static int write_precision(const struct run *r, const char *path)
{
	FILE *f = fopen(path, "w");
	if (!f) {
		perror(path);
		return 1;
	}
	eval_write_precision(f, r->data.items, r->answers, r->data.n);
	return fclose(f) == 0 ? 0 : 1;
}

static int act(struct run *r, int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--errors") == 0)
		return print_errors(r, argv[2]);
	if (argc == 2 && strcmp(argv[1], "--cues") == 0)
		return print_cues(r);
	if (argc == 3 && strcmp(argv[1], "--write-precision") == 0)
		return write_precision(r, argv[2]);
	print_tables(r);
	return 0;
}

int main(int argc, char **argv)
{
	struct run r = {.answers = NULL};
	struct err e = {0, ""};
	struct tokenizer *t = NULL;
	struct cue_engine *c = NULL;
	int rc = tok_create(&t, &e);
	if (rc == 0)
		rc = cue_engine_create(&c, &e);
	if (rc == 0)
		rc = eval_load(t, &r.data, &e);
	if (rc == 0) {
		r.answers = calloc(r.data.n + 1, sizeof(*r.answers));
		for (unsigned i = 0; i < r.data.n; i++)
			judge(c, &r.data.items[i], &r.answers[i]);
		rc = act(&r, argc, argv);
	} else {
		fprintf(stderr, "cue_eval: %s\n", e.text);
		rc = rc == LODE_NOTFOUND ? 77 : 1;
	}
	free(r.answers);
	eval_release(&r.data);
	cue_engine_destroy(c);
	tok_destroy(t);
	return rc;
}
