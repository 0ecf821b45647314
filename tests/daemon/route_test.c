#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "daemon/route.h"

static bool find(enum http_method method, const char *path, struct route_match *m)
{
	return route_find(method, slice_str(path), m);
}

static void path_ids_are_cut_out_still_encoded(void **state)
{
	struct route_match m;
	assert_true(find(HTTP_M_GET, "/v1/patients/a%2Fb/notes/n%20", &m));
	assert_string_equal(m.route->path, "/v1/patients/{patient}/notes/{note}");
	assert_true(slice_eq(m.patient, SLICE("a%2Fb")));
	assert_true(slice_eq(m.note, SLICE("n%20")));
	assert_true(find(HTTP_M_GET, "/v1/patients", &m));
	assert_null(m.patient.p);
}

static void other_paths_match_nothing(void **state)
{
	static const char *const paths[] = {"", "/", "/v1/patients/", "/v1/patients//notes",
		"/v1/patients/p/", "/v1/patients/p/notes/n/", "/v1/patients/p/notes/n/x",
		"v1/patients", "//v1/patients", "/v1/patientsx", "/V1/patients", "/healthz/"};
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct route_match m;
		if (find(HTTP_M_GET, paths[i], &m) || m.allow[0])
			fail_msg("\"%s\" matched", paths[i]);
	}
}

static void another_method_lists_the_allowed_ones(void **state)
{
	struct route_match m;
	assert_false(find(HTTP_M_POST, "/v1/patients/p", &m));
	assert_string_equal(m.allow, "GET, DELETE");
	assert_false(find(HTTP_M_OTHER, "/v1/notes", &m));
	assert_string_equal(m.allow, "POST");
}

static void deleting_needs_the_admin_grant_and_ingest_its_own(void **state)
{
	const struct route *r;
	for (size_t i = 0; (r = route_at(i)) != NULL; i++) {
		if (r->method == HTTP_M_DELETE)
			assert_int_equal(r->grant, GRANT_ADMIN);
		if (strncmp(r->path, "/v1/admin/", 10) == 0)
			assert_int_equal(r->grant, GRANT_ADMIN);
		assert_int_equal(route_number(r), i);
		assert_false(r->without_audit && strstr(r->path, "patient"));
		if (r->body == BODY_STREAM)
			assert_int_equal(r->grant, GRANT_INGEST);
		assert_true(r->help[0] && r->steps);
	}
}

static void query_parameters_are_checked_by_name_and_number(void **state)
{
	struct route_match m;
	struct err e = {0};
	assert_true(find(HTTP_M_GET, "/v1/patients", &m));
	assert_int_equal(route_check_query(m.route, slice_str(""), &e), 0);
	assert_int_equal(route_check_query(m.route, slice_str("cursor=a%26&limit=3"), &e), 0);
	assert_int_equal(route_check_query(m.route, slice_str("limit"), &e), 0);
	assert_int_equal(route_check_query(m.route, slice_str("limit=3&"), &e), 0);
	assert_int_equal(route_check_query(m.route, slice_str("&limit=3"), &e), LODE_BADREQ);
	assert_int_equal(route_check_query(m.route, slice_str("limit=1&limit=2"), &e), LODE_BADREQ);
	assert_int_equal(route_check_query(m.route, slice_str("lim=1"), &e), LODE_BADREQ);
	assert_string_equal(e.text, "query parameter 1 is unknown; known: cursor limit");
	assert_int_equal(route_check_query(m.route, slice_str("cursor limit=1"), &e), LODE_BADREQ);
	assert_int_equal(route_check_query(m.route, slice_str("=1"), &e), LODE_BADREQ);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(path_ids_are_cut_out_still_encoded),
		cmocka_unit_test(other_paths_match_nothing),
		cmocka_unit_test(another_method_lists_the_allowed_ones),
		cmocka_unit_test(deleting_needs_the_admin_grant_and_ingest_its_own),
		cmocka_unit_test(query_parameters_are_checked_by_name_and_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
