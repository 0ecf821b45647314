/* First byte below 8: the rest is an input file of that format, which is built and read back.  Else:
 * the rest is a compiled lexicon whose digest is made to fit, and a condition is widened by it. */
#include "tests/index/lexicon_exercise.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_compiled(struct slice bytes)
{
	static struct tokenizer *t;
	struct lexicon *l;
	if (!t && tok_create(&t, NULL) < 0)
		abort();
	if (lexicon_view(bytes, "fuzz", &l, NULL) != 0)
		return;
	exercise_lexicon(l);
	const struct lexicon *all[] = {lexicon_builtin(), l};
	struct names_options o = {all, 2, true, true};
	struct names names;
	struct arena a;
	arena_init(&a, 64 << 20);
	if (names_widen_by(&o, SLICE("acute aortic stenosis"), t, &a, &names, NULL) == 0)
		for (uint32_t i = 0; i < names.n; i++)
			assert(names.at[i].text.n > 0 && names.at[i].text.n <= 512);
	arena_release(&a);
	lexicon_close(l);
}

static int feed(struct lexicon_input *in, lexicon_line *take, struct slice rest)
{
	int rc = take == lexicon_obo_line ? lexicon_obo_begin(in) : 0;
	while (rc == 0 && rest.n) {
		const char *end = memchr(rest.p, '\n', rest.n);
		size_t n = end ? (size_t)(end - rest.p) : rest.n;
		in->line++;
		if (!memchr(rest.p, '\0', n + (n == 0)))
			rc = take(in, slice_of(rest.p, n), NULL);
		rest = slice_of(rest.p + n + (end != NULL), rest.n - n - (end != NULL));
	}
	if (in->state) {
		int ended = lexicon_obo_end(in, NULL);
		rc = rc ? rc : ended;
	}
	return rc;
}

static void build(lexicon_line *take, struct slice text)
{
	struct lexicon_builder *b;
	struct lexicon_counts counts;
	struct buf bytes = {0};
	if (lexicon_builder_create(&b) != 0)
		abort();
	struct lexicon_input in = {.b = b, .path = "fuzz"};
	if (feed(&in, take, text) == 0 && lexicon_builder_finish(b, &bytes, &counts, NULL) == 0) {
		struct lexicon *l;
		assert(lexicon_view(buf_slice(&bytes), "fuzz", &l, NULL) == 0);
		exercise_lexicon(l);
		lexicon_close(l);
	}
	buf_release(&bytes);
	lexicon_builder_destroy(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static lexicon_line *const formats[8] = {lexicon_tsv_concept, lexicon_tsv_abbreviation,
		lexicon_tsv_part, lexicon_tsv_word, lexicon_obo_line, lexicon_icd_csv,
		lexicon_icd_order, lexicon_rrf_line};
	if (size < 1)
		return 0;
	if (data[0] < 8) {
		build(formats[data[0]], slice_of(data + 1, size - 1));
		return 0;
	}
	char *copy = malloc(size);
	if (!copy)
		abort();
	memcpy(copy, data + 1, size - 1);
	exercise_fix_digest(copy, size - 1);
	read_compiled(slice_of(copy, size - 1));
	free(copy);
	return 0;
}
