/* search: words in one chart, ranked, without a verdict. */
#include "client/search.h"

#include "client/call.h"
#include "client/client.h"
#include "client/layout.h"
#include "client/scope.h"

enum { MARKS_MAX = 256 };

int search_exit(const struct json *answer)
{
	const struct json *hits = json_get(answer, "hits");
	if (!hits || hits->type != JSON_ARRAY)
		return EXIT_FAILED;
	if (hits->n)
		return EXIT_DONE;
	return layout_is(json_get(answer, "search"), "complete", true) ? EXIT_NONE : EXIT_FAILED;
}

static void fill(const struct look *look, const struct json *item, struct layout_line *line)
{
	print_safe(&line->words, look, layout_str(item, "patient"));
	if (json_get(item, "score"))
		buf_printf(&line->number, "score %.2f", layout_num(item, "score"));
}

/* Matches are offsets into the note, the text begins at text_start (or at its chunk's start). */
static size_t read_marks(const struct json *item, struct slice text, struct print_mark *marks)
{
	const char *key = json_get(item, "text_start") ? "text_start" : "chunk_start";
	uint64_t from = layout_uint(item, key);
	size_t n = 0, past = 0;
	const struct json *v = layout_first(item, "matches");
	for (; v && n < MARKS_MAX; v = v->next) {
		uint64_t start = layout_uint(v, "start"), end = layout_uint(v, "end");
		if (start < from || end <= start || end - from > text.n || start - from < past)
			continue;
		marks[n++] = (struct print_mark){(size_t)(start - from), (size_t)(end - from)};
		past = (size_t)(end - from);
	}
	return n;
}

static void body(struct buf *out, const struct look *look, const struct json *item, void *arg)
{
	struct print_mark marks[MARKS_MAX];
	struct slice text = layout_str(item, "text");
	size_t n = read_marks(item, text, marks);
	if (text.n)
		layout_passage(out, look, text, marks, n);
}

static void put_head(struct buf *out, const struct look *look, const struct json *answer)
{
	const struct json *hits = json_get(answer, "hits");
	struct print_row row = {.out = out, .look = look, .indent = 2};
	struct buf text = {0};
	unsigned shown = hits && hits->type == JSON_ARRAY ? hits->n : 0;
	uint64_t matched = layout_uint(answer, "matched");
	if (shown == 0) {
		buf_put_str(&text, "NOT FOUND");
	} else {
		print_count(&text, shown);
		if (matched > shown) {
			buf_put_str(&text, " of ");
			print_count(&text, matched);
		}
		buf_put_str(&text, shown == 1 && matched <= 1 ? " hit" : " hits");
	}
	print_part_styled(&row, 0, STYLE_BOLD, buf_slice(&text));
	buf_clear(&text);
	print_safe(&text, look, layout_str(answer, "query"));
	if (text.n)
		print_part(&row, 3, 0, buf_slice(&text));
	buf_clear(&text);
	layout_searched(&text, json_get(answer, "search"));
	if (text.n)
		print_part(&row, 3, 0, buf_slice(&text));
	layout_elapsed(&row, answer);
	buf_put_byte(out, '\n');
	buf_release(&text);
}

void search_text(struct buf *out, const struct look *look, const struct json *answer)
{
	struct layout_list list = {
		.items = layout_first(answer, "hits"), .fill = fill, .body = body};
	put_head(out, look, answer);
	layout_incomplete(out, look, json_get(answer, "search"));
	if (list.items)
		buf_put_byte(out, '\n');
	layout_list(out, look, &list);
}

static int write_body(struct buf *out, const struct args *a, struct err *e)
{
	struct json_writer w;
	struct buf words = {0};
	uint64_t limit = 0;
	json_init(&w, out);
	json_begin_object(&w);
	int rc = scope_words(&words, a, !args_has(a, OPT_ALL), e);
	if (rc == 0) {
		json_kv_string(&w, "query", buf_slice(&words));
		rc = scope_put(&w, a, e);
	}
	if (rc == 0)
		rc = args_uint(a, OPT_LIMIT, 1, UINT32_MAX, &limit, e);
	if (rc == 0) {
		if (args_has(a, OPT_ANY))
			json_kv_bool(&w, "any", true);
		if (args_has(a, OPT_SYNONYMS))
			json_kv_bool(&w, "synonyms", true);
		if (limit)
			json_kv_uint(&w, "limit", limit);
		json_end_object(&w);
	}
	buf_release(&words);
	return rc ? rc : out->failed ? err_set(e, LODE_NOMEM, "out of memory") : 0;
}

int search_run(const struct args *a)
{
	struct call c;
	struct err e = {0};
	struct buf body_json = {0}, url = {0};
	struct json *answer;
	if (write_body(&body_json, a, &e)) {
		print_failure("%s", e.text);
		buf_release(&body_json);
		return EXIT_FAILED;
	}
	if (args_has(a, OPT_ALL))
		buf_put_str(&url, "/v1/search");
	else
		call_patient_url(&url, slice_str(a->operands[0]), "/search");
	int code = call_open(a, &c);
	if (code == 0)
		code = call_expect(&c, "POST", buf_slice(&url), "application/json",
			buf_slice(&body_json), EXIT_FAILED);
	if (code == 0)
		code = call_json(&c, &answer);
	if (code == 0) {
		if (args_format(a) == FORMAT_TEXT)
			search_text(&c.out, &c.look, answer);
		else
			call_put_json(&c, false);
		code = call_print(&c, search_exit(answer));
	}
	buf_release(&body_json);
	buf_release(&url);
	call_close(&c);
	return code;
}
