/* show: a note as it was given, made safe for a terminal, or byte for byte with --raw. */
#include "client/show.h"

#include "base/http.h"
#include "client/call.h"
#include "client/client.h"
#include "client/layout.h"

/* LINE_FAR: a line that long is cut rather than shown whole around a mark. */
enum { AROUND_BYTES = 400, LINE_FAR = 4000, GUTTER = 8, TAB = 8 };

/* A line being printed: wraps anywhere, as offsets matter more here than words. */
struct pen {
	struct buf *out;
	const struct look *look;
	unsigned column;
};

static void gutter(struct pen *p, size_t offset, bool is_first)
{
	print_style(p->out, p->look, STYLE_DIM);
	if (is_first)
		buf_printf(p->out, "%*zu  ", GUTTER, offset);
	else
		print_blanks(p->out, GUTTER + 2);
	print_plain(p->out, p->look);
	p->column = GUTTER + 2;
}

static void bracket(struct pen *p, const char *sign, bool is_start)
{
	if (is_start)
		print_style(p->out, p->look, STYLE_BOLD);
	buf_put_str(p->out, sign);
	if (!is_start)
		print_plain(p->out, p->look);
	p->column++;
}

/* One glyph of the line at s; a tab becomes blanks. */
static size_t put_glyph(struct pen *p, struct slice s, size_t offset)
{
	struct buf glyph = {0};
	unsigned columns = 0;
	size_t used = 1;
	if (*s.p == '\t') {
		columns = TAB - (p->column - GUTTER - 2) % TAB;
		print_blanks(&glyph, columns);
	} else {
		used = print_glyph(&glyph, p->look->ascii, s, &columns);
	}
	if (p->look->width && p->column + columns > p->look->width) {
		buf_put_byte(p->out, '\n');
		gutter(p, offset, false);
	}
	buf_put_slice(p->out, buf_slice(&glyph));
	p->column += columns;
	buf_release(&glyph);
	return used;
}

static void put_line(
	struct pen *p, struct slice text, size_t from, size_t to, const struct print_mark *mark)
{
	bool is_inside = mark && mark->start < from && mark->end > from;
	gutter(p, from, true);
	if (is_inside)
		print_style(p->out, p->look, STYLE_BOLD);
	for (size_t i = from; i < to;) {
		if (mark && i == mark->start)
			bracket(p, "[", true);
		if (mark && i == mark->end)
			bracket(p, "]", false);
		/* A line may end in CR LF; a CR elsewhere is shown. */
		if (text.p[i] == '\r' && i + 1 == to && to < text.n) {
			i++;
			continue;
		}
		size_t n = put_glyph(p, slice_of(text.p + i, to - i), i);
		/* An offset within a character: the bracket stands behind it. */
		for (size_t k = i + 1; mark && k < i + n; k++)
			if (k == mark->start || k == mark->end)
				bracket(p, k == mark->start ? "[" : "]", k == mark->start);
		i += n;
	}
	if (mark && mark->start == to && mark->end > to)
		bracket(p, "[", true);
	bool is_last = to + 1 == text.n; /* a mark may cover the last line's end too */
	if (mark && (mark->end == to || (is_last && mark->end == text.n)))
		bracket(p, "]", false);
	else if (mark && mark->start <= to && mark->end > to)
		print_plain(p->out, p->look);
	buf_put_byte(p->out, '\n');
}

/* Where to begin: the start of the line AROUND_BYTES before the mark, or, in a line without end, at
 * a whole character. */
static size_t first_shown(struct slice text, const struct print_mark *mark)
{
	size_t from = mark->start > AROUND_BYTES ? mark->start - AROUND_BYTES : 0;
	while (from > 0 && text.p[from - 1] != '\n' && mark->start - from < LINE_FAR)
		from--;
	while (from > 0 && ((unsigned char)text.p[from] & 0xc0) == 0x80)
		from--;
	return from;
}

void show_text(
	struct buf *out, const struct look *look, struct slice text, const struct print_mark *mark)
{
	struct pen p = {.out = out, .look = look};
	size_t from = mark ? first_shown(text, mark) : 0, stop = text.n;
	if (mark && text.n - mark->end > AROUND_BYTES)
		stop = mark->end + AROUND_BYTES;
	while (from < stop) {
		const char *end = memchr(text.p + from, '\n', text.n - from);
		size_t to = end ? (size_t)(end - text.p) : text.n;
		if (to > stop && to - stop > LINE_FAR)
			to = stop;
		put_line(&p, text, from, to, mark);
		from = to + 1;
	}
}

/* ---- the verb ---- */

static void note_url(struct buf *url, const char *patient, struct slice note)
{
	buf_clear(url);
	call_patient_url(url, slice_str(patient), "/notes/");
	http_escape(url, note);
}

static void put_head(struct print_row *row, const struct json *record)
{
	static const char *const keys[] = {"note", "patient", "date", "type"};
	struct buf text = {0};
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		print_safe(&text, row->look, layout_str(record, keys[i]));
		if (text.n)
			print_part_styled(row, 3, STYLE_BOLD, buf_slice(&text));
		buf_clear(&text);
	}
	buf_release(&text);
}

static void put_size(struct print_row *row, size_t bytes)
{
	struct buf text = {0};
	print_count(&text, bytes);
	buf_put_str(&text, bytes == 1 ? " byte" : " bytes");
	print_part(row, 3, 0, buf_slice(&text));
	buf_put_str(row->out, "\n\n");
	buf_release(&text);
}

static int show_marked(struct call *c, struct slice url, const struct print_mark *mark)
{
	struct json *record;
	struct slice none = {0};
	struct print_row row = {.out = &c->out, .look = &c->look, .indent = 2};
	int code = call_expect(c, "GET", url, "application/json", none, EXIT_NONE);
	if (code == 0)
		code = call_json(c, &record);
	if (code)
		return code;
	put_head(&row, record);
	code = call_expect(c, "GET", url, "text/plain", none, EXIT_NONE);
	if (code)
		return code;
	if (mark && mark->end > c->answer.n) {
		print_failure("the note has %zu bytes only", c->answer.n);
		return EXIT_FAILED;
	}
	put_size(&row, c->answer.n);
	show_text(&c->out, &c->look, buf_slice(&c->answer), mark);
	return call_print(c, EXIT_DONE);
}

static int show_as_is(struct call *c, struct slice url, bool is_json)
{
	struct slice none = {0};
	const char *accept = is_json ? "application/json" : "text/plain";
	int code = call_expect(c, "GET", url, accept, none, EXIT_NONE);
	if (code)
		return code;
	if (is_json)
		call_put_json(c, false);
	else
		buf_put_slice(&c->out, buf_slice(&c->answer));
	return call_print(c, EXIT_DONE);
}

/* "n0118:2210-2226", as ask prints it, is taken apart. */
static bool split_place(const char *operand, struct slice *note, struct print_mark *mark)
{
	const char *colon = strrchr(operand, ':');
	uint64_t start, end;
	if (!colon || colon == operand || args_span(colon + 1, &start, &end))
		return false;
	*note = slice_of(operand, (size_t)(colon - operand));
	*mark = (struct print_mark){(size_t)start, (size_t)end};
	return true;
}

/* An id may itself look like a place: then the note of that very name is meant. */
static bool is_note(struct call *c, const char *patient, const char *id)
{
	struct buf url = {0};
	struct slice none = {0};
	struct err e = {0};
	note_url(&url, patient, slice_str(id));
	int rc = call_send(c, "GET", buf_slice(&url), "application/json", none, &e);
	buf_release(&url);
	return rc == 0 && c->status == 200;
}

static int show_place(struct call *c)
{
	struct buf url = {0};
	struct print_mark mark;
	const struct args *a = c->args;
	struct slice note;
	bool has_mark = split_place(a->operands[1], &note, &mark);
	if (has_mark && is_note(c, a->operands[0], a->operands[1]))
		has_mark = false;
	note_url(&url, a->operands[0], has_mark ? note : slice_str(a->operands[1]));
	int code = show_marked(c, buf_slice(&url), has_mark ? &mark : NULL);
	buf_release(&url);
	return code;
}

int show_run(const struct args *a)
{
	struct call c;
	struct buf url = {0};
	const char *at = args_value(a, OPT_AT);
	bool is_raw = args_has(a, OPT_RAW);
	bool is_json = args_has(a, OPT_JSON) || args_format(a) != FORMAT_TEXT;
	uint64_t start = 0, end = 0;
	if (at && args_span(at, &start, &end)) {
		print_failure("--at takes START-END, bytes of the note with START below END");
		return EXIT_FAILED;
	}
	if ((at != NULL) + is_raw + is_json > 1) {
		print_failure("show takes one of --at START-END, --raw and --json");
		return EXIT_FAILED;
	}
	struct print_mark mark = {(size_t)start, (size_t)end};
	int code = call_open(a, &c);
	note_url(&url, a->operands[0], slice_str(a->operands[1]));
	if (code == 0 && (is_raw || is_json))
		code = show_as_is(&c, buf_slice(&url), is_json);
	else if (code == 0 && at)
		code = show_marked(&c, buf_slice(&url), &mark);
	else if (code == 0)
		code = show_place(&c);
	buf_release(&url);
	call_close(&c);
	return code;
}
