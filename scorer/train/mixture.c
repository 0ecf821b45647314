#include "scorer/train/mixture.h"

#include "scorer/train/files.h"
#include "scorer/train/generate.h"
#include "scorer/train/labelled.h"
#include "scorer/train/weak.h"
#include "scorer/train/purpose.h"

#include <stdio.h>
#include <stdlib.h>

struct mixture {
	struct mixture_options options;
	const struct tok_vocabulary *vocabulary;
	double reach[EXAMPLE_SOURCES];
	struct arena arena; /* names, excluded ids */
	struct names names;
	struct slice *excluded;
	unsigned n_excluded;
	struct generator *generator;
	struct teacher *teacher;
	struct weak *weak;
	struct labelled *labelled;
};

struct mixture_options mixture_usual(void)
{
	return (struct mixture_options){
		.share = {[EXAMPLE_MADE_UP] = .4, [EXAMPLE_WEAK] = .35, [EXAMPLE_LABELLED] = .25},
		.rows = UINT32_MAX,
		.seed = 1,
	};
}

enum { TRAINING_FILES = TRAINING_TEXTS + 1 };

unsigned training_texts(struct texts *out)
{
	static char path[TRAINING_FILES][1024];
	static const char *const names[TRAINING_FILES] = {"mtsamples-dev/reports.jsonl.zst",
		"mtsamples-dev/not-for-training.txt", "e3c-dev/ccby_texts.jsonl.zst",
		"notes/aci-bench/train.csv", "notes/aci-bench/valid.csv"};
	for (unsigned i = 0; i < TRAINING_FILES; i++)
		snprintf(path[i], sizeof(path[i]), "%s/%s", eval_data_dir(), names[i]);
	out[0] = (struct texts){
		.path = path[0], .skip = path[1], .fields = {"id", "text"}, .n_fields = 2};
	out[1] = (struct texts){.path = path[2], .fields = {"id", "text"}, .n_fields = 2};
	for (unsigned i = 0; i < 2; i++)
		out[2 + i] = (struct texts){
			.path = path[3 + i], .fields = {"encounter_id", "note"}, .n_fields = 2};
	return TRAINING_TEXTS;
}

/* ---- making ---- */

static int read_excluded(struct mixture *m, struct err *e)
{
	enum { IDS_MAX = 16384 };
	struct slice rest = {NULL, 0}, line;
	int rc = file_read(m->options.excluded, &m->arena, &rest, e);
	if (rc)
		return rc;
	m->excluded = arena_array(&m->arena, struct slice, IDS_MAX);
	if (!m->excluded)
		return err_set(e, LODE_NOMEM, "excluded reports");
	while (file_line(&rest, &line)) {
		if (m->n_excluded == IDS_MAX)
			return err_set(e, LODE_TOOBIG, "over %d excluded reports", IDS_MAX);
		if (line.n)
			m->excluded[m->n_excluded++] = line;
	}
	ids_sort(m->excluded, m->n_excluded);
	return 0;
}

static int build_weak(
	struct mixture *m, struct tokenizer *t, const struct cue_engine *c, struct err *e)
{
	struct texts texts[TRAINING_TEXTS];
	struct weak_needs needs = {.tokenizer = t,
		.cues = c,
		.vocabulary = m->vocabulary,
		.names = &m->names,
		.texts = texts,
		.n_texts = training_texts(texts),
		.excluded = m->excluded,
		.n_excluded = m->n_excluded,
		.teacher = m->teacher,
		.seed = m->options.seed};
	return weak_build(&m->weak, &needs, e);
}

static int build_labelled(
	struct mixture *m, struct tokenizer *t, const struct cue_engine *c, struct err *e)
{
	struct eval_data data;
	int rc = eval_load(t, &data, e);
	struct labelled_needs needs = {.tokenizer = t,
		.cues = c,
		.vocabulary = m->vocabulary,
		.data = &data,
		.rows = m->options.rows,
		.excluded = m->excluded,
		.n_excluded = m->n_excluded,
		.seed = m->options.seed};
	if (rc == 0)
		rc = labelled_build(&m->labelled, &needs, e);
	eval_release(&data);
	return rc;
}

static int build(struct mixture *m, struct err *e)
{
	struct tokenizer *t = NULL;
	struct cue_engine *c = NULL;
	const double *share = m->options.share;
	int rc = names_load(m->options.lexicon, &m->arena, &m->names, e);
	if (rc == 0 && m->options.excluded)
		rc = read_excluded(m, e);
	if (rc == 0)
		rc = generator_create(&m->generator, &m->names, e);
	if (rc == 0)
		rc = tok_create(&t, e);
	if (rc == 0)
		rc = cue_engine_create(&c, e);
	if (rc == 0 && m->options.teachers)
		rc = teacher_open(&m->teacher, m->options.teachers, m->vocabulary, e);
	if (rc == 0 && share[EXAMPLE_WEAK] > 0)
		rc = build_weak(m, t, c, e);
	if (rc == 0 && share[EXAMPLE_LABELLED] > 0 && m->options.rows > 0)
		rc = build_labelled(m, t, c, e);
	cue_engine_destroy(c);
	tok_destroy(t);
	return rc;
}

static void set_reach(struct mixture *m)
{
	double sum = 0;
	for (unsigned s = 0; s < EXAMPLE_SOURCES; s++) {
		bool is_there =
			s == EXAMPLE_MADE_UP || (s == EXAMPLE_WEAK && m->weak) ||
			(s == EXAMPLE_LABELLED && m->labelled && labelled_rows(m->labelled));
		sum += is_there && m->options.share[s] > 0 ? m->options.share[s] : 0;
		m->reach[s] = sum;
	}
	for (unsigned s = 0; s < EXAMPLE_SOURCES; s++)
		m->reach[s] = sum > 0 ? m->reach[s] / sum : 1;
}

int mixture_create(struct mixture **out, const struct mixture_options *o,
	const struct tok_vocabulary *v, struct err *e)
{
	struct mixture *m = calloc(1, sizeof(*m));
	if (!m)
		return err_set(e, LODE_NOMEM, "mixture");
	m->options = *o;
	m->vocabulary = v;
	arena_init(&m->arena, 64 << 20);
	int rc = build(m, e);
	if (rc) {
		mixture_destroy(m);
		return rc;
	}
	set_reach(m);
	*out = m;
	return 0;
}

void mixture_destroy(struct mixture *m)
{
	if (!m)
		return;
	generator_destroy(m->generator);
	weak_destroy(m->weak);
	teacher_close(m->teacher);
	labelled_destroy(m->labelled);
	arena_release(&m->arena);
	free(m);
}

struct mixture_size mixture_size(const struct mixture *m)
{
	return (struct mixture_size){
		.weak = m->weak ? weak_windows(m->weak) : 0,
		.labelled = m->labelled ? labelled_rows(m->labelled) : 0,
		.subwords = m->weak ? weak_subwords(m->weak) : 0,
	};
}

/* ---- drawing ---- */

/* A made-up note, scanned; in scratch. */
static int make_up(const struct mixture *m, uint64_t seed, uint64_t step, uint32_t index,
	struct arena *scratch, struct tok_doc *doc, struct made_note *note)
{
	struct err e = {0};
	struct tokenizer *t = NULL;
	int rc = generator_make(m->generator, seed, step, index, note, &e);
	if (rc == 0)
		rc = tok_create(&t, &e);
	if (rc == 0)
		rc = tok_scan(t, buf_slice(&note->text), scratch, doc, &e);
	tok_destroy(t);
	return rc;
}

static int draw_made_up(const struct mixture *m, uint64_t seed, uint64_t step, uint32_t index,
	bool is_shown, struct arena *scratch, struct example *out)
{
	struct made_note note = {.text = {.p = NULL}};
	struct tok_doc doc;
	int rc = make_up(m, seed, step, index, scratch, &doc, &note);
	struct mention_context c = {&doc, note.start, note.end, {NULL, 0}};
	if (rc == 0)
		rc = window_cut(m->vocabulary, &c, is_shown, scratch, &out->window);
	memcpy(out->label, note.label, sizeof(out->label));
	out->source = EXAMPLE_MADE_UP;
	buf_release(&note.text);
	return rc;
}

int mixture_draw(const struct mixture *m, uint64_t seed, uint64_t step, uint32_t index,
	struct arena *scratch, struct example *out)
{
	struct random r = random_for(seed, RANDOM_DRAW, step, index);
	double at = (double)random_next(&r) * 0x1p-64;
	bool is_shown = random_percent(&r, SHOWN_PERCENT);
	unsigned source = 0;
	while (source + 1 < EXAMPLE_SOURCES && at >= m->reach[source])
		source++;
	int rc = 0;
	if (source == EXAMPLE_MADE_UP)
		rc = draw_made_up(m, seed, step, index, is_shown, scratch, out);
	else if (source == EXAMPLE_WEAK)
		rc = weak_draw(m->weak, &r, out);
	else
		labelled_draw(m->labelled, &r, out);
	out->weight = m->options.weight[source] > 0 ? m->options.weight[source] : 1;
	return rc;
}

static int draw_made_up_text(const struct mixture *m, uint64_t seed, uint64_t step, uint32_t index,
	uint16_t *ids, uint32_t n)
{
	uint32_t have = 0;
	int rc = 0;
	for (uint32_t k = 0; rc == 0 && have < n; k++) {
		struct made_note note = {.text = {.p = NULL}};
		struct tok_doc doc;
		struct tok_subword *subwords = NULL;
		uint32_t count = 0;
		struct arena a;
		arena_init(&a, 16 << 20);
		rc = make_up(m, seed ^ RANDOM_TEXT, step, index + (k << 24), &a, &doc, &note);
		if (rc == 0)
			rc = tok_subwords(m->vocabulary, &doc, 0, (uint32_t)doc.text.n, &a,
				&subwords, &count);
		for (uint32_t i = 0; rc == 0 && i < count && have < n; i++)
			ids[have++] = subwords[i].id;
		arena_release(&a);
		buf_release(&note.text);
	}
	return rc;
}

int mixture_draw_text(const struct mixture *m, uint64_t seed, uint64_t step, uint32_t index,
	uint16_t *ids, uint32_t n)
{
	if (!m->weak)
		return draw_made_up_text(m, seed, step, index, ids, n);
	struct random r = random_for(seed, RANDOM_TEXT, step, index);
	weak_draw_text(m->weak, &r, ids, n);
	return 0;
}
