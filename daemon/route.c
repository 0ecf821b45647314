#include "daemon/route.h"

#include "daemon/admin.h"
#include "daemon/ask.h"
#include "daemon/check.h"
#include "daemon/compact.h"
#include "daemon/context.h"
#include "daemon/ingest.h"
#include "daemon/metrics.h"
#include "daemon/model.h"
#include "daemon/patients.h"
#include "daemon/screen.h"
#include "daemon/search.h"
#include "daemon/stats.h"
#include "daemon/timeline.h"

#include <assert.h>
#include <stdio.h>

static const struct route routes[] = {
	{HTTP_M_POST, "/v1/notes", GRANT_INGEST, BODY_STREAM, ingest_steps, "progress ",
		"take in notes (NDJSON, gzip or zstd)", false},
	{HTTP_M_GET, "/v1/patients", GRANT_READ, BODY_NONE, patients_steps, "cursor limit ",
		"patients in id order", false},
	{HTTP_M_GET, "/v1/patients/{patient}", GRANT_READ, BODY_NONE, patient_steps, "",
		"counts of one chart", false},
	{HTTP_M_DELETE, "/v1/patients/{patient}", GRANT_ADMIN, BODY_NONE, patient_delete_steps, "",
		"delete a chart", false},
	{HTTP_M_GET, "/v1/patients/{patient}/notes", GRANT_READ, BODY_NONE, notes_steps,
		"cursor limit ", "notes of a chart in date order", false},
	{HTTP_M_GET, "/v1/patients/{patient}/notes/{note}", GRANT_READ, BODY_NONE, note_steps, "",
		"a note's text, or its metadata with Accept: application/json", false},
	{HTTP_M_DELETE, "/v1/patients/{patient}/notes/{note}", GRANT_ADMIN, BODY_NONE,
		note_delete_steps, "", "delete a note", false},
	{HTTP_M_POST, "/v1/patients/{patient}/ask", GRANT_READ, BODY_JSON, ask_steps, "",
		"does the chart say that the patient has it?", false},
	{HTTP_M_POST, "/v1/patients/{patient}/search", GRANT_READ, BODY_JSON, search_steps, "",
		"ranked passages of one chart", false},
	{HTTP_M_POST, "/v1/search", GRANT_READ, BODY_JSON, search_all_steps, "",
		"ranked passages of all charts", false},
	{HTTP_M_POST, "/v1/patients/{patient}/timeline", GRANT_READ, BODY_JSON, timeline_steps, "",
		"what the chart says of it, day by day", false},
	{HTTP_M_POST, "/v1/patients/{patient}/context", GRANT_READ, BODY_JSON, context_steps, "",
		"what the chart says of it, packed for a language model", false},
	{HTTP_M_POST, "/v1/screen", GRANT_READ, BODY_LIST, screen_steps, "",
		"does the chart say it, for many patients or (as admin) all", false},
	{HTTP_M_GET, "/v1/stats", GRANT_READ, BODY_NONE, stats_steps, "", "counts and sizes",
		false},
	{HTTP_M_GET, "/v1/model", GRANT_READ, BODY_NONE, model_steps, "", "what judges mentions",
		false},
	{HTTP_M_PUT, "/v1/model", GRANT_ADMIN, BODY_FILE, model_put_steps, "",
		"attach the model that is the body", false},
	{HTTP_M_DELETE, "/v1/model", GRANT_ADMIN, BODY_NONE, model_delete_steps, "restore ",
		"detach the model", false},
	{HTTP_M_GET, "/metrics", GRANT_READ, BODY_NONE, metrics_steps, "",
		"counts and times for Prometheus", true},
	{HTTP_M_POST, "/v1/admin/check", GRANT_ADMIN, BODY_NONE, admin_check_steps, "",
		"verify every stored record", false},
	{HTTP_M_POST, "/v1/admin/compact", GRANT_ADMIN, BODY_JSON, compact_steps, "progress ",
		"merge segments, forget what was deleted, give space back", false},
	{HTTP_M_POST, "/v1/admin/reload", GRANT_ADMIN, BODY_NONE, admin_reload_steps, "",
		"read the config file again", true},
	{HTTP_M_GET, "/healthz", GRANT_NONE, BODY_NONE, healthz_steps, "", "ready or draining",
		false},
};

enum { N_ROUTES = sizeof(routes) / sizeof(routes[0]) };

const struct route *route_at(size_t i)
{
	return i < N_ROUTES ? &routes[i] : NULL;
}

size_t route_number(const struct route *route)
{
	static_assert((int)N_ROUTES <= (int)METRICS_ROUTES, "metrics has a row for each route");
	return route ? (size_t)(route - routes) : N_ROUTES;
}

const char *route_method_name(enum http_method method)
{
	switch (method) {
	case HTTP_M_GET: return "GET";
	case HTTP_M_POST: return "POST";
	case HTTP_M_PUT: return "PUT";
	case HTTP_M_DELETE: return "DELETE";
	case HTTP_M_OTHER: break;
	}
	return "OTHER";
}

static struct slice take_segment(struct slice *path)
{
	const char *end = path->n ? memchr(path->p, '/', path->n) : NULL;
	struct slice segment = {path->p, end ? (size_t)(end - path->p) : path->n};
	size_t skip = segment.n + (end != NULL);
	path->p += skip;
	path->n -= skip;
	return segment;
}

static bool is_match(const char *pattern, struct slice path, struct route_match *out)
{
	struct slice rest = slice_str(pattern);
	out->patient = out->note = (struct slice){0};
	/* A trailing slash would be an empty last segment: no route has one. */
	if (path.n == 0 || path.p[path.n - 1] == '/')
		return false;
	while (rest.n && path.n) {
		struct slice want = take_segment(&rest), have = take_segment(&path);
		if (want.n == 0 || want.p[0] != '{') {
			if (!slice_eq(want, have))
				return false;
			continue;
		}
		if (have.n == 0)
			return false;
		if (slice_eq(want, SLICE("{patient}")))
			out->patient = have;
		else
			out->note = have;
	}
	return rest.n == 0 && path.n == 0;
}

bool route_find(enum http_method method, struct slice path, struct route_match *out)
{
	size_t n = 0;
	*out = (struct route_match){0};
	for (size_t i = 0; i < N_ROUTES; i++) {
		struct route_match m = {0};
		if (!is_match(routes[i].path, path, &m))
			continue;
		if (routes[i].method == method) {
			m.route = &routes[i];
			*out = m;
			return true;
		}
		n += (size_t)snprintf(out->allow + n, sizeof(out->allow) - n, "%s%s", n ? ", " : "",
			route_method_name(routes[i].method));
	}
	return false;
}

static bool is_known(const char *params, struct slice name)
{
	for (const char *p = params; *p; p++) {
		size_t n = strcspn(p, " ");
		if (slice_eq(slice_of(p, n), name))
			return true;
		p += n;
	}
	return false;
}

static int refuse_query(const struct route *route, unsigned number, struct err *e)
{
	struct slice known = slice_str(route->params);
	while (known.n && known.p[known.n - 1] == ' ')
		known.n--;
	if (known.n == 0)
		known = slice_str("none");
	return err_set(e, LODE_BADREQ, "query parameter %u is unknown; known: %.*s", number,
		(int)known.n, known.p);
}

int route_check_query(const struct route *route, struct slice query, struct err *e)
{
	unsigned number = 0;
	struct slice seen[8];
	while (query.n) {
		const char *amp = memchr(query.p, '&', query.n);
		struct slice pair = {query.p, amp ? (size_t)(amp - query.p) : query.n};
		const char *equals = pair.n ? memchr(pair.p, '=', pair.n) : NULL;
		struct slice name = {pair.p, equals ? (size_t)(equals - pair.p) : pair.n};
		if (number == 8 || !is_known(route->params, name))
			return refuse_query(route, number + 1, e);
		for (unsigned i = 0; i < number; i++)
			if (slice_eq(seen[i], name))
				return err_set(e, LODE_BADREQ, "query parameter %u is repeated",
					number + 1);
		seen[number++] = name;
		query.p += pair.n + (amp != NULL);
		query.n -= pair.n + (amp != NULL);
	}
	return 0;
}
