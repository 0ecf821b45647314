/* Strings of all lengths, zero bytes and long common beginnings included, against a plain list. */
#include "tests/index/fixture.h"

#include "index/intern.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_string_same_number_and_no_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
