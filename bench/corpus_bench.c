/* CPU time of snapshot_rank over all charts of an index: best 20 chunks, ids alone.
 *
 *   corpus_bench DIR [QUESTIONS [SEED]]      DIR: an index, as ingest_bench leaves one when it is given a
 *                                            folder; no daemon on it.  Pending patients are covered first.
 *
 * Words are drawn from the notes, so their frequencies are those of the texts. */
#include "index/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PATIENTS_MAX = 100000, QUESTIONS_MAX = 100000 };

struct bench {
	struct index *index;
	struct tokenizer *tokenizer;
	struct arena arena;
	struct snapshot *snapshot;
	struct slice *patients;
	uint32_t n_patients;
	struct err err;
	double *us;
	unsigned seed;
};

static void must(struct bench *b, int rc)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "corpus_bench: %s\n", b->err.text);
	exit(1);
}

static double cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static uint32_t draw(struct bench *b, uint32_t below)
{
	return below ? (uint32_t)rand_r(&b->seed) % below : 0;
}

static void cover(struct bench *b)
{
	struct upkeep *u;
	int rc;
	must(b, upkeep_create(b->index, UPKEEP_FRESH, &u));
	while ((rc = upkeep_prepare(u, NULL, &b->err)) == 0)
		must(b, upkeep_commit(u, &b->err));
	if (rc != LODE_NOTFOUND)
		must(b, rc);
	upkeep_destroy(u);
}

static int list(void *arg, const struct patient_info *p)
{
	struct bench *b = arg;
	if (b->n_patients < PATIENTS_MAX)
		b->patients[b->n_patients++] = p->id;
	return 0;
}

/* n words of a random note: side by side, or anywhere. */
static size_t draw_words(struct bench *b, unsigned n, bool phrase, char room[400])
{
	struct chart *c;
	const struct note_view *v;
	struct tok_doc d;
	struct slice text;
	uint32_t notes;
	size_t out = 0;
	must(b, chart_open(
			b->snapshot, b->patients[draw(b, b->n_patients)], &b->arena, &c, &b->err));
	must(b, chart_notes(c, &b->arena, &v, &notes, &b->err));
	must(b, chart_text(c, &v[draw(b, notes)], &b->arena, &text, &b->err));
	must(b, tok_words(b->tokenizer, text, &b->arena, &d, &b->err));
	uint32_t at = draw(b, d.n_words > n ? d.n_words - n : 0);
	for (unsigned i = 0; i < n && d.n_words > n; i++) {
		const struct slice t = tok_term(&d, &d.words[phrase ? at + i : draw(b, d.n_words)]);
		out += (size_t)snprintf(
			room + out, 400 - out, "%s%.*s", i ? " " : "", (int)t.n, t.p);
	}
	arena_release(&b->arena);
	return out;
}

enum kind { ONE, ANY, ALL, PHRASE, KINDS };
static const char *const kinds[] = {
	"one word", "three words, any", "three words, all", "phrase of three"};

static void ask(struct bench *b, enum kind kind, double *us, uint64_t *matched, uint64_t *opened)
{
	char words[400], room[420];
	struct ranked_result r;
	size_t n = draw_words(b, kind == ONE ? 1 : 3, kind == PHRASE, words);
	n = (size_t)snprintf(
		room, sizeof(room), kind == PHRASE ? "\"%.*s\"" : "%.*s", (int)n, words);
	struct rank_query q = {.text = {room, n}, .any = kind == ANY, .limit = 20};
	struct snapshot *s;
	double before = cpu_us();
	must(b, snapshot_begin(b->index, &s, &b->err));
	must(b, snapshot_rank(s, &q, NULL, b->tokenizer, NULL, &b->arena, &r, &b->err));
	snapshot_end(s);
	*us = cpu_us() - before;
	*matched += r.matched;
	*opened += r.patients_opened;
	arena_release(&b->arena);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	struct bench b = {.seed = argc > 3 ? (unsigned)atoi(argv[3]) : 1};
	int questions = argc > 2 ? atoi(argv[2]) : 100;
	struct index_stats st;
	if (argc < 2 || questions < 1 || questions > QUESTIONS_MAX)
		return 2;
	b.us = calloc((size_t)questions, sizeof(*b.us));
	b.patients = calloc(PATIENTS_MAX, sizeof(*b.patients));
	arena_init(&b.arena, 1 << 30);
	must(&b, b.us && b.patients ? tok_create(&b.tokenizer, &b.err) : LODE_NOMEM);
	must(&b, index_open(argv[1], &(struct index_options){.map_bytes = (uint64_t)8 << 30},
			 &b.index, &b.err));
	cover(&b);
	must(&b, index_stats(b.index, &st, &b.err));
	must(&b, snapshot_begin(b.index, &b.snapshot, &b.err));
	must(&b, snapshot_patients(b.snapshot, (struct slice){0}, UINT64_MAX, list, &b, &b.err));
	printf("%u patients, %llu notes, %llu MB, %d questions of each kind, CPU time\n",
		b.n_patients, (unsigned long long)st.notes, (unsigned long long)st.raw_bytes >> 20,
		questions);
	for (enum kind kind = 0; kind < KINDS; kind++) {
		uint64_t matched = 0, opened = 0;
		for (int i = 0; i < questions; i++)
			ask(&b, kind, &b.us[i], &matched, &opened);
		qsort(b.us, (size_t)questions, sizeof(*b.us), by_size);
		printf("%-18s p50 %9.0f us  p99 %9.0f us  %10.0f chunks  %6.0f charts opened\n",
			kinds[kind], b.us[questions / 2], b.us[questions - 1 - questions / 100],
			(double)matched / questions, (double)opened / questions);
	}
	snapshot_end(b.snapshot);
	index_close(b.index);
	tok_destroy(b.tokenizer);
	free(b.patients);
	free(b.us);
	return 0;
}
