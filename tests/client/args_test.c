#include "client/args.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

/* The words of a command line, split at blanks, behind "lodestone". */
static int parse(const char *line, struct args *a, struct err *e)
{
	static char room[1024];
	static char *argv[64];
	int argc = 1;
	char *save = NULL;
	*e = (struct err){0};
	strncpy(room, line, sizeof(room) - 1);
	argv[0] = room;
	for (char *p = strtok_r(room, " ", &save); p; p = strtok_r(NULL, " ", &save))
		argv[argc++] = p;
	argv[argc] = NULL;
	return args_parse(argc, argv, a, e);
}

static void operands_and_options_may_mix(void **state)
{
	struct args a;
	struct err e;
	assert_int_equal(
		parse("--socket /s ask --why p07 --from=2143-01-01 chest pain", &a, &e), 0);
	assert_int_equal(a.verb, VERB_ASK);
	assert_int_equal(a.n_operands, 3);
	assert_string_equal(a.operands[0], "p07");
	assert_string_equal(a.operands[2], "pain");
	assert_string_equal(args_value(&a, OPT_SOCKET), "/s");
	assert_string_equal(args_value(&a, OPT_FROM), "2143-01-01");
	assert_true(args_has(&a, OPT_WHY));
	assert_false(args_has(&a, OPT_TO));
}

static void double_dash_ends_options_and_a_dash_is_a_file(void **state)
{
	struct args a;
	struct err e;
	assert_int_equal(parse("search p07 -- --why -h", &a, &e), 0);
	assert_int_equal(a.n_operands, 3);
	assert_string_equal(a.operands[1], "--why");
	assert_int_equal(parse("ingest - a.gz", &a, &e), 0);
	assert_string_equal(a.operands[0], "-");
}

static void repeated_options_keep_their_order(void **state)
{
	struct args a;
	struct err e;
	unsigned at = 0;
	assert_int_equal(parse("ask p q --type A --section S --type B", &a, &e), 0);
	assert_string_equal(args_next(&a, OPT_TYPE, &at), "A");
	assert_string_equal(args_next(&a, OPT_TYPE, &at), "B");
	assert_null(args_next(&a, OPT_TYPE, &at));
}

static void what_a_verb_does_not_take_is_refused(void **state)
{
	static const char *const bad[] = {"stats --why", "ask --nosuch p q", "ask", "search p",
		"show p", "stats x", "show p n --at", "ask p q --why=1", "ask p q -x",
		"ask p q --format yaml", "ask p q --format", "stats --color sometimes",
		"stats --format=", "ingest --yes f", "delete p n more"};
	struct args a;
	struct err e;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(parse(bad[i], &a, &e), LODE_BADREQ);
		assert_true(e.text[0] != '\0');
	}
}

static void help_and_version_need_nothing_else(void **state)
{
	struct args a;
	struct err e;
	assert_int_equal(parse("-h", &a, &e), 0);
	assert_true(a.is_short_help && args_has(&a, OPT_HELP));
	assert_int_equal(parse("ask --help", &a, &e), 0);
	assert_false(a.is_short_help);
	assert_int_equal(parse("--version", &a, &e), 0);
	assert_int_equal(parse("", &a, &e), 0);
	assert_int_equal(a.verb, VERB_NONE);
}

static void an_unknown_verb_is_left_to_another_program(void **state)
{
	struct args a;
	struct err e;
	assert_int_equal(parse("--socket /s cohort --strange -x", &a, &e), 0);
	assert_string_equal(a.foreign, "cohort");
	assert_int_equal(a.foreign_at, 3);
}

static void numbers_are_digits_within_bounds(void **state)
{
	static const char *const bad[] = {"ask p q --limit -1", "ask p q --limit 1x",
		"ask p q --limit 99", "ask p q --limit=", "ask p q --limit 99999999999999999999"};
	struct args a;
	struct err e;
	uint64_t v = 7;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(parse(bad[i], &a, &e), 0);
		assert_int_equal(args_uint(&a, OPT_LIMIT, 0, 9, &v, &e), LODE_BADREQ);
		assert_int_equal(v, 7);
	}
	assert_int_equal(parse("ask p q --limit 1 --limit 9", &a, &e), 0);
	assert_int_equal(args_uint(&a, OPT_LIMIT, 0, 9, &v, &e), 0);
	assert_int_equal(v, 9);
	assert_int_equal(args_uint(&a, OPT_DEADLINE, 0, 9, &v, &e), 0);
	assert_int_equal(v, 9);
}

static void spans_are_two_offsets_in_order(void **state)
{
	static const char *const bad[] = {
		"", "-", "3", "3-", "-3", "3-3", "4-3", "3-4-5", "a-b", " 3-4"};
	uint64_t start, end;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(args_span(bad[i], &start, &end), LODE_BADREQ);
	assert_int_equal(args_span("2210-2226", &start, &end), 0);
	assert_int_equal(start, 2210);
	assert_int_equal(end, 2226);
}

static void too_many_options_are_refused(void **state)
{
	static char *argv[ARGS_OPTIONS_MAX + 8];
	static char verb[] = "ask", why[] = "--why", p[] = "p";
	struct args a;
	struct err e;
	int n = 0;
	argv[n++] = p;
	argv[n++] = verb;
	while (n < ARGS_OPTIONS_MAX + 3)
		argv[n++] = why;
	assert_int_equal(args_parse(n, argv, &a, &e), LODE_BADREQ);
}

static void help_names_every_verb_and_option(void **state)
{
	struct buf out = {0};
	args_help(&out, VERB_NONE, false);
#define X(id, name, operands, least, most, help) args_help(&out, VERB_##id, false);
	VERB_LIST(X)
#undef X
	buf_put_byte(&out, 0);
#define X(id, name, operands, least, most, help) assert_non_null(strstr(out.p, "\n  " name " "));
	VERB_LIST(X)
#undef X
#define X(id, name, value, verbs, help) assert_non_null(strstr(out.p, "  --" name " "));
	OPTION_LIST(X)
#undef X
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operands_and_options_may_mix),
		cmocka_unit_test(double_dash_ends_options_and_a_dash_is_a_file),
		cmocka_unit_test(repeated_options_keep_their_order),
		cmocka_unit_test(what_a_verb_does_not_take_is_refused),
		cmocka_unit_test(help_and_version_need_nothing_else),
		cmocka_unit_test(an_unknown_verb_is_left_to_another_program),
		cmocka_unit_test(numbers_are_digits_within_bounds),
		cmocka_unit_test(spans_are_two_offsets_in_order),
		cmocka_unit_test(too_many_options_are_refused),
		cmocka_unit_test(help_names_every_verb_and_option),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
