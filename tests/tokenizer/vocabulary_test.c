/* Vocabularies that are refused, field by field. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "tokenizer/tokenizer.h"

enum { A = TOK_SUBWORD_BYTES + 'a', B = TOK_SUBWORD_BYTES + 'b', FIRST = TOK_SUBWORD_MERGES };
enum { HEADER = 16, MERGES = 3 };

static const struct tok_merge merges[MERGES] = {{A, B}, {FIRST, A}, {FIRST + 1, FIRST}};

static void write_good(struct buf *b)
{
	assert_int_equal(tok_vocabulary_write(merges, MERGES, b), LODE_OK);
	assert_int_equal(b->n, HEADER + 4 * MERGES + 8);
}

static void sign(struct buf *b)
{
	store_le64(b->p + b->n - 8, digest64(slice_of(b->p, b->n - 8)));
}

static void expect_refused(const struct buf *b, int code, const char *why)
{
	struct tok_vocabulary *v = NULL;
	struct err e = {0};
	assert_int_equal(tok_vocabulary_open(&v, buf_slice(b), &e), code);
	assert_null(v);
	if (!strstr(e.text, why))
		fail_msg("\"%s\" does not say \"%s\"", e.text, why);
}

static void one_is_read_as_written(void **state)
{
	(void)state;
	struct tok_vocabulary *v = NULL;
	struct buf b = {0};
	write_good(&b);
	assert_int_equal(tok_vocabulary_open(&v, buf_slice(&b), NULL), LODE_OK);
	assert_int_equal(tok_vocabulary_size(v), FIRST + MERGES);
	assert_true(slice_eq(tok_subword_text(v, FIRST + 2), SLICE("abaab")));
	assert_true(slice_eq(tok_subword_text(v, A), SLICE("a")));
	assert_int_equal(tok_subword_text(v, TOK_SUB_CLS).n, 0);
	assert_int_equal(tok_subword_text(v, FIRST + MERGES).n, 0);
	tok_vocabulary_close(v);
	buf_release(&b);
}

static void none_is_short_of_a_byte_or_has_one_more(void **state)
{
	(void)state;
	struct buf b = {0};
	write_good(&b);
	size_t whole = b.n;
	for (b.n = 0; b.n < whole; b.n++)
		expect_refused(&b, LODE_CORRUPT, "vocabulary");
	b.n = whole;
	buf_put_byte(&b, 0);
	expect_refused(&b, LODE_CORRUPT, "bytes, not");
	buf_release(&b);
}

/* The one vocabulary with a 32-bit number at `at` changed, its digest made right again. */
static void expect_changed(size_t at, uint32_t to, int code, const char *why)
{
	struct buf b = {0};
	write_good(&b);
	store_le32(b.p + at, to);
	sign(&b);
	expect_refused(&b, code, why);
	buf_release(&b);
}

static void each_field_is_checked(void **state)
{
	(void)state;
	expect_changed(0, 0, LODE_CORRUPT, "first bytes");
	expect_changed(8, 2, LODE_VERSION, "format 2");
	expect_changed(12, FIRST - 1, LODE_CORRUPT, "319 ids");
	expect_changed(12, FIRST + MERGES + 1, LODE_CORRUPT, "bytes, not");
	expect_changed(12, TOK_SUBWORD_MAX + 1, LODE_CORRUPT, "32769 ids");
	expect_changed(12, UINT32_MAX, LODE_CORRUPT, "ids");
	expect_changed(HEADER, FIRST << 16 | A, LODE_CORRUPT, "id 320: is no merge");
	expect_changed(HEADER, A << 16 | TOK_SUB_CLS, LODE_CORRUPT, "id 320: is no merge");
	expect_changed(HEADER + 4, (FIRST + 1) << 16 | A, LODE_CORRUPT, "id 321: is no merge");
	expect_changed(HEADER + 8, A << 16 | 0xFFFF, LODE_CORRUPT, "id 322: is no merge");
	expect_changed(HEADER + 4, B << 16 | A, LODE_CORRUPT, "id 321: its text is an earlier");
}

static void every_flipped_bit_is_noticed(void **state)
{
	(void)state;
	struct buf b = {0};
	write_good(&b);
	for (size_t i = 0; i < 8 * b.n; i++) {
		struct tok_vocabulary *v = NULL;
		b.p[i / 8] = (char)(b.p[i / 8] ^ 1 << i % 8);
		assert_int_not_equal(tok_vocabulary_open(&v, buf_slice(&b), NULL), LODE_OK);
		b.p[i / 8] = (char)(b.p[i / 8] ^ 1 << i % 8);
	}
	buf_release(&b);
}

/* Doubling merges would make texts of 2^n bytes. */
static void texts_do_not_explode(void **state)
{
	(void)state;
	struct tok_merge doubling[20] = {{A, A}};
	struct buf b = {0};
	for (uint16_t i = 1; i < 20; i++)
		doubling[i] =
			(struct tok_merge){(uint16_t)(FIRST + i - 1), (uint16_t)(FIRST + i - 1)};
	assert_int_equal(tok_vocabulary_write(doubling, 20, &b), LODE_OK);
	expect_refused(&b, LODE_CORRUPT, "id 326: of 128 bytes");
	buf_release(&b);
	assert_int_equal(tok_vocabulary_write(doubling, TOK_SUBWORD_MAX, &b), LODE_TOOBIG);
}

static void two_ids_of_one_text_are_refused(void **state)
{
	(void)state;
	const struct tok_merge same[] = {{A, B}, {B, A}, {FIRST, A}, {A, FIRST + 1}};
	struct buf b = {0};
	assert_int_equal(tok_vocabulary_write(same, 4, &b), LODE_OK);
	expect_refused(&b, LODE_CORRUPT, "id 323: its text is an earlier");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_is_read_as_written),
		cmocka_unit_test(none_is_short_of_a_byte_or_has_one_more),
		cmocka_unit_test(each_field_is_checked),
		cmocka_unit_test(every_flipped_bit_is_noticed),
		cmocka_unit_test(texts_do_not_explode),
		cmocka_unit_test(two_ids_of_one_text_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
