/* Strings of all lengths, zero bytes and long common beginnings included, against a plain list. */
#include "tests/index/fixture.h"

#include "index/intern.h"
#include "index/order.h"

enum { STRINGS = 3000, LONGEST = 80 };

static char bytes[STRINGS][LONGEST];
static size_t sizes[STRINGS];

static void make(struct fixture *f, uint32_t i)
{
	static const char few[] = {'a', 'b', '\0', '\xff'};
	sizes[i] = draw(f, 4) ? draw(f, 20) : draw(f, LONGEST + 1);
	for (size_t k = 0; k < sizes[i]; k++)
		bytes[i][k] = k < sizes[i] / 2 ? 'a' : few[draw(f, 4)];
}

static uint32_t plain(const struct slice *list, uint32_t n, struct slice s)
{
	uint32_t i = 0;
	while (i < n && !slice_eq(list[i], s))
		i++;
	return i;
}

static void same_string_same_number_and_no_other(void **state)
{
	struct fixture f = {.seed = 42};
	struct intern t;
	static struct slice list[STRINGS];
	uint32_t n = 0;
	intern_init(&t);
	for (uint32_t i = 0; i < STRINGS; i++) {
		make(&f, i);
		/* An exact copy, so that a sanitizer sees a read behind its end. */
		char *copy = malloc(sizes[i] ? sizes[i] : 1);
		memcpy(copy, bytes[i], sizes[i]);
		struct slice s = {copy, sizes[i]};
		uint32_t want = plain(list, n, s);
		if (want == n)
			list[n++] = slice_of(bytes[i], sizes[i]);
		assert_int_equal(intern(&t, s), want);
		assert_int_equal(t.n, n);
		free(copy);
	}
	for (uint32_t i = 0; i < n; i++)
		assert_true(slice_eq(t.at[i], list[i]));
	intern_release(&t);
}

static void strings_are_put_in_order(void **state)
{
	struct fixture f = {.seed = 7};
	static struct slice list[STRINGS];
	static uint32_t order[STRINGS];
	static const uint32_t sizes_of_list[] = {0, 1, 2, 63, STRINGS};
	static bool is_seen[STRINGS];
	for (uint32_t i = 0; i < STRINGS; i++) {
		make(&f, i);
		list[i] = slice_of(bytes[i], sizes[i]);
	}
	for (unsigned k = 0; k < sizeof(sizes_of_list) / sizeof(*sizes_of_list); k++) {
		uint32_t n = sizes_of_list[k];
		memset(is_seen, 0, sizeof(is_seen));
		assert_int_equal(order_strings(list, n, order), 0);
		for (uint32_t i = 0; i < n; i++) {
			assert_true(order[i] < n && !is_seen[order[i]]);
			is_seen[order[i]] = true;
			if (i)
				assert_true(slice_cmp(list[order[i - 1]], list[order[i]]) <= 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_string_same_number_and_no_other),
		cmocka_unit_test(strings_are_put_in_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
