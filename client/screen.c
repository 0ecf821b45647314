/* screen: one question to many charts; rows are shown as they come. */
#include "client/ask.h"
#include "client/client.h"
#include "client/layout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 64 << 20, LINE_MEMORY = 256 << 20 };

struct screening {
	struct call *c;
	struct buf line;    /* not whole yet */
	struct arena arena; /* of one line */
	bool has_bar, bar_drawn, has_summary;
	uint64_t patients, rows, problems;
	int code;
};

/* ---- the body ---- */

static int put_patients(struct json_writer *w, const char *name, struct err *e)
{
	bool is_stdin = strcmp(name, "-") == 0;
	FILE *from = is_stdin ? stdin : fopen(name, "re");
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	unsigned number = 0, ids = 0;
	int rc = 0;
	if (!from)
		return err_set(e, LODE_IO, "cannot open %.100s: %s", name, strerror(errno));
	json_key(w, "patients");
	json_begin_array(w);
	while (rc == 0 && (n = getline(&line, &cap, from)) >= 0) {
		while (n && (line[n - 1] == '\n' || line[n - 1] == '\r'))
			n--;
		struct slice id = slice_of(line, (size_t)n);
		number++;
		ids += id.n > 0;
		if (!print_is_utf8(id) || memchr(id.p, '\0', id.n))
			rc = err_set(
				e, LODE_BADREQ, "%.100s:%u: the id is not UTF-8", name, number);
		else if (id.n)
			json_string(w, id);
	}
	json_end_array(w);
	if (rc == 0 && ferror(from))
		rc = err_set(e, LODE_IO, "cannot read %.100s: %s", name, strerror(errno));
	else if (rc == 0 && ids == 0)
		rc = err_set(e, LODE_BADREQ, "%.100s: no ids", name);
	free(line);
	if (!is_stdin)
		fclose(from);
	return rc;
}

/* A person is shown the charts that say something; a program gets a row for each. */
static void put_verdicts(struct json_writer *w, const struct args *a)
{
	static const char *const telling[] = {"present", "absent", "uncertain"};
	const char *verdict;
	unsigned at = 0;
	if (!args_has(a, OPT_VERDICT) && args_format(a) != FORMAT_TEXT)
		return;
	json_key(w, "verdicts");
	json_begin_array(w);
	while ((verdict = args_next(a, OPT_VERDICT, &at)))
		json_str(w, strcmp(verdict, "not-mentioned") == 0 ? "not_mentioned" : verdict);
	for (int i = 0; i < 3 && !args_has(a, OPT_VERDICT); i++)
		json_str(w, telling[i]);
	json_end_array(w);
}

static int put_limits(struct json_writer *w, const struct args *a, struct err *e)
{
	uint64_t limit = 0, evidence = 0;
	int rc = args_uint(a, OPT_LIMIT, 1, UINT32_MAX, &limit, e);
	if (rc == 0)
		rc = args_uint(a, OPT_EVIDENCE, 0, UINT32_MAX, &evidence, e);
	if (rc)
		return rc;
	if (limit)
		json_kv_uint(w, "limit", limit);
	if (args_has(a, OPT_EVIDENCE))
		json_kv_uint(w, "evidence_limit", evidence);
	if (args_has(a, OPT_CURSOR))
		json_kv_str(w, "cursor", args_value(a, OPT_CURSOR));
	return 0;
}

static int write_body(struct buf *out, const struct args *a, bool wants_progress, struct err *e)
{
	struct json_writer w;
	json_init(&w, out);
	json_begin_object(&w);
	int rc = ask_put_question(&w, a, 0, e);
	if (rc == 0)
		rc = put_limits(&w, a, e);
	if (rc == 0 && args_has(a, OPT_PATIENTS))
		rc = put_patients(&w, args_value(a, OPT_PATIENTS), e);
	if (rc)
		return rc;
	put_verdicts(&w, a);
	if (wants_progress)
		json_kv_bool(&w, "progress", true);
	json_end_object(&w);
	return out->failed ? err_set(e, LODE_NOMEM, "out of memory") : 0;
}

/* ---- lines as text ---- */

static void clear_bar(struct screening *s)
{
	if (s->bar_drawn)
		fputs("\r\x1b[K", stderr);
	s->bar_drawn = false;
}

static void draw_bar(struct screening *s, const struct json *progress)
{
	struct buf line = {0};
	if (!s->has_bar)
		return;
	buf_put_str(&line, "\r");
	print_count(&line, layout_uint(progress, "decided"));
	buf_put_str(&line, " of ");
	print_count(&line, s->patients);
	buf_put_str(&line, " charts, ");
	print_count(&line, layout_uint(progress, "opened"));
	buf_put_str(&line, " opened\x1b[K");
	fwrite(line.p, 1, line.n, stderr);
	buf_release(&line);
	s->bar_drawn = true;
}

static void put_head(struct buf *out, const struct look *look, const struct json *head)
{
	struct print_row row = {.out = out, .look = look, .indent = 2};
	const struct json *names = json_get(head, "names");
	struct buf text = {0};
	print_safe(&text, look, layout_str(head, "condition"));
	print_part_styled(&row, 0, STYLE_BOLD, buf_slice(&text));
	buf_clear(&text);
	unsigned n = names && names->type == JSON_ARRAY ? names->n : 0;
	buf_printf(&text, n == 1 ? "%u name" : "%u names", n);
	print_part(&row, 3, 0, buf_slice(&text));
	buf_clear(&text);
	print_count(&text, layout_uint(head, "patients"));
	buf_put_str(&text, layout_uint(head, "patients") == 1 ? " chart, " : " charts, ");
	print_count(&text, layout_uint(head, "candidates"));
	buf_put_str(&text, " to be opened");
	print_part(&row, 3, 0, buf_slice(&text));
	buf_put_byte(out, '\n');
	buf_release(&text);
}

static void put_problem(struct buf *out, const struct look *look, const struct json *row)
{
	buf_put_str(out, "\nPROBLEM   ");
	print_safe(out, look, layout_str(row, "patient"));
	buf_put_str(out, "   ");
	print_safe(out, look, layout_str(json_get(row, "problem"), "message"));
	buf_put_byte(out, '\n');
}

static void put_row(struct buf *out, const struct look *look, const struct json *item)
{
	struct print_row row = {.out = out, .look = look, .indent = 2};
	struct buf text = {0};
	buf_put_byte(out, '\n');
	layout_words(&text, look, layout_str(item, "verdict"), true);
	buf_printf(&text, " %.2f", layout_num(item, "probability"));
	print_part_styled(&row, 0, ask_verdict_style(item), buf_slice(&text));
	buf_clear(&text);
	print_safe(&text, look, layout_str(item, "patient"));
	print_part(&row, 3, 0, buf_slice(&text));
	buf_clear(&text);
	ask_text_bases(&text, look, item);
	print_part(&row, 3, 0, buf_slice(&text));
	buf_clear(&text);
	ask_text_counts(&text, item);
	print_part(&row, 3, 0, buf_slice(&text));
	buf_put_byte(out, '\n');
	buf_release(&text);
	layout_incomplete(out, look, item);
	ask_text_evidence(out, look, item, false);
}

static void put_summary(struct buf *out, const struct look *look, const struct json *summary)
{
	static const char *const verdicts[] = {"present", "absent", "uncertain", "not_mentioned"};
	struct print_row row = {.out = out, .look = look, .indent = 2};
	struct buf text = {0};
	buf_put_byte(out, '\n');
	uint64_t n = layout_uint(summary, "decided");
	print_count(&text, n);
	if (!layout_is(summary, "complete", true)) {
		n = layout_uint(summary, "patients");
		buf_put_str(&text, " of ");
		print_count(&text, n);
	}
	buf_put_str(&text, n == 1 ? " chart:" : " charts:");
	for (int i = 0; i < 4; i++) {
		buf_put_str(&text, i ? ", " : " ");
		print_count(&text, layout_uint(summary, verdicts[i]));
		buf_put_byte(&text, ' ');
		layout_words(&text, look, slice_str(verdicts[i]), false);
	}
	if (layout_uint(summary, "problems"))
		buf_printf(&text, ", %llu not answered",
			(unsigned long long)layout_uint(summary, "problems"));
	print_part(&row, 0, 0, buf_slice(&text));
	buf_clear(&text);
	print_count(&text, layout_uint(summary, "opened"));
	buf_put_str(&text, " opened");
	print_part(&row, 3, 0, buf_slice(&text));
	buf_clear(&text);
	print_duration(&text, layout_uint(summary, "elapsed_us"));
	print_part(&row, 3, 0, buf_slice(&text));
	buf_put_byte(out, '\n');
	buf_release(&text);
}

/* ---- lines as JSON ---- */

/* For --format json the lines together are one document: {"screen":{},"rows":[],"summary":{}}. */
static void put_line(struct screening *s, struct slice line, const char *member)
{
	struct call *c = s->c;
	struct buf piece = {0};
	bool is_one = args_format(c->args) == FORMAT_JSON;
	if (!is_one) {
		buf_put_slice(&piece, line);
	} else if (strcmp(member, "screen") == 0) {
		buf_put(&piece, line.p, line.n - 1);
		buf_put_str(&piece, ",\"rows\":[");
	} else if (strcmp(member, "summary") == 0) {
		buf_put_str(&piece, "],");
		buf_put(&piece, line.p + 1, line.n - 1);
	} else {
		buf_put_str(&piece, s->rows > 1 ? "," : "");
		buf_put_slice(&piece, line);
	}
	buf_put_byte(&piece, '\n');
	if (c->look.is_terminal)
		print_json_safe(&c->out, buf_slice(&piece));
	else
		buf_put_slice(&c->out, buf_slice(&piece));
	c->out.failed |= piece.failed;
	buf_release(&piece);
}

/* ---- the stream ---- */

static void end(struct screening *s, const struct json *summary)
{
	const char *how = NULL;
	struct slice cursor = layout_str(summary, "cursor"), why = layout_str(summary, "why");
	s->has_summary = true;
	s->code = s->problems ? EXIT_FAILED : s->rows ? EXIT_DONE : EXIT_NONE;
	if (layout_is(summary, "complete", true))
		return;
	if (!slice_eq(why, SLICE("limit")))
		s->code = EXIT_BUSY;
	how = slice_eq(why, SLICE("limit"))      ? "that many were wanted"
	      : slice_eq(why, SLICE("deadline")) ? "the deadline passed"
						 : "the daemon is shutting down";
	if (args_format(s->c->args) == FORMAT_TEXT)
		print_warning("%s; go on with --cursor '%.*s'", how, (int)cursor.n, cursor.p);
}

static int say_broken(struct screening *s, const struct json *problem, struct err *e)
{
	struct slice message = layout_str(problem, "message");
	return err_set(e, LODE_IO, "stopped after %llu charts shown: %.*s",
		(unsigned long long)s->rows, (int)(message.n < 120 ? message.n : 120), message.p);
}

static int take_line(struct screening *s, struct slice line, struct err *e)
{
	struct call *c = s->c;
	struct json *o;
	bool is_text = args_format(c->args) == FORMAT_TEXT;
	if (json_parse(line, &s->arena, &o, NULL) || o->type != JSON_OBJECT)
		return err_set(e, LODE_CORRUPT, "a line of the daemon's answer is no JSON object");
	const struct json *head = json_get(o, "screen"), *summary = json_get(o, "summary"),
			  *progress = json_get(o, "progress"), *problem = json_get(o, "problem");
	bool is_row = json_get(o, "patient") != NULL;
	if (problem && !is_row)
		return say_broken(s, problem, e);
	clear_bar(s);
	s->rows += is_row;
	s->problems += is_row && problem;
	if (progress)
		draw_bar(s, progress);
	else if (!is_text && (is_row || summary || head))
		put_line(s, line, head ? "screen" : summary ? "summary" : "row");
	else if (is_row && problem)
		put_problem(&c->out, &c->look, o);
	else if (is_row)
		put_row(&c->out, &c->look, o);
	else if (head)
		put_head(&c->out, &c->look, head);
	else if (summary)
		put_summary(&c->out, &c->look, summary);
	if (head)
		s->patients = layout_uint(head, "patients");
	if (call_print(c, 0))
		return err_set(e, LODE_IO, "the output cannot be written");
	if (summary)
		end(s, summary);
	return 0;
}

static int on_body(void *arg, bool is_ok, struct slice piece, struct err *e)
{
	struct screening *s = arg;
	int rc = 0;
	if (!is_ok)
		return buf_put_slice(&s->c->answer, piece);
	while (piece.n && rc == 0) {
		const char *at = memchr(piece.p, '\n', piece.n);
		size_t n = at ? (size_t)(at - piece.p) : piece.n;
		rc = buf_put(&s->line, piece.p, n);
		if (rc)
			return err_set(
				e, rc, "a line of the answer is over %d MB", LINE_MAX_BYTES >> 20);
		if (at && s->line.n)
			rc = take_line(s, buf_slice(&s->line), e);
		if (at) {
			buf_clear(&s->line);
			arena_reset(&s->arena);
		}
		n += at != NULL;
		piece = slice_of(piece.p + n, piece.n - n);
	}
	return rc;
}

static int run(struct screening *s, struct slice body)
{
	struct call *c = s->c;
	struct err e = {0};
	struct link_request request = {.method = "POST",
		.url = SLICE("/v1/screen"),
		.content_type = "application/json",
		.accept = "application/x-ndjson",
		.body = body,
		.timeout_ms = c->timeout_ms,
		.on_body = on_body,
		.arg = s};
	int rc = link_begin(c->link, &request, &e);
	if (rc == 0)
		rc = link_finish(c->link, &c->status, &e);
	clear_bar(s);
	if (rc)
		return call_fail(c, &e);
	if (c->status < 200 || c->status >= 300)
		return call_problem(c, EXIT_FAILED);
	if (s->has_summary)
		return s->code;
	print_failure("the daemon's answer has no summary");
	return EXIT_FAILED;
}

int screen_run(const struct args *a)
{
	struct call c;
	struct err e = {0};
	struct buf body = {0};
	struct screening s = {.c = &c, .line = {.limit = LINE_MAX_BYTES}};
	s.has_bar = isatty(STDERR_FILENO) == 1;
	arena_init(&s.arena, LINE_MEMORY);
	if (write_body(&body, a, s.has_bar, &e)) {
		print_failure("%s", e.text);
		buf_release(&body);
		return EXIT_FAILED;
	}
	int code = call_open(a, &c);
	if (code == 0)
		code = run(&s, buf_slice(&body));
	buf_release(&body);
	buf_release(&s.line);
	arena_release(&s.arena);
	call_close(&c);
	return code;
}
