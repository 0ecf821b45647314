/* Library-level ingest: synthetic notes -> batches -> LMDB, durable per batch.
 *
 *   ingest_bench [NOTES [BATCH_MB [DIR]]]      default 20000 notes of about 3 KB, 32 MB, a temp folder
 *
 * The text is made up from a Zipf-like vocabulary of pseudo-words and clinical phrases, no two notes
 * alike; it compresses and tokenises much as notes do, but is no corpus: ratios are for comparing
 * one build with another. */
#include "index/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { VOCABULARY = 30000, PATIENT_NOTES = 250 };

static uint64_t seed = 1;

static uint32_t draw(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((seed >> 33) % below);
}

static char vocabulary[VOCABULARY][16];

static void make_vocabulary(void)
{
	static const char *const parts[] = {"car", "di", "o", "pneu", "mo", "ne", "phro", "tic",
		"al", "gia", "in", "hy", "per", "ten", "sion", "la", "pa", "ro", "ven", "tri"};
	for (int i = 0; i < VOCABULARY; i++) {
		int n = i < 300 ? 2 : 3;
		vocabulary[i][0] = '\0';
		while (n-- > 0)
			strcat(vocabulary[i], parts[draw(20)]);
	}
}

/* Rank about proportional to exp(uniform): the classic 1/rank curve. */
static const char *word(void)
{
	uint32_t bits = draw(15);
	uint32_t rank = (1u << bits) + draw(1u << bits) - 1;
	return vocabulary[rank < VOCABULARY ? rank : rank % VOCABULARY];
}

static void make_note(struct buf *b, size_t bytes)
{
	static const char *const phrases[] = {"The patient denies ", "History of ",
		"No evidence of ", "Started on ", "Exam shows ", "Follow up for ", "Status post ",
		"BP "};
	static const char *const heads[] = {
		"HISTORY OF PRESENT ILLNESS: ", "PAST MEDICAL HISTORY:\n", "MEDICATIONS:\n",
		"PHYSICAL EXAMINATION: ", "ASSESSMENT AND PLAN: "};
	buf_clear(b);
	while (b->n < bytes) {
		if (draw(8) == 0)
			buf_printf(b, "\n\n%s", heads[draw(5)]);
		buf_put_str(b, phrases[draw(8)]);
		for (uint32_t n = 4 + draw(14); n > 0; n--) {
			if (draw(12) == 0)
				buf_printf(b, "%u", draw(300));
			else
				buf_put_str(b, word());
			buf_put_str(b, n > 1 ? " " : ". ");
		}
	}
}

static double seconds(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static long anon_kb(void)
{
	char line[128];
	long kb = 0;
	FILE *f = fopen("/proc/self/status", "r");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "RssAnon: %ld", &kb);
	if (f)
		fclose(f);
	return kb;
}

static void must(int rc, const struct err *e)
{
	if (rc == 0)
		return;
	fprintf(stderr, "%s: %s\n", err_name(rc), e->text);
	exit(1);
}

struct timing {
	double guard, add, seal, commit;
	long anon_kb;
	uint64_t raw;
};

static void flush(struct batch *b, struct timing *t)
{
	struct batch_result r;
	struct err e = {0};
	long kb = anon_kb();
	double t0 = seconds(CLOCK_PROCESS_CPUTIME_ID);
	must(batch_seal(b, &e), &e);
	double t1 = seconds(CLOCK_PROCESS_CPUTIME_ID);
	if (anon_kb() > kb)
		kb = anon_kb();
	must(batch_commit(b, &r, &e), &e);
	t->seal += t1 - t0;
	t->commit += seconds(CLOCK_PROCESS_CPUTIME_ID) - t1;
	if (kb > t->anon_kb)
		t->anon_kb = kb;
}

/* The same notes each time it is called with the same n. */
static void ingest(
	struct index *x, struct tokenizer *tok, int n, size_t batch_bytes, struct timing *t)
{
	struct batch *b;
	struct buf text = {0};
	struct err e = {0};
	struct arena a;
	arena_init(&a, 64 << 20);
	seed = 7;
	must(batch_create(x, &b), &e);
	for (int i = 0; i < n; i++) {
		char patient[16], id[16];
		snprintf(patient, sizeof(patient), "p%05d", i / PATIENT_NOTES);
		snprintf(id, sizeof(id), "n%07d", i);
		make_note(&text, 500 + draw(5000));
		struct note_in in = {.patient = slice_str(patient),
			.note_id = slice_str(id),
			.text = buf_slice(&text),
			.date = SLICE("2143-05-02"),
			.type = SLICE("Progress note")};
		struct tok_phi *found;
		uint32_t n_found;
		double t0 = seconds(CLOCK_PROCESS_CPUTIME_ID);
		must(tok_find_phi(tok, in.text, ~(1u << TOK_PHI_DATE), &a, &found, &n_found, &e),
			&e);
		arena_reset(&a);
		double t1 = seconds(CLOCK_PROCESS_CPUTIME_ID);
		must(batch_add(b, tok, &in, &e), &e);
		t->guard += t1 - t0;
		t->add += seconds(CLOCK_PROCESS_CPUTIME_ID) - t1;
		t->raw += text.n;
		if (batch_raw_bytes(b) >= batch_bytes || i == n - 1)
			flush(b, t);
	}
	batch_destroy(b);
	buf_release(&text);
	arena_release(&a);
}

static void report(const char *what, const struct timing *t, double wall)
{
	double mb = (double)t->raw / 1e6, cpu = t->guard + t->add + t->seal + t->commit;
	printf("%-10s %7.1f MB  %6.1f MB/s CPU  (guard %.2f s, add %.2f s, seal %.2f s, commit "
	       "%.2f s)  "
	       "wall %.2f s with text making  RssAnon %ld MB\n",
		what, mb, mb / cpu, t->guard, t->add, t->seal, t->commit, wall, t->anon_kb / 1024);
}

/* Opening a chart verifies all of its index part. */
static void open_charts(struct index *x, int patients)
{
	struct err e = {0};
	struct arena a;
	double t0 = seconds(CLOCK_PROCESS_CPUTIME_ID);
	int n = 0;
	arena_init(&a, 64 << 20);
	for (int round = 0; round < 20; round++) {
		for (int p = 0; p < patients; p++, n++) {
			struct snapshot *s;
			struct chart *c;
			char id[16];
			snprintf(id, sizeof(id), "p%05d", p);
			must(snapshot_begin(x, &s, &e), &e);
			must(chart_open(s, slice_str(id), &a, &c, &e), &e);
			snapshot_end(s);
			arena_release(&a);
		}
	}
	printf("chart_open %.1f us\n", (seconds(CLOCK_PROCESS_CPUTIME_ID) - t0) / n * 1e6);
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 20000;
	size_t batch_bytes = (size_t)(argc > 2 ? atoi(argv[2]) : 32) << 20;
	char dir[] = "/tmp/ingest-bench-XXXXXX";
	const char *where = argc > 3 ? argv[3] : mkdtemp(dir);
	struct index_options o = {0};
	struct index *x;
	struct tokenizer *tok;
	struct err e = {0};
	make_vocabulary();
	must(where ? index_open(where, &o, &x, &e) : LODE_IO, &e);
	must(tok_create(&tok, &e), &e);
	for (int round = 0; round < 2; round++) {
		struct timing t = {0};
		double t0 = seconds(CLOCK_MONOTONIC);
		ingest(x, tok, n, batch_bytes, &t);
		report(round ? "again" : "ingest", &t, seconds(CLOCK_MONOTONIC) - t0);
	}
	struct index_stats s;
	must(index_stats(x, &s, &e), &e);
	printf("%llu notes, %llu chunks, %llu segments; used %.1f MB = %.3f of the text; tokenizer %s\n",
		(unsigned long long)s.notes, (unsigned long long)s.chunks,
		(unsigned long long)s.segments, (double)s.used_bytes / 1e6,
		(double)s.used_bytes / (double)s.raw_bytes, tok_kernel());
	open_charts(x, n / PATIENT_NOTES);
	tok_destroy(tok);
	index_close(x);
	if (argc <= 3) {
		char command[64];
		snprintf(command, sizeof(command), "rm -r %s", dir);
		return system(command) == 0 ? 0 : 1;
	}
	return 0;
}
