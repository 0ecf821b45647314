#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "daemon/access.h"
#include "daemon/config.h"

enum { ALL = GRANT_READ | GRANT_INGEST | GRANT_ADMIN };

static void root_and_the_daemons_own_uid_may_everything(void **state)
{
	struct access a = {.own_uid = 100};
	gid_t group = 7;
	assert_int_equal(access_grants(&a, 0, &group, 1), ALL);
	assert_int_equal(access_grants(&a, 100, &group, 1), ALL);
	assert_int_equal(access_grants(&a, 101, &group, 1), GRANT_NONE);
}

static void groups_add_up(void **state)
{
	struct access a = {.own_uid = 100};
	struct err e = {0};
	assert_int_equal(access_add_group(&a, 7, GRANT_READ, &e), 0);
	assert_int_equal(access_add_group(&a, 8, GRANT_INGEST, &e), 0);
	assert_int_equal(access_add_group(&a, 8, GRANT_ADMIN, &e), 0);
	gid_t both[] = {1, 8, 7};
	assert_int_equal(access_grants(&a, 101, both, 3), ALL);
	assert_int_equal(access_grants(&a, 101, both, 2), GRANT_INGEST | GRANT_ADMIN);
	assert_int_equal(access_grants(&a, 101, both, 1), GRANT_NONE);
}

static void unknown_group_names_are_refused(void **state)
{
	struct config c;
	struct access a;
	struct err e = {0};
	assert_int_equal(config_init(&c), 0);
	assert_int_equal(config_set(&c, SLICE("read_groups"), SLICE("root, 4711"), &e), 0);
	assert_int_equal(access_init(&a, &c, &e), 0);
	assert_int_equal(a.n_groups, 2);
	assert_int_equal(a.groups[1].gid, 4711);
	assert_int_equal(config_set(&c, SLICE("read_groups"), SLICE("no-such-group-here"), &e), 0);
	assert_int_equal(access_init(&a, &c, &e), LODE_BADREQ);
	config_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_and_the_daemons_own_uid_may_everything),
		cmocka_unit_test(groups_add_up),
		cmocka_unit_test(unknown_group_names_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
