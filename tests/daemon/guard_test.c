#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "daemon/guard.h"

#include <stdio.h>

static void policies_are_read_in_order(void **state)
{
	(void)state;
	struct guard_policy p;
	assert_int_equal(guard_policy_read("flag date=allow", &p, NULL), 0);
	assert_int_equal(p.rejected, 0);
	assert_int_equal(p.flagged, ((1u << TOK_PHI_COUNT) - 1) & ~(1u << TOK_PHI_DATE));
	assert_int_equal(guard_policy_read("allow, ssn=reject,name=flag", &p, NULL), 0);
	assert_int_equal(p.rejected, 1u << TOK_PHI_SSN);
	assert_int_equal(p.flagged, 1u << TOK_PHI_NAME);
	assert_int_equal(guard_policy_read("ssn=reject allow", &p, NULL), 0);
	assert_int_equal(p.rejected | p.flagged, 0);
	assert_int_equal(guard_policy_read("", &p, NULL), 0);
	assert_int_equal(p.rejected | p.flagged, 0);
}

static void bad_policies_change_nothing(void **state)
{
	(void)state;
	static const char *const bad[] = {"maybe", "shoe=flag", "ssn=", "=flag", "ssn=reject=x"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct guard_policy p = {1, 2};
		struct err e = {0};
		assert_int_equal(guard_policy_read(bad[i], &p, &e), LODE_BADREQ);
		assert_int_equal(p.flagged, 1);
		assert_int_equal(p.rejected, 2);
	}
}

static int look(struct guard *g, const char *text, struct err *e)
{
	struct tokenizer *t;
	struct arena a;
	struct note_in note = {
		.patient = SLICE("p1"), .note_id = SLICE("n\"1"), .text = slice_str(text)};
	arena_init(&a, 1 << 20);
	assert_int_equal(tok_create(&t, NULL), 0);
	int rc = guard_note(g, t, &a, &note, e);
	tok_destroy(t);
	arena_release(&a);
	return rc;
}

static void expect_account(const struct guard *g, const char *want)
{
	struct buf out = {0};
	struct json_writer w;
	json_init(&w, &out);
	json_begin_object(&w);
	guard_write(g, &w);
	json_end_object(&w);
	buf_put_byte(&out, 0);
	assert_string_equal(out.p, want);
	buf_release(&out);
}

static void places_are_told_and_never_the_text(void **state)
{
	(void)state;
	struct guard g = {0};
	struct err e = {0};
	assert_int_equal(guard_policy_read("flag", &g.policy, NULL), 0);
	assert_int_equal(look(&g, "Call 617-555-0123. SSN 123-45-6789", &e), 0);
	assert_int_equal(look(&g, "No fever.", &e), 0);
	assert_int_equal(guard_total(&g), 2);
	expect_account(&g,
		"{\"phi\":{\"notes\":1,\"found\":{\"phone\":1,\"ssn\":1},\"places\":["
		"{\"patient\":\"p1\",\"note_id\":\"n\\\"1\",\"type\":\"phone\",\"start\":5,"
		"\"bytes\":12},{\"patient\":\"p1\",\"note_id\":\"n\\\"1\",\"type\":\"ssn\","
		"\"start\":23,\"bytes\":11}]}}");
	guard_release(&g);
}

static void a_rejected_type_refuses_the_note(void **state)
{
	(void)state;
	struct guard g = {0};
	struct err e = {0};
	assert_int_equal(guard_policy_read("flag ssn=reject", &g.policy, NULL), 0);
	assert_int_equal(look(&g, "Call 617-555-0123", &e), 0);
	assert_int_equal(look(&g, "SSN 123-45-6789", &e), LODE_BADREQ);
	assert_string_equal(e.text, "identifier: ssn at byte 4, 11 bytes");
	assert_int_equal(guard_total(&g), 2);
	guard_release(&g);
}

static void allowed_types_are_not_looked_for(void **state)
{
	(void)state;
	struct guard g = {0};
	assert_int_equal(guard_policy_read("allow", &g.policy, NULL), 0);
	assert_int_equal(look(&g, "SSN 123-45-6789", NULL), 0);
	assert_int_equal(guard_total(&g), 0);
	expect_account(&g, "{\"phi\":{\"notes\":0,\"found\":{},\"places\":[]}}");
}

static void accounts_add_up_and_keep_the_first_places(void **state)
{
	(void)state;
	struct guard a = {0}, b = {0};
	struct err e = {0};
	guard_policy_read("flag", &a.policy, NULL);
	b.policy = a.policy;
	for (int i = 0; i < 70; i++) {
		assert_int_equal(look(&a, "SSN 123-45-6789", &e), 0);
		assert_int_equal(look(&b, "fax 617-555-0123", &e), 0);
	}
	guard_take(&a, &b);
	assert_int_equal(a.found[TOK_PHI_SSN], 70);
	assert_int_equal(a.found[TOK_PHI_FAX], 70);
	assert_int_equal(a.notes, 140);
	assert_int_equal(a.n_places, GUARD_PLACES_TOLD);
	assert_int_equal(guard_total(&b) + b.notes + b.n_places + b.places.n, 0);
	assert_int_equal(a.place_ends[GUARD_PLACES_TOLD - 1], a.places.n);
	assert_int_equal(look(&b, "fax 617-555-0123", &e), 0);
	assert_int_equal(b.n_places, 1);
	guard_release(&a);
	guard_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policies_are_read_in_order),
		cmocka_unit_test(bad_policies_change_nothing),
		cmocka_unit_test(places_are_told_and_never_the_text),
		cmocka_unit_test(a_rejected_type_refuses_the_note),
		cmocka_unit_test(allowed_types_are_not_looked_for),
		cmocka_unit_test(accounts_add_up_and_keep_the_first_places),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
