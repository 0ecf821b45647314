#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

static void puts_append_in_order(void **state)
{
	struct buf b = {0};
	assert_int_equal(buf_put(&b, "ab", 2), 0);
	assert_int_equal(buf_put_str(&b, "cd"), 0);
	assert_int_equal(buf_put_byte(&b, 'e'), 0);
	assert_int_equal(buf_put_slice(&b, SLICE("f\0g")), 0);
	assert_int_equal(buf_printf(&b, "%d-%s", 42, "x"), 0);
	assert_int_equal(buf_put(&b, NULL, 0), 0);
	assert_true(slice_eq(buf_slice(&b), SLICE("abcdef\0g42-x")));
	buf_release(&b);
	assert_null(b.p);
}

static void a_buf_grows_past_its_first_memory(void **state)
{
	struct buf b = {0};
	for (unsigned i = 0; i < 100000; i++)
		assert_int_equal(buf_put_byte(&b, (uint8_t)i), 0);
	assert_int_equal(b.n, 100000);
	for (unsigned i = 0; i < 100000; i += 97)
		assert_int_equal((uint8_t)b.p[i], (uint8_t)i);
	buf_release(&b);
}

static void a_limit_is_never_passed_and_failure_sticks(void **state)
{
	for (size_t limit = 1; limit < 130; limit++) {
		struct buf b = {.limit = limit};
		for (size_t i = 0; i < limit; i++)
			assert_int_equal(buf_put_byte(&b, 'x'), 0);
		assert_false(b.failed);
		assert_int_equal(buf_put_byte(&b, 'x'), LODE_TOOBIG);
		assert_true(b.failed);
		assert_int_equal(b.n, limit);
		assert_true(buf_put(&b, "y", 0) < 0);
		buf_clear(&b);
		assert_int_equal(buf_put_byte(&b, 'z'), 0);
		buf_release(&b);
		assert_int_equal(b.limit, limit);
	}
}

static void sizes_that_overflow_fail(void **state)
{
	struct buf b = {0};
	buf_put_str(&b, "abc");
	assert_null(buf_room(&b, SIZE_MAX));
	assert_true(b.failed);
	buf_clear(&b);
	assert_null(buf_room(&b, SIZE_MAX / 2 + 1));
	buf_release(&b);
}

static void drop_front_keeps_the_rest(void **state)
{
	struct buf b = {0};
	buf_put_str(&b, "hello world");
	buf_drop_front(&b, 6);
	assert_true(slice_eq(buf_slice(&b), SLICE("world")));
	buf_drop_front(&b, 0);
	buf_drop_front(&b, 99);
	assert_int_equal(b.n, 0);
	buf_release(&b);
}

static void slices_compare_as_lmdb_keys_do(void **state)
{
	assert_true(slice_cmp(SLICE("a"), SLICE("b")) < 0);
	assert_true(slice_cmp(SLICE("ab"), SLICE("a")) > 0);
	assert_true(slice_cmp(SLICE(""), SLICE("a")) < 0);
	assert_true(slice_cmp(SLICE("\xff"), SLICE("a")) > 0);
	assert_int_equal(slice_cmp(SLICE("a\0b"), SLICE("a\0b")), 0);
	assert_true(slice_eq((struct slice){0}, SLICE("")));
	assert_int_equal(slice_str(NULL).n, 0);
}

static void varints_round_trip_and_bad_ones_are_refused(void **state)
{
	static const uint64_t values[] = {0, 1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX};
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		uint8_t room[VARINT_MAX];
		size_t n = (size_t)(varint_put(room, values[i]) - room);
		struct reader r = reader_of(room, n), cut = reader_of(room, n - 1);
		assert_true(reader_varint(&r) == values[i] && !r.bad && reader_left(&r) == 0);
		assert_true(reader_varint(&cut) == 0 && cut.bad);
	}
	struct reader over = reader_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10);
	assert_true(reader_varint(&over) == 0 && over.bad);
	struct reader wide = reader_of("\xff\xff\xff\xff\x1f", 5);
	assert_true(reader_varint32(&wide) == 0 && wide.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(puts_append_in_order),
		cmocka_unit_test(a_buf_grows_past_its_first_memory),
		cmocka_unit_test(a_limit_is_never_passed_and_failure_sticks),
		cmocka_unit_test(sizes_that_overflow_fail),
		cmocka_unit_test(drop_front_keeps_the_rest),
		cmocka_unit_test(slices_compare_as_lmdb_keys_do),
		cmocka_unit_test(varints_round_trip_and_bad_ones_are_refused)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
