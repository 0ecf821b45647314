#include "client/call.h"

#include "base/http.h"
#include "client/client.h"

#include <stdlib.h>

enum {
	ANSWER_MAX = 256 * 1024 * 1024,
	TIMEOUT_S = 60,
	TIMEOUT_MAX_S = 24 * 3600,
	DEADLINE_GRACE_MS = 5000, /* the daemon's own 504 should come before our giving up */
};
#define ARENA_MAX ((size_t)2 << 30)

const char *call_socket_path(const struct args *a)
{
	/* Given empty, as by a shell variable that is not set, it is a mistake: the default would be
	 * somebody else's daemon. */
	const char *given = args_value(a, OPT_SOCKET), *path = getenv("LODESTONE_SOCKET");
	if (given)
		return given;
	return path && *path ? path : "/run/lodestone/lodestone.sock";
}

int call_exit_of(int code)
{
	switch (code) {
	case 0: return EXIT_DONE;
	case LODE_NOTFOUND: return EXIT_UNREACHABLE;
	case LODE_TIMEOUT:
	case LODE_BUSY: return EXIT_BUSY;
	case LODE_DENIED: return EXIT_DENIED;
	default: return EXIT_FAILED;
	}
}

int call_exit_of_status(unsigned status, int not_found)
{
	if (status >= 200 && status < 300)
		return EXIT_DONE;
	switch (status) {
	case 401:
	case 403: return EXIT_DENIED;
	case 404: return not_found;
	case 408:
	case 409:
	case 429:
	case 503:
	case 504: return EXIT_BUSY;
	default: return EXIT_FAILED;
	}
}

int call_fail(const struct call *c, const struct err *e)
{
	print_failure("%s", e->text[0] ? e->text : err_words(e->code));
	return call_exit_of(e->code);
}

int call_open(const struct args *a, struct call *out)
{
	struct err e = {0};
	uint64_t seconds = a->verb == VERB_COMPACT || a->verb == VERB_SCREEN ? TIMEOUT_MAX_S
									     : TIMEOUT_S,
		 deadline_ms = 0;
	*out = (struct call){.args = a, .answer = {.limit = ANSWER_MAX}};
	arena_init(&out->arena, ARENA_MAX);
	look_init(&out->look, args_value(a, OPT_COLOR));
	int rc = args_uint(a, OPT_TIMEOUT, 1, TIMEOUT_MAX_S, &seconds, &e);
	if (rc == 0)
		rc = args_deadline(a, &deadline_ms, &e);
	out->timeout_ms = seconds * 1000;
	if (out->timeout_ms < deadline_ms + DEADLINE_GRACE_MS && !args_has(a, OPT_TIMEOUT))
		out->timeout_ms = deadline_ms + DEADLINE_GRACE_MS;
	if (rc == 0)
		rc = link_open(call_socket_path(a), &out->link, &e);
	return rc ? call_fail(out, &e) : 0;
}

void call_close(struct call *c)
{
	link_close(c->link);
	buf_release(&c->answer);
	buf_release(&c->out);
	arena_release(&c->arena);
}

static int on_body(void *arg, bool is_ok, struct slice piece, struct err *e)
{
	struct call *c = arg;
	int rc = buf_put_slice(&c->answer, piece);
	return rc ? err_set(e, rc, "the answer is over %d MB", ANSWER_MAX >> 20) : 0;
}

int call_send(struct call *c, const char *method, struct slice url, const char *accept,
	struct slice body, struct err *e)
{
	bool is_file = strcmp(method, "PUT") == 0;
	const char *type = is_file ? "application/octet-stream" : "application/json";
	struct link_request request = {
		.method = method,
		.url = url,
		.content_type = body.p ? type : NULL,
		.accept = accept,
		.body = body,
		.timeout_ms = c->timeout_ms,
		.on_body = on_body,
		.arg = c,
	};
	buf_clear(&c->answer);
	arena_release(&c->arena);
	c->status = 0;
	int rc = link_begin(c->link, &request, e);
	return rc ? rc : link_finish(c->link, &c->status, e);
}

int call_problem(struct call *c, int not_found)
{
	struct json *problem;
	const struct json *message = NULL, *id = NULL;
	if (json_parse(buf_slice(&c->answer), &c->arena, &problem, NULL) == 0) {
		message = json_get(problem, "message");
		id = json_get(problem, "id");
	}
	if (!message || message->type != JSON_STRING)
		print_failure("the daemon answered %u %s", c->status, http_reason(c->status));
	else if (!id || (id->type != JSON_STRING && id->type != JSON_NUMBER))
		print_failure("%.*s (%u)", (int)message->str.n, message->str.p, c->status);
	else
		print_failure("%.*s (%u, id %.*s)", (int)message->str.n, message->str.p, c->status,
			(int)(id->type == JSON_STRING ? id->str.n : id->raw.n),
			id->type == JSON_STRING ? id->str.p : id->raw.p);
	return call_exit_of_status(c->status, not_found);
}

int call_expect(struct call *c, const char *method, struct slice url, const char *accept,
	struct slice body, int not_found)
{
	struct err e = {0};
	int rc = call_send(c, method, url, accept, body, &e);
	if (rc)
		return call_fail(c, &e);
	return c->status >= 200 && c->status < 300 ? 0 : call_problem(c, not_found);
}

int call_json(struct call *c, struct json **out)
{
	struct err e = {0};
	int rc = json_parse(buf_slice(&c->answer), &c->arena, out, &e);
	if (rc == 0)
		return 0;
	print_failure("the daemon's answer is not JSON: %s", e.text);
	return EXIT_FAILED;
}

static void put_document(struct call *c, struct slice json)
{
	if (c->look.is_terminal)
		print_json_safe(&c->out, json);
	else
		buf_put_slice(&c->out, json);
}

static struct slice trimmed(struct slice s)
{
	while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r' || s.p[s.n - 1] == ' '))
		s.n--;
	return s;
}

void call_put_json(struct call *c, bool is_ndjson)
{
	struct slice rest = trimmed(buf_slice(&c->answer));
	bool is_array = is_ndjson && args_format(c->args) == FORMAT_JSON;
	if (!is_array) {
		put_document(c, rest);
		if (rest.n)
			buf_put_byte(&c->out, '\n');
		return;
	}
	const char *comma = "";
	buf_put_byte(&c->out, '[');
	while (rest.n) {
		const char *end = memchr(rest.p, '\n', rest.n);
		size_t n = end ? (size_t)(end - rest.p) : rest.n;
		struct slice line = trimmed(slice_of(rest.p, n));
		if (line.n) {
			buf_put_str(&c->out, comma);
			put_document(c, line);
			comma = ",\n";
		}
		n += end ? 1 : 0;
		rest = slice_of(rest.p + n, rest.n - n);
	}
	buf_put_str(&c->out, "]\n");
}

int call_print(struct call *c, int code)
{
	struct err e = {0};
	int rc = c->out.failed ? err_set(&e, LODE_NOMEM, "out of memory")
			       : print_out(buf_slice(&c->out), &e);
	buf_clear(&c->out);
	if (rc == 0)
		return code;
	print_failure("%s", e.text);
	return EXIT_FAILED;
}

void call_patient_url(struct buf *out, struct slice patient, const char *tail)
{
	buf_put_str(out, "/v1/patients/");
	http_escape(out, patient);
	buf_put_str(out, tail);
}
