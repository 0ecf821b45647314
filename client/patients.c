/* patients: the charts, one chart, its notes.  delete: a chart or a note. */
#include "base/http.h"
#include "client/call.h"
#include "client/client.h"
#include "client/layout.h"

#include <stdio.h>
#include <unistd.h>

/* A column of the tables below: a member of each line, and its heading. */
struct column {
	const char *key, *heading;
	bool is_number;
};

static const struct column patient_columns[] = {
	{"patient", "PATIENT", false},
	{"notes", "NOTES", true},
	{"chunks", "CHUNKS", true},
	{"raw_bytes", "BYTES", true},
};

static const struct column note_columns[] = {
	{"date", "DATE", false},
	{"note", "NOTE", false},
	{"type", "TYPE", false},
	{"text_bytes", "BYTES", true},
};

enum { COLUMNS = 4, ARENA_LINE_MAX = 16 * 1024 * 1024, WIDTH_MAX = 64 };

/* A column that no line has anything for is left out. */
enum { WIDTH_EMPTY = 0 };

static void put_cell(struct buf *out, const struct look *look, const struct json *row,
	const struct column *column, unsigned width)
{
	struct buf text = {0};
	const struct json *v = json_get(row, column->key);
	if (!row)
		buf_put_str(&text, column->heading);
	else if (v && v->type == JSON_STRING)
		print_safe(&text, look, v->str);
	else if (v && v->type == JSON_NUMBER)
		print_count(&text, layout_uint(row, column->key));
	unsigned n = print_columns(look, buf_slice(&text));
	if (column->is_number && n < width)
		print_blanks(out, width - n);
	buf_put_slice(out, buf_slice(&text));
	if (!column->is_number && n < width)
		print_blanks(out, width - n);
	buf_release(&text);
}

/* row NULL: the headings. */
static void put_row(struct buf *out, const struct look *look, const struct json *row,
	const struct column *columns, const unsigned *width)
{
	const char *gap = "";
	for (int i = 0; i < COLUMNS; i++) {
		if (width[i] == WIDTH_EMPTY)
			continue;
		buf_put_str(out, gap);
		gap = "  ";
		put_cell(out, look, row, &columns[i], width[i]);
	}
	while (out->n && out->p[out->n - 1] == ' ')
		out->n--;
	buf_put_byte(out, '\n');
}

static void measure(const struct look *look, const struct json *row, const struct column *columns,
	unsigned *width)
{
	struct buf text = {0};
	for (int i = 0; i < COLUMNS; i++) {
		buf_clear(&text);
		put_cell(&text, look, row, &columns[i], 0);
		unsigned n = print_columns(look, buf_slice(&text));
		if (n > width[i])
			width[i] = n < WIDTH_MAX ? n : WIDTH_MAX;
	}
	buf_release(&text);
}

/* Calls row for every line of the NDJSON answer.  0 or an exit code. */
static int each_line(struct call *c, const struct column *columns, unsigned *width, bool is_measure)
{
	struct slice rest = buf_slice(&c->answer);
	struct arena arena;
	struct err e = {0};
	unsigned number = 0;
	int code = 0;
	arena_init(&arena, ARENA_LINE_MAX);
	while (rest.n && code == 0) {
		const char *end = memchr(rest.p, '\n', rest.n);
		size_t n = end ? (size_t)(end - rest.p) : rest.n;
		struct json *row;
		number++;
		if (n && json_parse(slice_of(rest.p, n), &arena, &row, &e)) {
			print_failure(
				"line %u of the daemon's answer is not JSON: %s", number, e.text);
			code = EXIT_FAILED;
		} else if (n && is_measure) {
			measure(&c->look, row, columns, width);
		} else if (n) {
			put_row(&c->out, &c->look, row, columns, width);
		}
		arena_release(&arena);
		n += end ? 1 : 0;
		rest = slice_of(rest.p + n, rest.n - n);
	}
	return code;
}

static int put_table(struct call *c, const struct column *columns)
{
	unsigned width[COLUMNS] = {WIDTH_EMPTY};
	int code = each_line(c, columns, width, true);
	if (code)
		return code;
	for (int i = 0; i < COLUMNS; i++)
		if (width[i] != WIDTH_EMPTY && width[i] < strlen(columns[i].heading))
			width[i] = (unsigned)strlen(columns[i].heading);
	put_row(&c->out, &c->look, NULL, columns, width);
	return each_line(c, columns, width, false);
}

static int list(struct call *c, struct slice url, const struct column *columns)
{
	struct slice none = {0};
	int code = call_expect(c, "GET", url, "application/x-ndjson", none, EXIT_NONE);
	if (code)
		return code;
	bool is_empty = c->answer.n == 0;
	if (args_format(c->args) != FORMAT_TEXT)
		call_put_json(c, true);
	else if (!is_empty)
		code = put_table(c, columns);
	if (code)
		return code;
	return call_print(c, is_empty ? EXIT_NONE : EXIT_DONE);
}

static int show_chart(struct call *c, struct slice url)
{
	struct json *answer;
	struct slice none = {0};
	int code = call_expect(c, "GET", url, "application/json", none, EXIT_NONE);
	if (code == 0)
		code = call_json(c, &answer);
	if (code)
		return code;
	if (args_format(c->args) == FORMAT_TEXT)
		layout_facts(&c->out, &c->look, answer);
	else
		call_put_json(c, false);
	return call_print(c, EXIT_DONE);
}

int patients_run(const struct args *a)
{
	struct call c;
	struct buf url = {0};
	if (args_has(a, OPT_NOTES) && a->n_operands == 0) {
		print_failure("--notes needs a PATIENT");
		return EXIT_FAILED;
	}
	int code = call_open(a, &c);
	if (code == 0 && a->n_operands == 0) {
		code = list(&c, SLICE("/v1/patients"), patient_columns);
	} else if (code == 0 && args_has(a, OPT_NOTES)) {
		call_patient_url(&url, slice_str(a->operands[0]), "/notes");
		code = list(&c, buf_slice(&url), note_columns);
	} else if (code == 0) {
		call_patient_url(&url, slice_str(a->operands[0]), "");
		code = show_chart(&c, buf_slice(&url));
	}
	buf_release(&url);
	call_close(&c);
	return code;
}

/* ---- delete ---- */

/* The answer of a person at the terminal. */
static bool is_agreed(const struct args *a)
{
	static const struct look look = {.ascii = false};
	struct buf question = {0};
	char line[16] = "";
	buf_put_str(&question, a->n_operands == 2 ? "Delete note " : "Delete the whole chart of ");
	print_safe(&question, &look, slice_str(a->operands[a->n_operands - 1]));
	if (a->n_operands == 2) {
		buf_put_str(&question, " of ");
		print_safe(&question, &look, slice_str(a->operands[0]));
	}
	buf_put_str(&question, "? [y/N] ");
	fwrite(question.p, 1, question.n, stderr);
	buf_release(&question);
	return fgets(line, sizeof(line), stdin) && (line[0] == 'y' || line[0] == 'Y');
}

int delete_run(const struct args *a)
{
	struct call c;
	struct buf url = {0};
	struct slice none = {0};
	bool is_dry = args_has(a, OPT_DRY_RUN);
	if (!is_dry && !args_has(a, OPT_YES)) {
		if (!isatty(STDIN_FILENO)) {
			print_failure("delete asks on a terminal; elsewhere it needs --yes");
			return EXIT_FAILED;
		}
		if (!is_agreed(a))
			return EXIT_NONE;
	}
	call_patient_url(&url, slice_str(a->operands[0]), "");
	if (a->n_operands == 2) {
		buf_put_str(&url, "/notes/");
		http_escape(&url, slice_str(a->operands[1]));
	}
	int code = call_open(a, &c);
	if (code == 0)
		code = call_expect(&c, is_dry ? "GET" : "DELETE", buf_slice(&url),
			"application/json", none, EXIT_NONE);
	if (code == 0) {
		print_style(&c.out, &c.look, STYLE_BOLD);
		buf_put_str(&c.out, is_dry ? "would be deleted" : "deleted");
		print_plain(&c.out, &c.look);
		buf_put_byte(&c.out, '\n');
		code = call_print(&c, EXIT_DONE);
	}
	buf_release(&url);
	call_close(&c);
	return code;
}
