#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "daemon/indication.h"

#include <ctype.h>

static void check_list(const char *list)
{
	for (const char *p = list; *p; p++)
		assert_false(isupper((unsigned char)*p));
	assert_null(strstr(list, "||"));
	assert_true(*list == '\0' || (list[0] != '|' && list[strlen(list) - 1] != '|'));
}

static void every_row_has_a_condition_and_a_sign_we_can_read(void **state)
{
	(void)state;
	for (unsigned i = 0; i < indication_count; i++) {
		const struct indication *row = &indications[i];
		assert_true(*row->conditions);
		check_list(row->conditions);
		check_list(row->signs);
		assert_true(*row->signs || row->test);
		if (!row->test)
			continue;
		const struct tok_analyte *test = tok_analyte_by_name(slice_str(row->test));
		assert_non_null(test);
		assert_true(row->relation == '<' || row->relation == '>');
		assert_true(row->threshold > test->least && row->threshold < test->most);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_has_a_condition_and_a_sign_we_can_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
