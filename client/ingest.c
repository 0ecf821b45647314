/* ingest: files of notes, line by line, to the daemon.
 *
 *   source_pull -> on_piece -> (cut at line ends into requests) -> link_send
 *                                    answers: on_answer -> line by line -> report
 *
 * Requests are bounded, so that a failure costs little, and line numbers of the answer are turned
 * back into lines of files by the request's segments.  Lines are never held whole here: a line of
 * any length passes through. */
#include "base/http.h"
#include "base/json.h"
#include "client/call.h"
#include "client/client.h"
#include "client/dry.h"
#include "client/report.h"
#include "client/source.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	PIECE_BYTES = 256 * 1024,
	REQUEST_LINES = 500 * 1000,
	REQUEST_BYTES = 256 * 1024 * 1024,
	/* The daemon lists the first 1,000 rejects of a request: with --rejects no request has
	 * more lines than that, so that none goes unlisted. */
	REQUEST_LINES_LISTED = 1000,
	ANSWER_LINE_MAX = 1024 * 1024,
	PROBLEM_MAX = 64 * 1024,
	TIMEOUT_S = 600,
};

/* Lines from request_line on are those of the file from file_line on. */
struct segment {
	const char *file;
	uint64_t file_line, request_line;
};

struct ingest {
	const struct args *args;
	struct link *link;
	uint64_t timeout_ms;
	struct report report;
	struct dry *dry; /* --dry-run */

	/* the file being read */
	const char *file;
	uint64_t file_line; /* of the line that begins next, or is begun */
	bool is_mid_line, is_file_start;

	/* the request being sent */
	bool is_open, is_over; /* is_over: the daemon has answered before we were through */
	struct buf pending;
	uint64_t request_line, request_bytes;
	struct segment *segments;
	size_t n_segments, cap_segments;

	/* its answer */
	struct buf line, problem;
	struct arena arena;
	bool has_summary;

	int code; /* exit code of the first failure */
	struct err err;
};

/* ---- the answer ---- */

static void place_of(const struct ingest *g, uint64_t line, const char **file, uint64_t *file_line)
{
	size_t i = g->n_segments;
	*file = "?";
	*file_line = line;
	while (i-- > 0)
		if (g->segments[i].request_line <= line) {
			*file = g->segments[i].file;
			*file_line = g->segments[i].file_line + line - g->segments[i].request_line;
			return;
		}
}

static uint64_t uint_of(const struct json *o, const char *key)
{
	int64_t n = 0;
	const struct json *v = json_get(o, key);
	return v && json_int(v, 0, INT64_MAX, &n) == 0 ? (uint64_t)n : 0;
}

static void take_summary(struct ingest *g, const struct json *summary)
{
	struct report *r = &g->report;
	uint64_t rejected = uint_of(summary, "rejected");
	uint64_t listed =
		json_get(summary, "rejects_listed") ? uint_of(summary, "rejects_listed") : rejected;
	r->lines += uint_of(summary, "lines");
	r->added += uint_of(summary, "added");
	r->replaced += uint_of(summary, "replaced");
	r->unchanged += uint_of(summary, "unchanged");
	if (json_get(summary, "phi"))
		r->phi_notes += uint_of(json_get(summary, "phi"), "notes");
	r->unlisted += rejected > listed ? rejected - listed : 0;
	g->has_summary = true;
}

static int take_line(struct ingest *g, struct slice line, struct err *e)
{
	struct json *o;
	struct err why = {0};
	arena_release(&g->arena);
	if (line.n == 0)
		return 0;
	if (json_parse(line, &g->arena, &o, &why))
		return err_set(e, LODE_CORRUPT, "the daemon's answer is not NDJSON: %s", why.text);
	const struct json *error = json_get(o, "error"), *summary = json_get(o, "summary");
	if (summary && summary->type == JSON_OBJECT) {
		take_summary(g, summary);
	} else if (error && error->type == JSON_STRING && json_get(o, "line")) {
		const char *file;
		uint64_t file_line;
		place_of(g, uint_of(o, "line"), &file, &file_line);
		report_reject(&g->report, file, file_line, error->str);
	} else if (json_get(o, "status") && json_get(o, "message")) {
		/* A failure after the head said 200. */
		const struct json *message = json_get(o, "message");
		int code = call_exit_of_status((unsigned)uint_of(o, "status"), EXIT_FAILED);
		g->code = code ? code : EXIT_FAILED;
		return err_set(e, LODE_IO, "%.*s",
			message->type == JSON_STRING ? (int)message->str.n : 0,
			message->str.p ? message->str.p : "");
	}
	return 0;
}

static int take_lines(struct ingest *g, struct err *e)
{
	size_t from = 0;
	int rc = 0;
	while (rc == 0) {
		const char *at = g->line.p + from;
		const char *end = g->line.n > from ? memchr(at, '\n', g->line.n - from) : NULL;
		if (!end)
			break;
		rc = take_line(g, slice_of(at, (size_t)(end - at)), e);
		from += (size_t)(end - at) + 1;
	}
	buf_drop_front(&g->line, from);
	if (rc == 0 && g->line.n > ANSWER_LINE_MAX)
		rc = err_set(e, LODE_TOOBIG, "a line of the daemon's answer is over 1 MB");
	report_bar(&g->report, false);
	return rc;
}

static int on_answer(void *arg, bool is_ok, struct slice piece, struct err *e)
{
	struct ingest *g = arg;
	if (!is_ok) {
		int rc = buf_put_slice(&g->problem, piece);
		return rc ? err_set(e, rc, "the daemon's answer is too long") : 0;
	}
	int rc = buf_put_slice(&g->line, piece);
	return rc ? err_set(e, rc, "out of memory") : take_lines(g, e);
}

/* ---- requests ---- */

static int fail(struct ingest *g, int code, const char *text)
{
	report_note(&g->report, "ingest", text);
	if (!g->code)
		g->code = code;
	return LODE_CANCELLED;
}

static int fail_link(struct ingest *g, const struct err *e)
{
	return fail(g, g->code ? g->code : call_exit_of(e->code), e->text);
}

static int add_segment(struct ingest *g)
{
	if (g->n_segments == g->cap_segments) {
		size_t cap = g->cap_segments ? g->cap_segments * 2 : 16;
		struct segment *p = realloc(g->segments, cap * sizeof(*p));
		if (!p)
			return fail(g, EXIT_FAILED, "out of memory");
		g->segments = p;
		g->cap_segments = cap;
	}
	g->segments[g->n_segments++] = (struct segment){g->file, g->file_line, g->request_line};
	return 0;
}

static int begin_request(struct ingest *g)
{
	struct err e = {0};
	const char *url = g->report.has_bar ? "/v1/notes?progress=1" : "/v1/notes";
	struct link_request request = {
		.method = "POST",
		.url = slice_str(url),
		.content_type = "application/x-ndjson",
		.accept = "application/x-ndjson",
		.is_streamed = true,
		.timeout_ms = g->timeout_ms,
		.on_body = on_answer,
		.arg = g,
	};
	g->request_line = 1;
	g->request_bytes = 0;
	g->n_segments = 0;
	g->has_summary = g->is_over = false;
	buf_clear(&g->line);
	buf_clear(&g->problem);
	int rc = link_begin(g->link, &request, &e);
	if (rc)
		return fail_link(g, &e);
	g->is_open = true;
	return add_segment(g);
}

static int flush(struct ingest *g)
{
	struct err e = {0};
	if (g->pending.failed)
		return fail(g, EXIT_FAILED, "out of memory");
	if (g->pending.n == 0 || g->is_over)
		return 0;
	int rc = link_send(g->link, buf_slice(&g->pending), &e);
	buf_clear(&g->pending);
	report_bar(&g->report, false);
	if (rc < 0)
		return fail_link(g, &e);
	g->is_over = rc == 1;
	return 0;
}

static int read_problem(struct ingest *g, unsigned status)
{
	char text[256];
	struct json *problem;
	const struct json *message = NULL;
	arena_release(&g->arena);
	if (json_parse(buf_slice(&g->problem), &g->arena, &problem, NULL) == 0)
		message = json_get(problem, "message");
	if (message && message->type == JSON_STRING)
		snprintf(text, sizeof(text), "%.*s (%u)", (int)message->str.n, message->str.p,
			status);
	else
		snprintf(text, sizeof(text), "the daemon answered %u %s", status,
			http_reason(status));
	return fail(g, call_exit_of_status(status, EXIT_FAILED), text);
}

static int end_request(struct ingest *g)
{
	struct err e = {0};
	unsigned status = 0;
	if (!g->is_open)
		return 0;
	int rc = flush(g);
	g->is_open = false;
	if (rc)
		return rc;
	if (link_finish(g->link, &status, &e))
		return fail_link(g, &e);
	if (status < 200 || status >= 300)
		return read_problem(g, status);
	/* A last line without its end is a line too. */
	if (g->line.n && take_line(g, buf_slice(&g->line), &e))
		return fail_link(g, &e);
	if (!g->has_summary || g->is_over)
		return fail(g, EXIT_FAILED, "the daemon ended its answer before it had everything");
	return 0;
}

/* ---- lines ---- */

static bool is_full(const struct ingest *g)
{
	uint64_t most = g->report.file ? REQUEST_LINES_LISTED : REQUEST_LINES;
	return g->request_line > most || g->request_bytes >= REQUEST_BYTES;
}

static int append(struct ingest *g, struct slice bytes)
{
	buf_put_slice(&g->pending, bytes);
	g->request_bytes += bytes.n;
	g->report.text_bytes += bytes.n;
	return g->pending.n >= PIECE_BYTES ? flush(g) : 0;
}

static int end_line(struct ingest *g)
{
	g->is_mid_line = false;
	g->file_line++;
	g->request_line++;
	g->report.sent_lines++;
	return is_full(g) ? end_request(g) : 0;
}

/* Up to and with the next line end. */
static int take_part(struct ingest *g, struct slice *piece)
{
	const char *end = memchr(piece->p, '\n', piece->n);
	size_t n = end ? (size_t)(end - piece->p) + 1 : piece->n;
	struct slice part = slice_of(piece->p, n);
	*piece = slice_of(piece->p + n, piece->n - n);
	int rc = g->is_open ? 0 : begin_request(g);
	if (rc == 0)
		rc = append(g, part);
	if (rc == 0 && g->is_over)
		rc = end_request(g);
	g->is_mid_line = true;
	return rc == 0 && end ? end_line(g) : rc;
}

static int on_piece(void *arg, struct slice piece)
{
	struct ingest *g = arg;
	int rc = 0;
	/* Windows writes a byte order mark, which JSON does not allow. */
	if (g->is_file_start && piece.n >= 3 && memcmp(piece.p, "\xef\xbb\xbf", 3) == 0)
		piece = slice_of(piece.p + 3, piece.n - 3);
	if (piece.n)
		g->is_file_start = false;
	if (g->dry)
		return dry_feed(g->dry, &g->report, g->file, piece);
	while (piece.n && rc == 0)
		rc = take_part(g, &piece);
	return rc;
}

/* A file whose last line has no end gets one, or the next file would continue it. */
static int end_file(struct ingest *g)
{
	if (g->dry)
		return dry_end(g->dry, &g->report, g->file);
	if (!g->is_mid_line || !g->is_open)
		return 0;
	int rc = append(g, SLICE("\n"));
	g->report.text_bytes--;
	return rc ? rc : end_line(g);
}

/* ---- files ---- */

static int wait_input(struct ingest *g, const struct source *s)
{
	struct err e = {0};
	struct pollfd input = {.fd = source_fd(s), .events = POLLIN};
	if (!g->is_open)
		return 0;
	/* What a slow pipe gave so far goes out before we wait for more of it. */
	if (g->pending.n && poll(&input, 1, 0) == 0 && flush(g))
		return LODE_CANCELLED;
	int rc = link_wait_input(g->link, source_fd(s), &e);
	if (rc < 0)
		return fail_link(g, &e);
	g->is_over = rc == 1;
	return rc ? end_request(g) : 0;
}

static int begin_file(struct ingest *g, const char *name)
{
	g->file = strcmp(name, "-") == 0 ? "stdin" : name;
	g->file_line = 1;
	g->is_mid_line = false;
	g->is_file_start = true;
	return g->is_open ? add_segment(g) : 0;
}

/* Negative: give up; a file that cannot be read to its end is complained about, and the next one
 * taken. */
static int send_file(struct ingest *g, const char *name)
{
	struct source *s = NULL;
	struct err e = {0};
	uint64_t before = g->report.read_bytes;
	int more = begin_file(g, name);
	if (more == 0)
		more = source_open(name, &s, &e);
	if (more == 0)
		more = 1;
	while (more == 1) {
		more = wait_input(g, s);
		if (more == 0)
			more = source_pull(s, on_piece, g, &e);
		g->report.read_bytes = before + source_taken(s);
		report_bar(&g->report, false);
	}
	source_close(s);
	if (more < 0 && more != LODE_CANCELLED) {
		report_note(&g->report, g->file, e.text);
		g->code = g->code ? g->code : EXIT_FAILED;
		more = 0;
	}
	return more ? more : end_file(g);
}

static const char *usage_fault(const struct args *a)
{
	if (a->n_operands == 0 && isatty(STDIN_FILENO))
		return "ingest takes FILEs, or - for stdin";
	int stdins = 0;
	for (int i = 0; i < a->n_operands; i++)
		stdins += strcmp(a->operands[i], "-") == 0;
	return stdins > 1 ? "stdin can be read once only" : NULL;
}

static int set_up(struct ingest *g, struct err *e)
{
	uint64_t timeout_s = TIMEOUT_S;
	int rc = args_uint(g->args, OPT_TIMEOUT, 1, 86400, &timeout_s, e);
	g->timeout_ms = timeout_s * 1000;
	if (rc == 0)
		rc = report_open(&g->report, g->args, e);
	if (rc == 0 && g->report.is_dry)
		rc = dry_create(&g->dry) ? err_set(e, LODE_NOMEM, "out of memory") : 0;
	else if (rc == 0)
		rc = link_open(call_socket_path(g->args), &g->link, e);
	for (int i = 0; i < g->args->n_operands; i++) {
		uint64_t size = source_size_of(g->args->operands[i]);
		g->report.total_bytes += size;
		if (size == 0 && access(g->args->operands[i], F_OK) != 0)
			g->report.total_bytes = 0;
	}
	return rc;
}

static int send_all(struct ingest *g)
{
	int rc = 0;
	if (g->args->n_operands == 0)
		rc = send_file(g, "-");
	for (int i = 0; rc == 0 && i < g->args->n_operands; i++)
		rc = send_file(g, g->args->operands[i]);
	return rc ? rc : end_request(g);
}

int ingest_run(const struct args *a)
{
	struct ingest g = {.args = a, .problem = {.limit = PROBLEM_MAX}};
	struct err e = {0};
	const char *fault = usage_fault(a);
	arena_init(&g.arena, 16 * (size_t)ANSWER_LINE_MAX);
	if (fault) {
		print_failure("%s", fault);
		return EXIT_FAILED;
	}
	int rc = set_up(&g, &e);
	if (rc) {
		print_failure("%s", e.text);
		g.code = call_exit_of(rc);
	} else {
		send_all(&g);
		bool is_whole = g.code == 0;
		if (report_close(&g.report, args_format(a), is_whole, &e)) {
			print_failure("%s", e.text);
			g.code = EXIT_FAILED;
		} else if (is_whole && g.report.rejected + g.report.unlisted) {
			g.code = EXIT_NONE;
		}
	}
	link_close(g.link);
	dry_destroy(g.dry);
	free(g.segments);
	buf_release(&g.pending);
	buf_release(&g.line);
	buf_release(&g.problem);
	arena_release(&g.arena);
	return g.code;
}
