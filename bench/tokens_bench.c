/* tokens_bench TOKENIZER.json TEXT-FILE [rounds]: how long the tokenizer.json takes to load and what counting with it
 * does in MB/s, over the file cut into texts of about TEXT_BYTES, with an empty cache and with what the first round left.
 * tokens_bench --each TOKENIZER.json TEXT-FILE: the count of every text, a line each; texts end with a NUL. */
#include "base/file.h"
#include "bench/clock.h"
#include "tokenizer/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { TEXT_BYTES = 3000 };

static uint64_t count(struct tok_counting *s, struct slice text)
{
	struct err e = {0};
	uint64_t n = 0;
	if (tok_count(s, text, &n, &e)) {
		fprintf(stderr, "%s\n", e.text);
		exit(1);
	}
	return n;
}

static void print_each(struct tok_counting *s, struct slice all)
{
	while (all.n) {
		const char *end = memchr(all.p, '\0', all.n);
		size_t n = end ? (size_t)(end - all.p) : all.n;
		printf("%llu\n", (unsigned long long)count(s, slice_of(all.p, n)));
		n += end != NULL;
		all = slice_of(all.p + n, all.n - n);
	}
}

/* On line ends. */
static uint64_t count_all(struct tok_counting *s, struct slice all)
{
	uint64_t sum = 0;
	while (all.n) {
		const char *line = all.n > TEXT_BYTES
					   ? memchr(all.p + TEXT_BYTES, '\n', all.n - TEXT_BYTES)
					   : NULL;
		size_t n = line ? (size_t)(line - all.p) + 1 : all.n;
		sum += count(s, slice_of(all.p, n));
		all = slice_of(all.p + n, all.n - n);
	}
	return sum;
}

static void print_speed(
	const struct tok_counter *c, struct tok_counting *s, struct slice all, int rounds)
{
	struct tok_counter_info info = tok_counter_info(c);
	for (int r = 0; r < rounds; r++) {
		double start = cpu_s();
		uint64_t tokens = count_all(s, all);
		double took = cpu_s() - start;
		printf("%s, %u ids: %.1f MB, %llu tokens, %.1f MB/s%s\n", info.model, info.ids,
			(double)all.n / 1e6, (unsigned long long)tokens, (double)all.n / 1e6 / took,
			r ? "" : " (nothing cached before)");
	}
}

int main(int argc, char **argv)
{
	bool each = argc > 1 && strcmp(argv[1], "--each") == 0;
	char **args = argv + 1 + each;
	struct buf json = {0}, text = {0};
	struct tok_counter *c = NULL;
	struct tok_counting *s = NULL;
	struct err e = {0};
	struct rusage used;
	if (argc - each < 3 || file_load(args[0], &json, NULL) || file_load(args[1], &text, NULL)) {
		fprintf(stderr, "usage: tokens_bench [--each] TOKENIZER.json TEXT-FILE [rounds]\n");
		return 2;
	}
	double start = cpu_s();
	if (tok_counter_open(&c, buf_slice(&json), &e) || tok_counting_create(&s, c)) {
		fprintf(stderr, "%s: %s\n", args[0], e.text);
		return 1;
	}
	double took = cpu_s() - start;
	getrusage(RUSAGE_SELF, &used);
	if (each) {
		print_each(s, buf_slice(&text));
	} else {
		printf("%s: %.1f MB, loaded in %.0f ms, at most %ld MB of memory\n", args[0],
			(double)json.n / 1e6, took * 1e3, used.ru_maxrss / 1024);
		print_speed(c, s, buf_slice(&text), argc > 3 ? atoi(argv[3]) : 2);
	}
	tok_counting_destroy(s);
	tok_counter_close(c);
	buf_release(&json);
	buf_release(&text);
	return 0;
}
