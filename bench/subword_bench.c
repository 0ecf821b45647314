/* subword_bench VOCABULARY FILE [rounds]: subwords in MB/s and windows a second on one core (CPU time), over
 * the lines of a text file taken together into notes of about NOTE_BYTES.  Scanning is not counted. */
#include "base/file.h"
#include "bench/clock.h"
#include "scorer/window.h"

#include <stdio.h>
#include <stdlib.h>

enum { NOTE_BYTES = 3000, ARENA_BYTES = 64 << 20, MENTION_EVERY = 20 /* words */ };

struct notes {
	struct buf text;
	struct tok_doc *docs;
	size_t n;
	struct arena arena;
};

static int read_file(const char *path, struct buf *to)
{
	return file_load(path, to, NULL) || to->n == 0 ? -1 : 0;
}

static int scan_notes(struct notes *s, struct tokenizer *t)
{
	s->docs = calloc(s->text.n / NOTE_BYTES + 1, sizeof(*s->docs));
	arena_init(&s->arena, SIZE_MAX / 2);
	for (size_t at = 0, end; s->docs && at < s->text.n; at = end) {
		size_t from = at + NOTE_BYTES;
		const char *line =
			from < s->text.n ? memchr(s->text.p + from, '\n', s->text.n - from) : NULL;
		end = line ? (size_t)(line - s->text.p) + 1 : s->text.n;
		if (tok_scan(t, slice_of(s->text.p + at, end - at), &s->arena, &s->docs[s->n++],
			    NULL) < 0)
			return -1;
	}
	return s->docs ? 0 : -1;
}

static void run_subwords(const struct notes *s, const struct tok_vocabulary *v, struct arena *a)
{
	uint64_t subwords = 0, words = 0;
	double start = cpu_s();
	for (size_t i = 0; i < s->n; i++) {
		struct tok_subword *p;
		uint32_t n = 0;
		arena_reset(a);
		if (tok_subwords(v, &s->docs[i], 0, (uint32_t)s->docs[i].text.n, a, &p, &n) < 0)
			abort();
		subwords += n;
		words += s->docs[i].n_words;
	}
	double took = cpu_s() - start;
	printf("subwords  %7.1f MB/s  %6.1f M subwords/s  %.2f a word\n",
		(double)s->text.n / 1e6 / took, (double)subwords / 1e6 / took,
		(double)subwords / (double)words);
}

static void run_windows(const struct notes *s, const struct tok_vocabulary *v, struct arena *a)
{
	uint64_t windows = 0, ids = 0;
	double start = cpu_s();
	for (size_t i = 0; i < s->n; i++)
		for (uint32_t k = 0; k < s->docs[i].n_words; k += MENTION_EVERY) {
			const struct tok_word *word = &s->docs[i].words[k];
			struct mention_context m = {&s->docs[i], word->start, word->end, {0}};
			struct window w;
			if (window_cut(v, &m, false, a, &w) < 0)
				abort();
			windows++;
			ids += w.n;
		}
	double took = cpu_s() - start;
	printf("windows   %7.0f /s  %.1f subwords each\n", (double)windows / took,
		(double)ids / (double)windows);
}

int main(int argc, char **argv)
{
	struct notes s = {0};
	struct buf bytes = {0};
	struct tok_vocabulary *v = NULL;
	struct tokenizer *t = NULL;
	struct arena a;
	struct err e = {0};
	int rounds = argc > 3 ? atoi(argv[3]) : 3;
	if (argc < 3 || read_file(argv[1], &bytes) < 0 || read_file(argv[2], &s.text) < 0) {
		fprintf(stderr, "usage: subword_bench VOCABULARY TEXT-FILE [rounds]\n");
		return 2;
	}
	if (tok_vocabulary_open(&v, buf_slice(&bytes), &e) < 0 || tok_create(&t, &e) < 0 ||
		scan_notes(&s, t) < 0) {
		fprintf(stderr, "subword_bench: %s\n", e.text);
		return 1;
	}
	printf("%s: %.1f MB, %zu notes, %u ids\n", argv[2], (double)s.text.n / 1e6, s.n,
		tok_vocabulary_size(v));
	arena_init(&a, ARENA_BYTES);
	for (int r = 0; r < rounds; r++) {
		run_subwords(&s, v, &a);
		run_windows(&s, v, &a);
	}
	arena_release(&a);
	arena_release(&s.arena);
	free(s.docs);
	tok_vocabulary_close(v);
	tok_destroy(t);
	buf_release(&bytes);
	buf_release(&s.text);
	return 0;
}
