/* Routes: one table of method, path, grant, body, steps and help. */
#ifndef LODESTONE_DAEMON_ROUTE_H
#define LODESTONE_DAEMON_ROUTE_H

#include "base/arena.h"
#include "base/http.h"
#include "daemon/access.h"
#include "daemon/request.h"

/* BODY_LIST: as BODY_JSON, and may hold a long list of ids. */
enum body_kind { BODY_NONE, BODY_JSON, BODY_LIST, BODY_FILE, BODY_STREAM };

struct route {
	enum http_method method;
	const char *path; /* segments in braces match one non-empty segment */
	enum grant grant;
	enum body_kind body;
	const struct step *steps;
	const char *params; /* query parameters it knows, each followed by a blank */
	const char *help;
	bool without_audit; /* answered even when the audit log is required and cannot be written:
			     * says nothing of any patient */
};

struct route_match {
	const struct route *route;
	struct slice patient, note; /* still percent-encoded; p == NULL when the path has none */
	char allow[40];             /* methods of the path, for 405; empty: no such path */
};

/* true when a route was found. */
bool route_find(enum http_method method, struct slice path, struct route_match *out);
/* LODE_BADREQ when the query string has a parameter the route does not know, or one twice. */
int route_check_query(const struct route *route, struct slice query, struct err *e);
const struct route *route_at(size_t i);         /* NULL past the last */
size_t route_number(const struct route *route); /* of the table; NULL: one past it */
const char *route_method_name(enum http_method method);

#endif
