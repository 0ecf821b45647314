/* Learning a vocabulary from made-up words. */
#include "tests/tokenizer/scanned.h"

#include "scorer/train/bpe.h"

/* A counter fed with texts, one document each. */
static struct bpe_counter *counted(const char *const *texts, size_t n, unsigned times)
{
	struct bpe_counter *c;
	assert_int_equal(bpe_counter_create(&c), LODE_OK);
	for (size_t i = 0; i < n * times; i++) {
		struct scanned s;
		struct tok_piece *pieces;
		uint32_t count;
		scanned_init(&s, slice_str(texts[i % n]));
		assert_int_equal(
			tok_pieces(&s.doc, 0, (uint32_t)s.doc.text.n, &s.arena, &pieces, &count),
			LODE_OK);
		assert_int_equal(bpe_count(c, pieces, count), LODE_OK);
		scanned_finish(&s);
	}
	return c;
}

static void learn(const struct bpe_counter *c, uint32_t ids, struct buf *out)
{
	size_t n;
	const struct bpe_word *words = bpe_words(c, &n);
	struct err e = {0};
	assert_int_equal(bpe_train(words, n, ids, out, &e), LODE_OK);
}

static bool has(const struct tok_vocabulary *v, const char *text)
{
	for (uint32_t id = 0; id < tok_vocabulary_size(v); id++)
		if (slice_eq(tok_subword_text(v, (uint16_t)id), slice_str(text)))
			return true;
	return false;
}

static struct tok_vocabulary *opened(const struct buf *b)
{
	struct tok_vocabulary *v = NULL;
	struct err e = {0};
	if (tok_vocabulary_open(&v, buf_slice(b), &e) < 0)
		fail_msg("%s", e.text);
	return v;
}

static const struct bpe_word *word_of(const struct bpe_counter *c, const char *text)
{
	size_t n;
	const struct bpe_word *w = bpe_words(c, &n);
	for (size_t i = 0; i < n; i++)
		if (slice_eq(w[i].text, slice_str(text)))
			return &w[i];
	fail_msg("no word %s", text);
	return NULL;
}

static void words_are_counted_with_their_documents(void **state)
{
	(void)state;
	const char *const texts[] = {"fever no Fever", "no chills", "none"};
	struct bpe_counter *c = counted(texts, 3, 3);
	assert_int_equal(word_of(c, " fever")->count, 6);
	assert_int_equal(word_of(c, " fever")->n_documents, 3);
	assert_int_equal(word_of(c, " no")->count, 6);
	assert_int_equal(word_of(c, " no")->n_documents, 5);
	assert_int_equal(word_of(c, " none")->documents[1], 5);
	bpe_counter_destroy(c);
}

static void many_words_keep_their_counts(void **state)
{
	(void)state;
	struct bpe_counter *c;
	assert_int_equal(bpe_counter_create(&c), LODE_OK);
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 20000; i++) {
			char text[16];
			struct tok_piece p = {0};
			p.text = slice_of(text, (size_t)snprintf(text, sizeof(text), "w%u", i));
			assert_int_equal(bpe_count(c, &p, 1), LODE_OK);
		}
	size_t n;
	const struct bpe_word *w = bpe_words(c, &n);
	assert_int_equal(n, 20000);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(w[i].count, 2);
	bpe_counter_destroy(c);
}

static void frequent_words_become_whole(void **state)
{
	(void)state;
	const char *const texts[] = {"fever and chills", "no fever", "chills, no fever"};
	struct bpe_counter *c = counted(texts, 3, 5);
	struct buf b = {0};
	learn(c, TOK_SUBWORD_MERGES + 200, &b);
	struct tok_vocabulary *v = opened(&b);
	assert_true(has(v, " fever"));
	assert_true(has(v, " chills"));
	assert_true(has(v, " no"));
	assert_true(has(v, "(-)") && has(v, " w/o") && has(v, " -ve"));
	assert_false(has(v, " and chills"));
	tok_vocabulary_close(v);
	buf_release(&b);
	bpe_counter_destroy(c);
}

/* The textbook case: counts 5, 6 and 3 of "low", "new", "wide". */
static void the_most_frequent_pair_comes_first_and_the_lower_of_equals(void **state)
{
	(void)state;
	struct bpe_word words[3] = {{SLICE("low"), 5, {0, 1, 2, 3, 4}, 5},
		{SLICE("new"), 6, {0, 1, 2, 3, 4}, 5}, {SLICE("wide"), 6, {0, 1, 2, 3, 4}, 5}};
	struct buf none = {0}, b = {0}, turned = {0};
	assert_int_equal(bpe_train(NULL, 0, 4096, &none, NULL), LODE_OK);
	struct tok_vocabulary *v = opened(&none);
	uint32_t first = tok_vocabulary_size(v);
	tok_vocabulary_close(v);
	assert_int_equal(bpe_train(words, 3, first + 5, &b, NULL), LODE_OK);
	v = opened(&b);
	static const char *const want[] = {"de", "ew", "ide", "new", "wide"};
	/* de: 6, as ew, id, ne and wi; d is the lowest left id, then e */
	for (uint32_t i = 0; i < 5; i++) {
		struct slice got = tok_subword_text(v, (uint16_t)(first + i));
		if (!slice_eq(got, slice_str(want[i])))
			fail_msg("merge %u is %.*s, not %s", i, (int)got.n, got.p, want[i]);
	}
	tok_vocabulary_close(v);
	struct bpe_word other = words[0];
	words[0] = words[2];
	words[2] = other;
	assert_int_equal(bpe_train(words, 3, first + 5, &turned, NULL), LODE_OK);
	assert_true(slice_eq(buf_slice(&b), buf_slice(&turned)));
	buf_release(&none);
	buf_release(&b);
	buf_release(&turned);
}

static void what_few_documents_have_is_not_learnt(void **state)
{
	(void)state;
	const char *const rare[] = {"zzyzx zzyzx zzyzx zzyzx zzyzx", "a", "a"};
	struct bpe_counter *c = counted(rare, 3, 4); /* 20 times, in four documents */
	struct buf b = {0};
	learn(c, 4096, &b);
	struct tok_vocabulary *v = opened(&b);
	assert_false(has(v, "zz") || has(v, " z") || has(v, "zx"));
	assert_true(has(v, " a"));
	tok_vocabulary_close(v);
	buf_clear(&b);
	bpe_counter_destroy(c);
	c = counted(rare, 3, 5);
	learn(c, 4096, &b);
	v = opened(&b);
	assert_true(has(v, " zzyzx"));
	tok_vocabulary_close(v);
	bpe_counter_destroy(c);
	buf_release(&b);
}

/* The documents of a merge are those of all its words together. */
static void documents_of_several_words_add_up(void **state)
{
	(void)state;
	struct bpe_word words[3] = {{SLICE("qva"), 3, {0, 1, 2}, 3}, {SLICE("qvb"), 3, {2, 3}, 2},
		{SLICE("qvc"), 1, {1}, 1}};
	struct buf b = {0};
	assert_int_equal(bpe_train(words, 3, 4096, &b, NULL), LODE_OK);
	struct tok_vocabulary *v = opened(&b);
	assert_false(has(v, "qv")); /* 0, 1, 2, 3 */
	tok_vocabulary_close(v);
	buf_clear(&b);
	words[2].documents[0] = 9;
	assert_int_equal(bpe_train(words, 3, 4096, &b, NULL), LODE_OK);
	v = opened(&b);
	assert_true(has(v, "qv"));
	assert_false(has(v, "qva"));
	tok_vocabulary_close(v);
	buf_release(&b);
}

static void repeated_letters_merge_from_the_left(void **state)
{
	(void)state;
	struct bpe_word words[1] = {{SLICE("zzzzz"), 10, {0, 1, 2, 3, 4}, 5}};
	struct buf b = {0};
	assert_int_equal(bpe_train(words, 1, 4096, &b, NULL), LODE_OK);
	struct tok_vocabulary *v = opened(&b);
	assert_true(has(v, "zz") && has(v, "zzz") && has(v, "zzzzz"));
	tok_vocabulary_close(v);
	buf_release(&b);
}

static void bounds_are_checked(void **state)
{
	(void)state;
	struct buf b = {0};
	assert_int_equal(bpe_train(NULL, 0, TOK_SUBWORD_MERGES - 1, &b, NULL), LODE_BADREQ);
	assert_int_equal(bpe_train(NULL, 0, TOK_SUBWORD_MAX + 1, &b, NULL), LODE_BADREQ);
	assert_int_equal(bpe_train(NULL, 0, TOK_SUBWORD_MERGES + 3, &b, NULL), LODE_OK);
	struct tok_vocabulary *v = opened(&b);
	assert_int_equal(tok_vocabulary_size(v), TOK_SUBWORD_MERGES + 3);
	tok_vocabulary_close(v);
	buf_release(&b);
}

/* The encoder merges as the trainer did: a word's subwords are the parts it had at the end. */
static void what_was_learnt_is_used(void **state)
{
	(void)state;
	const char *const texts[] = {
		"hypertension tension hyper hypotension (-) w/o fever's 120/80"};
	struct bpe_counter *c = counted(texts, 1, 6);
	struct buf b = {0};
	struct scanned s;
	struct tok_subword *p;
	uint32_t n;
	learn(c, 4096, &b);
	struct tok_vocabulary *v = opened(&b);
	scanned_init(&s, slice_str(texts[0]));
	assert_int_equal(
		tok_subwords(v, &s.doc, 0, (uint32_t)s.doc.text.n, &s.arena, &p, &n), LODE_OK);
	/* 4 words, 2 shorthands, fever and 's, " 1", 2, 0, /, 8, 0 */
	assert_int_equal(n, 14);
	scanned_finish(&s);
	tok_vocabulary_close(v);
	buf_release(&b);
	bpe_counter_destroy(c);
}

static const char *shipped;

static void the_shipped_one_opens(void **state)
{
	(void)state;
	char bytes[1 << 16];
	FILE *f = fopen(shipped, "rb");
	assert_non_null(f);
	struct buf b = {.p = bytes, .n = fread(bytes, 1, sizeof(bytes), f)};
	fclose(f);
	struct tok_vocabulary *v = opened(&b);
	assert_int_equal(tok_vocabulary_size(v), 6144);
	for (unsigned i = 0; tok_shorthand(i).p; i++)
		assert_true(has(v, tok_shorthand(i).p));
	assert_true(has(v, " denies") && has(v, " without") && has(v, "'s") && has(v, " cannot") &&
		    has(v, " ruled") && has(v, " brother"));
	tok_vocabulary_close(v);
}

int main(int argc, char **argv)
{
	shipped = argc > 1 ? argv[1] : "scorer/model/vocabulary.bin";
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_counted_with_their_documents),
		cmocka_unit_test(many_words_keep_their_counts),
		cmocka_unit_test(frequent_words_become_whole),
		cmocka_unit_test(the_most_frequent_pair_comes_first_and_the_lower_of_equals),
		cmocka_unit_test(what_few_documents_have_is_not_learnt),
		cmocka_unit_test(documents_of_several_words_add_up),
		cmocka_unit_test(repeated_letters_merge_from_the_left),
		cmocka_unit_test(bounds_are_checked),
		cmocka_unit_test(what_was_learnt_is_used),
		cmocka_unit_test(the_shipped_one_opens),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
