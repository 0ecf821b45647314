#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "daemon/config.h"

static int parse(struct config *c, const char *text, struct err *e)
{
	assert_int_equal(config_init(c), 0);
	return config_parse(c, slice_str(text), e);
}

static void defaults_are_those_of_the_table(void **state)
{
	struct config c;
	assert_int_equal(config_init(&c), 0);
	assert_int_equal(c.max_connections, 1024);
	assert_int_equal(c.max_ingest_line, 8 << 20);
	assert_int_equal(c.query_deadline_ms, 30000);
	assert_null(c.data);
	assert_string_equal(c.read_groups, "");
	config_release(&c);
}

static void lines_comments_and_blanks_are_read(void **state)
{
	struct config c;
	struct err e = {0};
	assert_int_equal(parse(&c,
				 "# a comment\r\n\n  max_connections=7\n\tmax_head = 2K \n"
				 "data = /var/lib/with blanks \nread_groups=",
				 &e),
		0);
	assert_int_equal(c.max_connections, 7);
	assert_int_equal(c.max_head, 2048);
	assert_string_equal(c.data, "/var/lib/with blanks");
	assert_string_equal(c.read_groups, "");
	config_release(&c);
}

/* As a file's bytes are; ASan with strict_string_checks sees any look behind them. */
static void a_text_that_ends_without_a_nul_is_read_no_further(void **state)
{
	static const char line[] = "read_groups = 4711";
	struct config c;
	struct err e = {0};
	size_t n = sizeof(line) - 1;
	char *exact = malloc(n);
	assert_non_null(exact);
	memcpy(exact, line, n);
	assert_int_equal(config_init(&c), 0);
	assert_int_equal(config_parse(&c, slice_of(exact, n), &e), 0);
	assert_string_equal(c.read_groups, "4711");
	config_release(&c);
	free(exact);
}

static void errors_name_the_line(void **state)
{
	static const struct {
		const char *text, *word;
	} cases[] = {
		{"\n\nmax_conections = 3", "line 3"},
		{"max_connections", "line 1"},
		{"max_connections = ", "not a number"},
		{"max_connections = 0", "within 1.."},
		{"max_connections = 10K", "not a number"},
		{"max_head = 16KB", "not a size"},
		{"max_head = K", "not a size"},
		{"max_head = -4096", "not a size"},
		{"max_head = 99999999999999999999", "too large"},
		{"max_head = 9223372036854775807G", "within"},
		{"idle_ms = 1.5", "not a number"},
		{"= 3", "no such setting"},
		{"audit_required = 1", "yes or no"},
		{"audit_required =", "yes or no"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct config c;
		struct err e = {0};
		assert_int_equal(parse(&c, cases[i].text, &e), LODE_BADREQ);
		if (!strstr(e.text, cases[i].word))
			fail_msg("case %zu: \"%s\" lacks \"%s\"", i, e.text, cases[i].word);
		config_release(&c);
	}
}

static void a_refused_value_leaves_the_old_one(void **state)
{
	struct config c;
	struct err e = {0};
	assert_int_equal(parse(&c, "queue = 9\nqueue = 0\n", &e), LODE_BADREQ);
	assert_int_equal(c.queue, 9);
	config_release(&c);
}

struct said {
	char applied[256], held[256];
};

static void take_name(void *arg, const char *name, bool is_applied)
{
	struct said *s = arg;
	char *to = is_applied ? s->applied : s->held;
	size_t n = strlen(to);
	snprintf(to + n, sizeof(s->held) - n, "%s ", name);
}

static void a_swap_changes_the_settings_that_may_change(void **state)
{
	struct config now, next;
	struct err e = {0};
	struct said s = {0};
	assert_int_equal(parse(&now, "queue = 9\nread_groups = a\nworkers = 3\n", &e), 0);
	assert_int_equal(parse(&next,
				 "queue = 8\nread_groups = b\nworkers = 4\ndata = d\n"
				 "audit_required = yes\n",
				 &e),
		0);
	config_swap(&now, &next, take_name, &s);
	config_release(&next);
	assert_string_equal(s.applied, "read_groups queue audit_required ");
	assert_string_equal(s.held, "data workers ");
	assert_int_equal(now.queue, 8);
	assert_int_equal(now.audit_required, 1);
	assert_string_equal(now.read_groups, "b");
	assert_int_equal(now.workers, 3);
	assert_null(now.data);
	config_release(&now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_table),
		cmocka_unit_test(lines_comments_and_blanks_are_read),
		cmocka_unit_test(a_text_that_ends_without_a_nul_is_read_no_further),
		cmocka_unit_test(errors_name_the_line),
		cmocka_unit_test(a_swap_changes_the_settings_that_may_change),
		cmocka_unit_test(a_refused_value_leaves_the_old_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
