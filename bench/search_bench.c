/* CPU time of chart_find and chart_rank on one synthetic chart: 250 notes, 128,000 words whose
 * frequencies follow Zipf's law over 30,000 made-up words.
 *
 *   search_bench [QUESTIONS [SEED [KIND]]]      KIND: number of the only kind of question, from 0
 *
 * Each question opens its own snapshot and chart, as the daemon does. */
#include "index/index.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { NOTES = 250, NOTE_WORDS = 512, VOCABULARY = 30000, WORD_MAX = 16, QUESTIONS_MAX = 100000 };

static char vocabulary[VOCABULARY][WORD_MAX];
static unsigned seed = 1;

struct bench {
	char dir[64];
	struct index *index;
	struct tokenizer *tokenizer;
	struct arena arena, scratch;
	struct err err;
	uint64_t hits;
	char *texts[NOTES];
	double *us;
	unsigned n;
};

static void must(struct bench *b, int rc)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "search_bench: %s\n", b->err.text);
	exit(1);
}

static double cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double uniform(void)
{
	return (rand_r(&seed) + 1.0) / (RAND_MAX + 2.0);
}

/* Rank r with probability about 1 / r. */
static const char *zipf_word(void)
{
	return vocabulary[(size_t)pow(VOCABULARY, uniform()) - 1];
}

static void make_vocabulary(void)
{
	for (int i = 0; i < VOCABULARY; i++) {
		int n = 3 + (int)(uniform() * (i < 100 ? 3 : 9));
		for (int k = 0; k < n; k++)
			vocabulary[i][k] = (char)('a' + (int)(uniform() * 26));
	}
}

static void fill(struct bench *b)
{
	static char text[NOTE_WORDS * (WORD_MAX + 2)];
	struct batch *batch;
	struct batch_result result;
	must(b, batch_create(b->index, &batch));
	for (int i = 0; i < NOTES; i++) {
		char id[16];
		size_t n = 0;
		for (int w = 0; w < NOTE_WORDS; w++)
			n += (size_t)sprintf(
				text + n, "%s%s", zipf_word(), w % 12 == 11 ? ".\n" : " ");
		struct note_in note = {.patient = SLICE("p"),
			.text = {text, n},
			.note_id = {id, (size_t)sprintf(id, "n%03d", i)},
			.date = SLICE("2143-05-02")};
		b->texts[i] = strndup(text, n);
		must(b, b->texts[i] ? batch_add(batch, b->tokenizer, &note, &b->err) : LODE_NOMEM);
	}
	must(b, batch_seal(batch, &b->err));
	must(b, batch_commit(batch, &result, &b->err));
	batch_destroy(batch);
}

static int count(void *arg, const struct note_view *note, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n_hits)
{
	((struct bench *)arg)->hits += n_hits;
	return 0;
}

static void find(struct bench *b, struct chart *c, struct slice condition)
{
	struct names names;
	struct search_counts counts;
	must(b, names_widen(condition, b->tokenizer, &b->arena, &names, &b->err));
	must(b, chart_find(c, &names, NULL, b->tokenizer, NULL, &b->scratch, count, b, &counts,
			&b->err));
}

static void rank(
	struct bench *b, struct chart *c, struct slice query, bool any, enum ranked_show show)
{
	struct ranked_result result;
	struct rank_query q = {.text = query, .any = any, .limit = 20, .show = show};
	must(b, chart_rank(c, &q, NULL, b->tokenizer, NULL, &b->arena, &result, &b->err));
	b->hits += result.matched;
}

/* find: chart_find with every mention; rank: the best 20 chunks; ids: without texts or places. */
enum kind {
	FIND_RARE,
	FIND_TWO,
	FIND_FOUR,
	FIND_ABBREVIATION,
	RANK_RARE,
	RANK_ALL,
	RANK_ANY,
	RANK_PHRASE,
	RANK_NEAR,
	RANK_PREFIX,
	RANK_REGEX,
	KINDS
};

static const char *const kind_names[] = {"find, one rare word", "find, two common words",
	"find, four words", "find, RUE DVT widened", "rank, one rare word", "rank, two words, all",
	"rank, three words, any", "rank, phrase of three", "rank, NEAR/5", "rank, prefix",
	"rank, regex"};

static int pick(int n)
{
	return (int)(uniform() * n);
}

/* Three words that stand in the chart, one after the other. */
static size_t make_phrase(struct bench *b, char *room)
{
	const char *p = b->texts[pick(NOTES)];
	size_t n = strlen(p), words = 0, end;
	p += (size_t)pick((int)n - 100);
	while (*p != ' ' && *p != '\n')
		p++;
	p += strspn(p, " .\n");
	for (end = 0; words < 3; end++)
		if ((words == 0 || p[end - 1] != ' ') && (p[end] == ' ' || p[end] == '.'))
			if (p[end] == '.' || ++words == 3)
				break;
	return words < 3 ? make_phrase(b, room) : (size_t)sprintf(room, "\"%.*s\"", (int)end, p);
}

static size_t make_question(struct bench *b, enum kind kind, char room[256])
{
	const char *rare = vocabulary[1000 + pick(20000)];
	switch (kind) {
	case FIND_RARE:
	case RANK_RARE: return (size_t)sprintf(room, "%s", rare);
	case FIND_TWO:
		return (size_t)sprintf(room, "%s %s", vocabulary[pick(300)], vocabulary[pick(300)]);
	case FIND_FOUR:
		return (size_t)sprintf(
			room, "%s %s %s %s", zipf_word(), zipf_word(), zipf_word(), zipf_word());
	case FIND_ABBREVIATION: return (size_t)sprintf(room, "RUE DVT");
	case RANK_ALL:
		return (size_t)sprintf(
			room, "%s %s", vocabulary[pick(1000)], vocabulary[pick(1000)]);
	case RANK_PHRASE: return make_phrase(b, room);
	case RANK_NEAR:
		return (size_t)sprintf(
			room, "%s NEAR/5 %s", vocabulary[pick(1000)], vocabulary[pick(1000)]);
	case RANK_PREFIX: return (size_t)sprintf(room, "%.3s*", rare);
	case RANK_REGEX: return (size_t)sprintf(room, "/%.4s[a-z]+e/", rare);
	default: return (size_t)sprintf(room, "%s %s %s", zipf_word(), zipf_word(), zipf_word());
	}
}

static void ask(struct bench *b, enum kind kind, enum ranked_show show)
{
	char room[256];
	struct snapshot *snapshot;
	struct chart *chart;
	struct slice question = {room, make_question(b, kind, room)};
	double before = cpu_us();
	must(b, snapshot_begin(b->index, &snapshot, &b->err));
	must(b, chart_open(snapshot, SLICE("p"), &b->arena, &chart, &b->err));
	if (kind < RANK_RARE)
		find(b, chart, question);
	else
		rank(b, chart, question, kind == RANK_ANY, show);
	snapshot_end(snapshot);
	b->us[b->n++] = cpu_us() - before;
	arena_release(&b->arena);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void report(struct bench *b, enum kind kind, const char *show)
{
	qsort(b->us, b->n, sizeof(*b->us), by_size);
	printf("%-24s %-7s p50 %7.1f us  p99 %7.1f us  %8.1f found\n", kind_names[kind], show,
		b->us[b->n / 2], b->us[b->n - 1 - b->n / 100], (double)b->hits / b->n);
}

static void remove_dir(const char *dir)
{
	char path[400];
	snprintf(path, sizeof(path), "%s/index", dir);
	DIR *d = opendir(path);
	for (struct dirent *f; d && (f = readdir(d));) {
		snprintf(path, sizeof(path), "%s/index/%s", dir, f->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
	snprintf(path, sizeof(path), "%s/index", dir);
	rmdir(path);
	rmdir(dir);
}

static void run(struct bench *b, enum kind kind, enum ranked_show show, int questions)
{
	static const char *const shows[] = {"ids", "places", "texts"};
	if (kind < RANK_RARE && show > 0)
		return;
	b->n = 0;
	b->hits = 0;
	for (int i = 0; i < questions; i++)
		ask(b, kind, show);
	report(b, kind, kind < RANK_RARE ? "" : shows[show]);
}

int main(int argc, char **argv)
{
	struct bench b = {.dir = "/tmp/lodestone-bench-XXXXXX"};
	int questions = argc > 1 ? atoi(argv[1]) : 1000, only = argc > 3 ? atoi(argv[3]) : -1;
	seed = argc > 2 ? (unsigned)atoi(argv[2]) : 1;
	if (questions < 1 || questions > QUESTIONS_MAX || !mkdtemp(b.dir))
		return 2;
	b.us = calloc((size_t)questions, sizeof(*b.us));
	arena_init(&b.arena, 256 << 20);
	arena_init(&b.scratch, 256 << 20);
	must(&b, b.us ? tok_create(&b.tokenizer, &b.err) : LODE_NOMEM);
	must(&b,
		index_open(b.dir, &(struct index_options){.map_bytes = 1 << 30}, &b.index, &b.err));
	make_vocabulary();
	fill(&b);
	printf("%d notes, %d words, %d questions of each kind, seed %u, CPU time\n", NOTES,
		NOTES * NOTE_WORDS, questions, argc > 2 ? (unsigned)atoi(argv[2]) : 1);
	for (enum kind kind = 0; kind < KINDS; kind++)
		for (enum ranked_show show = 0; show <= RANKED_TEXT; show++)
			if (only < 0 || only == (int)kind)
				run(&b, kind, show, questions);
	index_close(b.index);
	tok_destroy(b.tokenizer);
	free(b.us);
	remove_dir(b.dir);
	return 0;
}
