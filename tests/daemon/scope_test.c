#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "daemon/scope.h"
#include "tokenizer/tokenizer.h"

static struct arena arena;

static int parse(const char *text, struct scope *out)
{
	struct json *body;
	struct err e = {0};
	assert_int_equal(json_parse(slice_str(text), &arena, &body, &e), 0);
	return scope_parse(body, &arena, out, &e);
}

static int check(const char *text)
{
	static const char *const known[] = {"query", NULL};
	struct json *body;
	struct err e = {0};
	assert_int_equal(json_parse(slice_str(text), &arena, &body, &e), 0);
	return scope_check_members(body, known, &e);
}

static int release(void **state)
{
	arena_release(&arena);
	return 0;
}

static int begin(void **state)
{
	arena_init(&arena, 1 << 20);
	return 0;
}

static void an_empty_body_leaves_the_scope_open(void **state)
{
	struct scope s;
	assert_int_equal(parse("{}", &s), 0);
	assert_int_equal(s.from.n + s.to.n + s.as_of.n + s.n_types + s.sections, 0);
	assert_int_equal(parse("{\"from\":null,\"types\":null,\"sections\":null}", &s), 0);
	assert_int_equal(s.from.n + s.n_types + s.sections, 0);
}

static void every_member_is_read(void **state)
{
	struct scope s;
	assert_int_equal(parse("{\"from\":\"2140-01-02\",\"to\":\"2141-01-01T10:00:00Z\","
			       "\"as_of\":\"2142-12-31\",\"types\":[\"Progress note\",\"Consult\"],"
			       "\"sections\":[\"plan\",\"family_history\"]}",
				 &s),
		0);
	assert_true(slice_eq(s.from, SLICE("2140-01-02")));
	assert_int_equal(s.to.n, 20);
	assert_int_equal(s.n_types, 2);
	assert_true(slice_eq(s.types[1], SLICE("Consult")));
	assert_int_equal(s.sections, (1u << TOK_SEC_PLAN) | (1u << TOK_SEC_FAMILY));
}

static void wrong_members_are_refused(void **state)
{
	static const char *const bodies[] = {"{\"from\":3}", "{\"from\":\"2140\"}",
		"{\"to\":\"2140-13-01\"}", "{\"to\":\"2140-01-32\"}", "{\"as_of\":\"2140-01-01x\"}",
		"{\"types\":\"a\"}", "{\"types\":[1]}", "{\"sections\":[\"nowhere\"]}",
		"{\"sections\":{}}"};
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct scope s;
		if (parse(bodies[i], &s) != LODE_BADREQ)
			fail_msg("%s was taken", bodies[i]);
	}
}

static void unknown_members_are_refused_unless_prefixed(void **state)
{
	assert_int_equal(check("{\"query\":1,\"from\":2,\"x-mine\":3}"), 0);
	assert_int_equal(check("{\"querys\":1}"), LODE_BADREQ);
	assert_int_equal(check("[]"), LODE_BADREQ);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			an_empty_body_leaves_the_scope_open, begin, release),
		cmocka_unit_test_setup_teardown(every_member_is_read, begin, release),
		cmocka_unit_test_setup_teardown(wrong_members_are_refused, begin, release),
		cmocka_unit_test_setup_teardown(
			unknown_members_are_refused_unless_prefixed, begin, release),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
