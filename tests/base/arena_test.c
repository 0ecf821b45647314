#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/arena.h"

#include <stdlib.h>
#include <time.h>

static void memory_is_aligned_and_disjoint(void **state)
{
	struct arena a;
	char *p[200];
	arena_init(&a, 1 << 20);
	for (size_t i = 1; i < 200; i++) {
		p[i] = arena_alloc(&a, i * 7);
		assert_non_null(p[i]);
		assert_int_equal((uintptr_t)p[i] % 16, 0);
		memset(p[i], (int)i, i * 7);
	}
	for (size_t i = 1; i < 200; i++)
		for (size_t k = 0; k < i * 7; k++)
			assert_int_equal((unsigned char)p[i][k], i);
	arena_release(&a);
}

/* The limit is compared after rounding up to 16: no limit, odd ones above all, is ever passed. */
static void odd_limits_are_never_passed(void **state)
{
	unsigned seed = (unsigned)time(NULL);
	print_message("seed %u\n", seed);
	srand(seed);
	for (size_t limit = 0; limit < 500; limit++) {
		struct arena a;
		arena_init(&a, limit);
		for (int i = 0; i < 40; i++) {
			size_t n = (size_t)rand() % 64;
			char *p = arena_alloc(&a, n);
			if (p)
				memset(p, 1, n);
			assert_true(a.used <= limit);
		}
		assert_null(arena_alloc(&a, limit - a.used + 1));
		arena_release(&a);
		assert_int_equal(a.used, 0);
	}
}

/* An empty array of a fresh arena is no failure. */
static void nothing_is_not_a_failure(void **state)
{
	struct arena a;
	arena_init(&a, 64);
	assert_non_null(arena_alloc(&a, 0));
	assert_non_null(arena_calloc(&a, 0, 8));
	arena_release(&a);
}

static void a_limit_that_is_a_multiple_of_16_can_be_used_up(void **state)
{
	struct arena a;
	arena_init(&a, 4096);
	assert_non_null(arena_alloc(&a, 4000));
	assert_non_null(arena_alloc(&a, 96));
	assert_null(arena_alloc(&a, 1));
	assert_non_null(arena_alloc(&a, 0));
	arena_release(&a);
	assert_non_null(arena_alloc(&a, 4096));
	arena_release(&a);
}

static void huge_and_overflowing_sizes_give_null(void **state)
{
	struct arena a;
	arena_init(&a, SIZE_MAX);
	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_null(arena_alloc(&a, SIZE_MAX - 15));
	assert_null(arena_calloc(&a, SIZE_MAX / 2, 3));
	assert_null(arena_strndup(&a, "x", SIZE_MAX));
	assert_int_equal(a.used, 0);
	assert_non_null(arena_alloc(&a, 3 << 20)); /* more than a block */
	assert_non_null(arena_alloc(&a, 16));
	arena_release(&a);
}

static void calloc_zeroes_also_after_release(void **state)
{
	struct arena a;
	arena_init(&a, 1 << 20);
	for (int round = 0; round < 2; round++) {
		unsigned char *p = arena_calloc(&a, 10, 10);
		for (size_t i = 0; i < 100; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, 100);
		arena_release(&a);
	}
}

static void copies_end_in_nul_and_keep_nul(void **state)
{
	struct arena a;
	arena_init(&a, 1 << 10);
	struct slice s = arena_slice(&a, SLICE("a\0b"));
	assert_int_equal(s.n, 3);
	assert_memory_equal(s.p, "a\0b", 4);
	assert_string_equal(arena_strndup(&a, NULL, 0), "");
	a.limit = a.used;
	assert_null(arena_slice(&a, SLICE("x")).p);
	arena_release(&a);
}

static void grow_keeps_elements_and_doubles(void **state)
{
	struct arena a;
	uint32_t *v = NULL;
	size_t cap = 0;
	arena_init(&a, 1 << 20);
	for (uint32_t i = 0; i < 1000; i++) {
		v = arena_grow(&a, v, i, sizeof(*v), &cap);
		assert_non_null(v);
		v[i] = i * 3;
	}
	assert_int_equal(cap, 1024);
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(v[i], i * 3);
	a.limit = a.used;
	assert_null(arena_grow(&a, v, cap, sizeof(*v), &cap));
	assert_int_equal(cap, 1024);
	arena_release(&a);
}

static void reset_frees_all_but_the_newest_block(void **state)
{
	struct arena a;
	arena_init(&a, 1 << 24);
	arena_reset(&a);
	assert_null(a.head);
	for (int i = 0; i < 100; i++)
		assert_non_null(arena_alloc(&a, 4096));
	char *in_last = arena_alloc(&a, 16);
	struct arena_block *newest = a.head;
	assert_non_null(in_last);
	arena_reset(&a);
	assert_int_equal(a.used, 0);
	assert_ptr_equal(a.head, newest);
	size_t room = (size_t)(a.end - a.next);
	char *again = arena_alloc(&a, room);
	assert_ptr_equal(a.head, newest);
	memset(again, 1, room);
	assert_true(in_last >= again && in_last < again + room);
	/* A block made to measure for a huge thing goes too. */
	assert_non_null(arena_alloc(&a, 3 << 20));
	arena_reset(&a);
	assert_null(a.head);
	assert_int_equal(a.used, 0);
	arena_release(&a);
}

/* A loop that marks and rewinds holds no more at its end than after its first round, and what is older stays. */
static void a_mark_is_come_back_to(void **state)
{
	struct arena a;
	arena_init(&a, 64 << 20);
	for (int round = 0; round < 3; round++) {
		struct arena_mark m = arena_mark(&a);
		assert_non_null(arena_alloc(&a, 100));
		if (round)
			assert_non_null(arena_alloc(&a, 5 << 20));
		arena_rewind(&a, m);
		assert_int_equal(a.used, 0);
	}
	char *kept = arena_alloc(&a, 1000);
	assert_non_null(kept);
	memset(kept, 7, 1000);
	struct arena_mark m = arena_mark(&a);
	for (int round = 0; round < 100; round++) {
		char *p = arena_alloc(&a, 40000);
		assert_non_null(p);
		memset(p, 1, 40000);
		assert_non_null(arena_alloc(&a, 3 << 20));
		arena_rewind(&a, m);
	}
	assert_int_equal(a.used, m.used);
	assert_ptr_equal(arena_alloc(&a, 16), kept + 1008);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(kept[i], 7);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(memory_is_aligned_and_disjoint),
		cmocka_unit_test(odd_limits_are_never_passed),
		cmocka_unit_test(a_mark_is_come_back_to),
		cmocka_unit_test(nothing_is_not_a_failure),
		cmocka_unit_test(a_limit_that_is_a_multiple_of_16_can_be_used_up),
		cmocka_unit_test(huge_and_overflowing_sizes_give_null),
		cmocka_unit_test(calloc_zeroes_also_after_release),
		cmocka_unit_test(reset_frees_all_but_the_newest_block),
		cmocka_unit_test(copies_end_in_nul_and_keep_nul),
		cmocka_unit_test(grow_keeps_elements_and_doubles)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
