/* Ours, at the level of the library: an index that a daemon has written, asked from a query file.
 *
 *   lode_query query DIR QUERIES PASSES      DIR: the daemon's data folder, with no daemon on it
 *
 * Each question opens its own snapshot and chart, as the daemon does.  p_rare, p_bm25 and p_phrase are chart_rank with
 * the ids and borders of the best 20 chunks (as the peers: no texts, no places), c_bm25 and c_phrase snapshot_rank;
 * c_rare is a term's patients; p_find, where the file has it, is chart_find: every mention. */
#include "bench/engines/ndjson.h"
#include "index/index.h"

enum { ARENA_BYTES = 256 << 20 };

struct lode {
	struct index *index;
	struct tokenizer *tokenizer;
	struct arena arena, scratch;
	struct timing *timing; /* of the running question */
	struct err err;
};

static void must(struct lode *l, int rc)
{
	if (rc < 0)
		fail("lode_query", l->err.text);
}

static int each_note(void *arg, const struct note_view *note, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n_hits)
{
	struct lode *l = arg;
	timing_id(l->timing, note->note_id.p, note->note_id.n);
	return 0;
}

static void find(struct lode *l, struct chart *c, const char *words)
{
	struct name name = {.text = slice_str(words), .via = VIA_EXACT};
	struct names names = {.at = &name, .n = 1};
	struct search_counts counts;
	must(l, chart_find(c, &names, NULL, l->tokenizer, NULL, &l->scratch, each_note, l, &counts,
			&l->err));
}

static struct rank_query ranked_as(const struct query *q, char text[220])
{
	bool is_phrase = strstr(q->name, "phrase") != NULL;
	snprintf(text, 220, is_phrase ? "\"%s\"" : "%s", q->words);
	return (struct rank_query){
		.text = slice_str(text), .any = !is_phrase, .limit = TOP, .show = RANKED_CHUNKS};
}

static void keep_notes(struct lode *l, const struct ranked_result *result)
{
	for (uint32_t i = 0; i < result->n; i++)
		timing_id(l->timing, result->at[i].note.note_id.p, result->at[i].note.note_id.n);
}

static void rank(
	struct lode *l, struct chart *c, const struct query *q, struct ranked_result *result)
{
	char text[220];
	struct rank_query asked = ranked_as(q, text);
	must(l, chart_rank(c, &asked, NULL, l->tokenizer, NULL, &l->arena, result, &l->err));
}

static void rank_all(
	struct lode *l, struct snapshot *s, const struct query *q, struct ranked_result *result)
{
	char text[220];
	struct rank_query asked = ranked_as(q, text);
	must(l, snapshot_rank(s, &asked, NULL, l->tokenizer, NULL, &l->arena, result, &l->err));
}

/* The patients of a term, as numbers; their ids are read later. */
static void patients(struct lode *l, struct snapshot *s, const char *word, struct cohort *c)
{
	must(l, cohort_create(s, &l->arena, c, &l->err));
	must(l, cohort_add_term(s, c, slice_str(word), &l->scratch, &l->err));
}

static void keep_patients(struct lode *l, struct snapshot *s, const struct cohort *c)
{
	for (uint32_t number = 0; number < c->n_numbers; number++) {
		struct slice id;
		if (cohort_has(c, number)) {
			must(l, snapshot_patient(s, number, &id, &l->err));
			timing_id(l->timing, id.p, id.n);
		}
	}
}

static void ask_all(struct lode *l, const struct query *q, struct timing *t, int pass)
{
	struct snapshot *snapshot;
	struct cohort cohort = {0};
	struct ranked_result result = {0};
	l->timing = t;
	timing_begin(t);
	must(l, snapshot_begin(l->index, &snapshot, &l->err));
	if (!strcmp(q->name, "c_rare"))
		patients(l, snapshot, q->words, &cohort);
	else
		rank_all(l, snapshot, q, &result);
	timing_end(t, pass);
	keep_patients(l, snapshot, &cohort);
	keep_notes(l, &result);
	snapshot_end(snapshot);
	arena_release(&l->scratch);
	arena_release(&l->arena);
}

static void ask(struct lode *l, const struct query *q, struct timing *t, int pass)
{
	struct snapshot *snapshot;
	struct chart *chart;
	struct ranked_result result = {0};
	l->timing = t;
	timing_begin(t);
	must(l, snapshot_begin(l->index, &snapshot, &l->err));
	must(l, chart_open(snapshot, slice_str(q->patient), &l->arena, &chart, &l->err));
	if (!strcmp(q->name, "p_find"))
		find(l, chart, q->words);
	else
		rank(l, chart, q, &result);
	timing_end(t, pass);
	keep_notes(l, &result);
	snapshot_end(snapshot);
	arena_release(&l->arena);
}

static void run(struct lode *l, const char *file, int passes)
{
	struct query *q;
	int n = read_queries(file, &q);
	struct timing *all = calloc((size_t)n, sizeof(*all));
	must(l, all ? 0 : LODE_NOMEM);
	for (int pass = 0; pass < passes; pass++) {
		for (int i = 0; i < n; i++) {
			if (pass == 0)
				timing_init(&all[i], passes);
			(*q[i].name == 'c' ? ask_all : ask)(l, &q[i], &all[i], pass);
		}
	}
	for (int i = 0; i < n; i++) {
		timing_print(&all[i], i, passes);
		timing_free(&all[i]);
	}
	free(all);
	free(q);
}

int main(int argc, char **argv)
{
	struct lode l = {0};
	if (argc != 5 || strcmp(argv[1], "query") != 0 || atoi(argv[4]) < 1)
		fail("lode_query", "query DIR QUERIES PASSES");
	arena_init(&l.arena, ARENA_BYTES);
	arena_init(&l.scratch, ARENA_BYTES);
	double opened = seconds(CLOCK_MONOTONIC);
	must(&l, tok_create(&l.tokenizer, &l.err));
	must(&l, index_open(argv[2], &(struct index_options){0}, &l.index, &l.err));
	printf("{\"open_us\":%.1f}\n", (seconds(CLOCK_MONOTONIC) - opened) * 1e6);
	run(&l, argv[3], atoi(argv[4]));
	index_close(l.index);
	tok_destroy(l.tokenizer);
	return 0;
}
