/* tokenizer_bench FILE [rounds]: MB/s of each layer on one core, over the lines of a text file taken
 * together into notes of about NOTE_BYTES. */
#include "base/file.h"
#include "bench/clock.h"
#include "tokenizer/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>

enum { NOTE_BYTES = 3000, ARENA_BYTES = 256 << 20 };

struct corpus {
	struct buf text;
	size_t *ends;
	size_t n;
};

static int load(struct corpus *c, const char *path)
{
	if (file_load(path, &c->text, NULL))
		return -1;
	c->ends = malloc((c->text.n / NOTE_BYTES + 2) * sizeof(*c->ends));
	if (c->text.n == 0 || !c->ends)
		return -1;
	for (size_t at = 0; at < c->text.n;) {
		size_t from = at + NOTE_BYTES;
		const char *line =
			from < c->text.n ? memchr(c->text.p + from, '\n', c->text.n - from) : NULL;
		at = line ? (size_t)(line - c->text.p) + 1 : c->text.n;
		c->ends[c->n++] = at;
	}
	return 0;
}

enum what { CHECK, COUNT, WORDS, SCAN, CHUNKS, PHI, WHATS };
static const char *const what_names[] = {
	"utf8_check", "cp_count", "words+masks", "scan", "scan+chunks", "identifiers"};

static uint64_t run_one(enum what what, struct tokenizer *t, struct slice text)
{
	struct tok_doc d = {0};
	struct arena a;
	size_t bad = 0;
	struct tok_phi *found;
	uint32_t *ends, n = 0;
	arena_init(&a, ARENA_BYTES);
	switch (what) {
	case CHECK: bad = (size_t)-tok_utf8_check(text, &bad); break;
	case COUNT: bad = tok_cp_count(text); break;
	case WORDS: tok_words(t, text, &a, &d, NULL); break;
	case CHUNKS:
	case SCAN: tok_scan(t, text, &a, &d, NULL); break;
	case PHI: tok_find_phi(t, text, ~(1u << TOK_PHI_DATE), &a, &found, &n, NULL); break;
	case WHATS: break;
	}
	if (what == CHUNKS)
		tok_chunks(&d, &a, &ends, &n);
	uint64_t sum = bad + d.n_words + d.n_sentences + d.n_sections + d.n_masks + n;
	arena_release(&a);
	return sum;
}

int main(int argc, char **argv)
{
	struct corpus c = {0};
	struct tokenizer *t;
	int rounds = argc > 2 ? atoi(argv[2]) : 3;
	if (argc < 2 || load(&c, argv[1]) < 0 || tok_create(&t, NULL) < 0) {
		fprintf(stderr, "usage: tokenizer_bench TEXT-FILE [rounds]\n");
		return 2;
	}
	printf("%s: %.1f MB, %zu notes, kernel %s\n", argv[1], (double)c.text.n / 1e6, c.n,
		tok_kernel());
	for (enum what w = CHECK; w < WHATS; w++) {
		double best = 1e9;
		uint64_t sum = 0;
		for (int r = 0; r < rounds; r++) {
			double start = cpu_s();
			sum = 0;
			for (size_t i = 0, at = 0; i < c.n; at = c.ends[i++])
				sum += run_one(w, t, slice_of(c.text.p + at, c.ends[i] - at));
			double took = cpu_s() - start;
			best = took < best ? took : best;
		}
		printf("%-12s %8.0f MB/s  (%llu)\n", what_names[w], (double)c.text.n / 1e6 / best,
			(unsigned long long)sum);
	}
	tok_destroy(t);
	free(c.ends);
	buf_release(&c.text);
	return 0;
}
