/* CPU time of lexicons: opening, widening a condition, other spellings in a chart.
 *
 *   lexicon_bench [LEXICON...]
 *
 * The chart has 250 notes, 128,000 words whose frequencies follow Zipf's law over 30,000 made-up
 * words.  Conditions asked are names of the built-in lexicon. */
#include "index/lexicon.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { NOTES = 250, NOTE_WORDS = 512, VOCABULARY = 30000, WORD_MAX = 16, ROUNDS = 9, ASKED = 400 };

static char vocabulary[VOCABULARY][WORD_MAX];
static unsigned seed = 1;
static struct err err;

static void must(int rc)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "lexicon_bench: %s\n", err.text);
	exit(1);
}

static double cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static double median(double *at, size_t n)
{
	qsort(at, n, sizeof(*at), by_value);
	return at[n / 2];
}

static double uniform(void)
{
	return (rand_r(&seed) + 1.0) / (RAND_MAX + 2.0);
}

static void fill(struct index *x, struct tokenizer *t)
{
	static char text[NOTE_WORDS * (WORD_MAX + 2)];
	struct batch *batch;
	struct batch_result result;
	for (int i = 0; i < VOCABULARY; i++)
		for (int k = 3 + (int)(uniform() * 9); k > 0; k--)
			vocabulary[i][k - 1] = (char)('a' + (int)(uniform() * 26));
	must(batch_create(x, &batch));
	for (int i = 0; i < NOTES; i++) {
		char id[16];
		size_t n = 0;
		for (int w = 0; w < NOTE_WORDS; w++)
			n += (size_t)sprintf(text + n, "%s ",
				vocabulary[(size_t)pow(VOCABULARY, uniform()) - 1]);
		struct note_in note = {.patient = SLICE("p"),
			.text = {text, n},
			.note_id = {id, (size_t)sprintf(id, "n%03d", i)}};
		must(batch_add(batch, t, &note, &err));
	}
	must(batch_seal(batch, &err));
	must(batch_commit(batch, &result, &err));
	batch_destroy(batch);
}

static void measure_open(const char *path)
{
	double us[ROUNDS];
	struct lexicon *l;
	struct lexicon_info info;
	for (int i = 0; i < ROUNDS; i++) {
		double start = cpu_us();
		must(lexicon_open(path, &l, &err));
		us[i] = cpu_us() - start;
		lexicon_info(l, &info);
		if (i + 1 == ROUNDS)
			printf("open %s: %u names, %.2f ms\n", info.label, info.names,
				median(us, ROUNDS) / 1e3);
		lexicon_close(l);
	}
}

/* The i-th of the conditions asked. */
static struct slice condition(uint32_t i)
{
	struct lexicon_concept c = {0};
	struct lexicon_name n = {.text = SLICE("gout")};
	if (lexicon_concept(lexicon_builtin(), i * 3, &c) && c.n_names)
		lexicon_name(lexicon_builtin(), c.first_name, &n);
	return n.text;
}

static void measure_widen(const char *what, const struct names_options *o, struct tokenizer *t)
{
	double us[ASKED];
	unsigned names = 0;
	struct arena a;
	arena_init(&a, 256 << 20);
	for (uint32_t i = 0; i < ASKED; i++) {
		struct names out;
		double start = cpu_us();
		must(names_widen_by(o, condition(i), t, &a, &out, &err));
		us[i] = cpu_us() - start;
		names += out.n;
		arena_reset(&a);
	}
	arena_release(&a);
	printf("widen, %s: %.1f names, median %.1f us, p99 %.1f us\n", what, names / (double)ASKED,
		median(us, ASKED), us[ASKED * 99 / 100]);
}

static void measure_spelling(struct index *x, const struct names_options *o, struct tokenizer *t)
{
	double us[ASKED];
	unsigned made = 0;
	for (uint32_t i = 0; i < ASKED; i++) {
		struct arena a;
		struct snapshot *s;
		struct chart *c;
		struct names names, out;
		arena_init(&a, 256 << 20);
		must(snapshot_begin(x, &s, &err));
		must(chart_open(s, SLICE("p"), &a, &c, &err));
		must(names_widen_by(o, condition(i), t, &a, &names, &err));
		double start = cpu_us();
		must(chart_respell(c, o, &names, t, &a, &out, &err));
		us[i] = cpu_us() - start;
		made += out.n;
		snapshot_end(s);
		arena_release(&a);
	}
	double middle = median(us, ASKED);
	printf("spelling, 128,000 words: median %.0f us, p99 %.0f us, %u forms made\n", middle,
		us[ASKED * 99 / 100], made);
}

static void remove_folder(const char *dir)
{
	static const char *const names[] = {
		"index/data.mdb", "index/lock.mdb", "index/revision", "index", ""};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char path[400];
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		if (i < 3)
			unlink(path);
		else
			rmdir(path);
	}
}

int main(int argc, char **argv)
{
	const struct lexicon *all[LEXICONS_MAX] = {lexicon_builtin()};
	struct names_options o = {.lexicons = all, .n_lexicons = 1, .initials = true};
	char dir[] = "/tmp/lodestone-lexicon-bench-XXXXXX";
	struct index_options options = {.map_bytes = 1 << 30};
	struct tokenizer *t;
	struct index *x;
	must(tok_create(&t, &err));
	measure_widen("built-in", &o, t);
	for (int i = 1; i < argc && i < LEXICONS_MAX; i++) {
		struct lexicon *l;
		measure_open(argv[i]);
		must(lexicon_open(argv[i], &l, &err));
		all[o.n_lexicons++] = l;
	}
	if (argc > 1)
		measure_widen("all", &o, t);
	if (!mkdtemp(dir))
		return 1;
	must(index_open(dir, &options, &x, &err));
	fill(x, t);
	measure_spelling(x, &o, t);
	index_close(x);
	remove_folder(dir);
	tok_destroy(t);
	return 0;
}
