/* lodestone-train vocabulary: texts -> a file of merges. */
#include "base/digest.h"
#include "scorer/train/bpe.h"
#include "scorer/train/generate.h"
#include "scorer/train/texts.h"
#include "scorer/train/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { DONE, FAILED, MISUSED };
enum { IDS = 6144, TEXTS_MAX = 16, ARENA_BYTES = 1 << 30 };
enum { MADE_UP_SEED = 1, NAMES_BYTES = 64 << 20 };

static const char usage[] =
	"usage: lodestone-train vocabulary [--ids N] [--hold-out N] [--made-up N] --out FILE TEXTS[:SKIP]...\n"
	"\n"
	"Learns N subwords (6144) by byte-pair encoding.  TEXTS is JSON lines (id, text), also .zst or .gz, or\n"
	"a .csv (encounter_id, note); SKIP is a file of ids, one a line, whose documents are left out.\n"
	"--hold-out N: every Nth document is not learnt from but measured.  --made-up N: N notes of the generator are\n"
	"documents too, so that words which decide labels and are rare in reports are subwords.\n";

struct options {
	uint32_t ids, hold_out, made_up;
	const char *out;
	struct texts texts[TEXTS_MAX];
	size_t n_texts;
};

struct work {
	struct tokenizer *tokenizer;
	struct bpe_counter *counter;
	struct arena arena;
	uint32_t hold_out;
	const struct tok_vocabulary *vocabulary; /* NULL: counting; else measuring */
	uint64_t documents, documents_used, bytes, words, subwords;
	struct err *e;
};

static double now_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- one document ---- */

static int learn_from(struct work *w, const struct tok_doc *d)
{
	struct tok_piece *pieces;
	uint32_t n;
	int rc = tok_pieces(d, 0, (uint32_t)d->text.n, &w->arena, &pieces, &n);
	if (rc == LODE_OK)
		rc = bpe_count(w->counter, pieces, n);
	return rc;
}

static int measure(struct work *w, const struct tok_doc *d)
{
	struct tok_subword *p;
	uint32_t n;
	int rc = tok_subwords(w->vocabulary, d, 0, (uint32_t)d->text.n, &w->arena, &p, &n);
	w->words += d->n_words;
	w->subwords += rc == LODE_OK ? n : 0;
	return rc;
}

static int visit(void *arg, const struct slice *values)
{
	struct work *w = arg;
	struct tok_doc d;
	bool is_held_out = w->hold_out && ++w->documents % w->hold_out == 0;
	if (is_held_out != (w->vocabulary != NULL))
		return LODE_OK;
	arena_reset(&w->arena);
	int rc = tok_scan(w->tokenizer, values[1], &w->arena, &d, w->e);
	if (rc < 0)
		return rc;
	w->documents_used++;
	w->bytes += d.text.n;
	rc = w->vocabulary ? measure(w, &d) : learn_from(w, &d);
	return rc < 0 ? err_set(w->e, rc, "no memory for the words") : LODE_OK;
}

static int visit_made_up(struct work *w, const struct generator *g, uint32_t n)
{
	struct made_note note = {.text = {.p = NULL}};
	int rc = LODE_OK;
	for (uint32_t i = 0; i < n && rc == LODE_OK; i++) {
		rc = generator_make(g, MADE_UP_SEED, 0, i, &note, w->e);
		if (rc == LODE_OK)
			rc = visit(w, (struct slice[]){SLICE(""), buf_slice(&note.text)});
	}
	buf_release(&note.text);
	return rc;
}

static int make_up(struct work *w, uint32_t n)
{
	struct arena a;
	struct names names;
	struct generator *g = NULL;
	arena_init(&a, NAMES_BYTES);
	int rc = names_load(LODESTONE_SOURCE_DIR "/index/lexicon", &a, &names, w->e);
	if (rc == LODE_OK)
		rc = generator_create(&g, &names, w->e);
	if (rc == LODE_OK)
		rc = visit_made_up(w, g, n);
	generator_destroy(g);
	arena_release(&a);
	return rc;
}

static int visit_all(struct work *w, const struct options *o)
{
	int rc = LODE_OK;
	w->documents = w->documents_used = w->bytes = 0;
	for (size_t i = 0; i < o->n_texts && rc == LODE_OK; i++)
		rc = texts_each(&o->texts[i], visit, w, w->e);
	/* Measured are the real texts alone. */
	if (rc == LODE_OK && o->made_up && !w->vocabulary)
		rc = make_up(w, o->made_up);
	return rc;
}

/* ---- the whole ---- */

static int write_file(const char *path, struct slice bytes, struct err *e)
{
	FILE *f = fopen(path, "wb");
	if (!f)
		return err_set(e, LODE_IO, "%s cannot be written: %s", path, strerror(errno));
	bool is_written = fwrite(bytes.p, 1, bytes.n, f) == bytes.n;
	if (fclose(f) != 0 || !is_written)
		return err_set(e, LODE_IO, "%s cannot be written: %s", path, strerror(errno));
	return LODE_OK;
}

static int learn(struct work *w, const struct options *o, struct buf *out)
{
	double start = now_s();
	size_t n;
	int rc = visit_all(w, o);
	if (rc < 0)
		return rc;
	const struct bpe_word *words = bpe_words(w->counter, &n);
	double counted = now_s();
	rc = bpe_train(words, n, o->ids, out, w->e);
	if (rc < 0)
		return rc;
	printf("learnt from   %llu documents, %.1f MB, %zu distinct words\n",
		(unsigned long long)w->documents_used, (double)w->bytes / 1e6, n);
	printf("CPU seconds   %.1f counting, %.1f merging\n", counted - start, now_s() - counted);
	return LODE_OK;
}

static int measure_held_out(struct work *w, const struct options *o)
{
	int rc = visit_all(w, o);
	if (rc == LODE_OK && w->words)
		printf("held out      %llu documents, %.2f subwords a word (line ends and signs counted)\n",
			(unsigned long long)w->documents_used,
			(double)w->subwords / (double)w->words);
	return rc;
}

static int run(struct work *w, const struct options *o, struct err *e)
{
	struct buf out = {0};
	struct tok_vocabulary *v = NULL;
	char hex[33];
	int rc = learn(w, o, &out);
	if (rc == LODE_OK)
		rc = tok_vocabulary_open(&v, buf_slice(&out), e);
	if (rc == LODE_OK && o->hold_out) {
		w->vocabulary = v;
		rc = measure_held_out(w, o);
	}
	if (rc == LODE_OK)
		rc = write_file(o->out, buf_slice(&out), e);
	if (rc == LODE_OK) {
		digest128_hex(digest128(buf_slice(&out)), hex);
		printf("%s  %u ids, %zu bytes, XXH3-128 %s\n", o->out, tok_vocabulary_size(v),
			out.n, hex);
	}
	tok_vocabulary_close(v);
	buf_release(&out);
	return rc;
}

/* ---- command line ---- */

static bool read_number(const char *s, uint32_t least, uint32_t most, uint32_t *out)
{
	char *end;
	errno = 0;
	unsigned long v = s && *s >= '0' && *s <= '9' ? strtoul(s, &end, 10) : (end = NULL, 0);
	if (!end || *end || errno || v < least || v > most)
		return false;
	*out = (uint32_t)v;
	return true;
}

static bool read_options(int argc, char **argv, struct options *o)
{
	*o = (struct options){.ids = IDS};
	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;
		bool is_option = strncmp(argv[i], "--", 2) == 0, is_good = true;
		if (strcmp(argv[i], "--ids") == 0)
			is_good = read_number(value, TOK_SUBWORD_MERGES, TOK_SUBWORD_MAX, &o->ids);
		else if (strcmp(argv[i], "--hold-out") == 0)
			is_good = read_number(value, 2, UINT32_MAX, &o->hold_out);
		else if (strcmp(argv[i], "--made-up") == 0)
			is_good = read_number(value, 1, 10000000, &o->made_up);
		else if (strcmp(argv[i], "--out") == 0)
			o->out = value;
		else if (is_option || o->n_texts == TEXTS_MAX)
			is_good = false;
		else
			texts_named(argv[i], &o->texts[o->n_texts++]);
		if (!is_good)
			return false;
		i += is_option;
	}
	return o->out && o->n_texts > 0;
}

int verb_vocabulary(int argc, char **argv)
{
	struct options o;
	struct err e = {0};
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage, stdout);
		return DONE;
	}
	if (!read_options(argc, argv, &o)) {
		fputs(usage, stderr);
		return MISUSED;
	}
	struct work w = {.hold_out = o.hold_out, .e = &e};
	arena_init(&w.arena, ARENA_BYTES);
	int rc = tok_create(&w.tokenizer, &e);
	if (rc == LODE_OK)
		rc = bpe_counter_create(&w.counter);
	if (rc == LODE_OK)
		rc = run(&w, &o, &e);
	bpe_counter_destroy(w.counter);
	tok_destroy(w.tokenizer);
	arena_release(&w.arena);
	if (rc < 0)
		fprintf(stderr, "lodestone-train: %s\n", e.code ? e.text : err_words(rc));
	return rc < 0 ? FAILED : DONE;
}
