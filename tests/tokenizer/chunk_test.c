#include "tests/tokenizer/scanned.h"

/* Checks what tok_chunks promises and returns how many there are. */
static uint32_t check_chunks(struct scanned *s, uint32_t **ends)
{
	uint32_t n = 0, start = 0;
	struct slice text = s->doc.text;
	assert_int_equal(tok_chunks(&s->doc, &s->arena, ends, &n), LODE_OK);
	assert_true(n > 0);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t end = (*ends)[i];
		assert_true(end - start <= TOK_CHUNK_MAX);
		assert_true(i + 1 == n || end - start >= TOK_CHUNK_TARGET / 2);
		if (end < text.n)
			assert_true(((unsigned char)text.p[end] & 0xC0) != 0x80);
		start = end;
	}
	assert_int_equal(start, text.n);
	return n;
}

static void an_empty_text_has_one_empty_chunk(void **state)
{
	(void)state;
	struct scanned s;
	uint32_t *ends;
	scanned_init(&s, SLICE(""));
	assert_int_equal(check_chunks(&s, &ends), 1);
	assert_int_equal(s.doc.n_sections, 1);
	assert_int_equal(s.doc.n_sentences, 1);
	scanned_finish(&s);
}

static void chunks_end_where_sentences_end(void **state)
{
	(void)state;
	struct buf text = {0};
	struct scanned s;
	uint32_t *ends;
	for (int i = 0; i < 300; i++)
		buf_printf(&text, "Sentence %d says that the lungs are clear and dry. ", i);
	scanned_init(&s, buf_slice(&text));
	uint32_t n = check_chunks(&s, &ends);
	assert_true(n > 8 && n < 24);
	for (uint32_t i = 0; i + 1 < n; i++)
		assert_int_equal(s.doc.sentences[tok_sentence_at(&s.doc, ends[i])].start, ends[i]);
	scanned_finish(&s);
	buf_release(&text);
}

static void chunks_prefer_to_begin_with_a_section(void **state)
{
	(void)state;
	struct buf text = {0};
	struct scanned s;
	uint32_t *ends;
	for (int i = 0; i < 20; i++)
		buf_put_str(&text, "The lungs are clear and dry on both sides. ");
	size_t border = text.n;
	buf_put_str(&text, "\nPAST MEDICAL HISTORY: ");
	for (int i = 0; i < 20; i++)
		buf_put_str(&text, "The lungs are clear and dry on both sides. ");
	scanned_init(&s, buf_slice(&text));
	assert_int_equal(check_chunks(&s, &ends), 2);
	assert_int_equal(ends[0], border + 1);
	scanned_finish(&s);
	buf_release(&text);
}

static void long_sentences_are_cut_between_words(void **state)
{
	(void)state;
	struct buf text = {0};
	struct scanned s;
	uint32_t *ends;
	for (int i = 0; i < 3000; i++)
		buf_put_str(&text, i % 40 ? "word " : "[**First Name 12 of a patient**] ");
	scanned_init(&s, buf_slice(&text));
	uint32_t n = check_chunks(&s, &ends);
	assert_true(n >= 15000 / TOK_CHUNK_MAX);
	for (uint32_t i = 0; i + 1 < n; i++)
		assert_true(text.p[ends[i] - 1] == ' ' && strchr("w[", text.p[ends[i]]));
	scanned_finish(&s);
	buf_release(&text);
}

static void runs_without_blanks_are_cut_between_code_points(void **state)
{
	(void)state;
	struct buf text = {0};
	struct scanned s;
	uint32_t *ends;
	buf_put_str(&text, "x");
	for (int i = 0; i < 3000; i++)
		buf_put_str(&text, "中");
	for (int i = 0; i < 9000; i++)
		buf_put_str(&text, "-");
	scanned_init(&s, buf_slice(&text));
	assert_true(check_chunks(&s, &ends) >= 6);
	scanned_finish(&s);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_text_has_one_empty_chunk),
		cmocka_unit_test(chunks_end_where_sentences_end),
		cmocka_unit_test(chunks_prefer_to_begin_with_a_section),
		cmocka_unit_test(long_sentences_are_cut_between_words),
		cmocka_unit_test(runs_without_blanks_are_cut_between_code_points),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
