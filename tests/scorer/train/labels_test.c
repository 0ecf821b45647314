/* A site's own labels: read into items, and refused where they do not fit their reports. */
#include "scorer/train/eval_judged.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const reports =
	"{\"id\": \"r1\", \"text\": \"She denies asthma.\"}\n{\"id\": \"r2\", \"text\": \"Gout.\"}\n";
static const char *const head =
	"report\tbegin\tend\tsurface\tnegation\tcertainty\texperiencer\ttemporality\tpresent\n";

static char reports_path[] = "/tmp/labels_reports.XXXXXX", labels_path[] = "/tmp/labels.XXXXXX";

static int put(char *path, const char *a, const char *b)
{
	FILE *f = fopen(path, "w");
	return !f || fputs(a, f) < 0 || fputs(b, f) < 0 || fclose(f) != 0;
}

static int set_up(void **state)
{
	return close(mkstemp(reports_path)) || close(mkstemp(labels_path)) ||
	       put(reports_path, reports, "");
}

static int tear_down(void **state)
{
	return unlink(reports_path) || unlink(labels_path);
}

static int load(const char *rows, struct eval_data *d)
{
	struct tokenizer *t = NULL;
	struct err e = {0, ""};
	assert_int_equal(put(labels_path, head, rows), 0);
	assert_int_equal(tok_create(&t, &e), 0);
	int rc = eval_load_labels(t, labels_path, reports_path, d, &e);
	if (rc)
		assert_true(e.text[0] != '\0');
	tok_destroy(t);
	return rc;
}

static void test_rows(void **state)
{
	struct eval_data d;
	assert_int_equal(load("r1\t11\t17\tasthma\tnegated\tcertain\tpatient\trecent\tno\n"
			      "r2\t0\t4\tGout\tnot_a_problem\t-\t-\t-\t-\n"
			      "r2\t0\t4\tGout\taffirmed\t?\tpatient\thistorical\tunsure\n",
				 &d),
		0);
	assert_int_equal(d.n, 2);
	assert_int_equal(d.items[0].gold[AXIS_NEGATION], NEG_NEGATED);
	assert_int_equal(d.items[0].gold_present, 0);
	assert_int_equal(d.items[1].gold[AXIS_CERTAINTY], GOLD_SKIP);
	assert_int_equal(d.items[1].gold_present, GOLD_SKIP);
	assert_int_not_equal(d.items[0].cluster, d.items[1].cluster);
	eval_release(&d);
}

static void test_wrong_rows(void **state)
{
	static const char *const wrong[] = {
		"r1\t11\t99\tasthma\tnegated\tcertain\tpatient\trecent\tno\n",
		"r1\t17\t11\tasthma\tnegated\tcertain\tpatient\trecent\tno\n",
		"r9\t0\t1\tx\tnegated\tcertain\tpatient\trecent\tno\n", "r1\t11\t17\tasthma\n"};
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct eval_data d;
		assert_true(load(wrong[i], &d) < 0);
		eval_release(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_wrong_rows),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
