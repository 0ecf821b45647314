#include "client/layout.h"

/* One odd type or id must not push every other line's columns off the screen. */
enum { PAD_MAX = 56, BODY_INDENT = 4, MORE_INDENT = 6, FACT_DEPTH = 8 };

struct slice layout_str(const struct json *o, const char *key)
{
	const struct json *v = json_get(o, key);
	return v && v->type == JSON_STRING ? v->str : slice_of("", 0);
}

double layout_num(const struct json *o, const char *key)
{
	const struct json *v = json_get(o, key);
	return v && v->type == JSON_NUMBER ? v->num : 0;
}

uint64_t layout_uint(const struct json *o, const char *key)
{
	double v = layout_num(o, key);
	return v >= 0 && v < 9e15 ? (uint64_t)v : 0;
}

bool layout_is(const struct json *o, const char *key, bool value)
{
	const struct json *v = json_get(o, key);
	return v && v->type == (value ? JSON_TRUE : JSON_FALSE);
}

const struct json *layout_first(const struct json *o, const char *key)
{
	const struct json *v = json_get(o, key);
	return v && v->type == JSON_ARRAY ? v->first : NULL;
}

void layout_words(struct buf *out, const struct look *look, struct slice snake, bool is_upper)
{
	size_t from = out->n;
	print_safe(out, look, snake);
	for (size_t i = from; i < out->n; i++) {
		if (out->p[i] == '_')
			out->p[i] = ' ';
		else if (is_upper && out->p[i] >= 'a' && out->p[i] <= 'z')
			out->p[i] = (char)(out->p[i] - 'a' + 'A');
	}
}

static void clear_line(struct layout_line *line)
{
	buf_clear(&line->date);
	buf_clear(&line->kind);
	buf_clear(&line->place);
	buf_clear(&line->words);
	buf_clear(&line->number);
	buf_clear(&line->notes);
}

static void release_line(struct layout_line *line)
{
	buf_release(&line->date);
	buf_release(&line->kind);
	buf_release(&line->place);
	buf_release(&line->words);
	buf_release(&line->number);
	buf_release(&line->notes);
}

static bool is_named_section(struct slice section)
{
	return section.n && !slice_eq(section, SLICE("none")) && !slice_eq(section, SLICE("other"));
}

static void fill_place(const struct look *look, const struct json *item, struct layout_line *line)
{
	struct slice type = layout_str(item, "type"), section = layout_str(item, "section");
	print_safe(&line->date, look, layout_str(item, "date"));
	print_safe(&line->kind, look, type);
	if (is_named_section(section)) {
		if (type.n)
			buf_put_str(&line->kind, " / ");
		layout_words(&line->kind, look, section, true);
	}
	print_safe(&line->place, look, layout_str(item, "note"));
	if (json_get(item, "end"))
		buf_printf(&line->place, ":%llu-%llu",
			(unsigned long long)layout_uint(item, "start"),
			(unsigned long long)layout_uint(item, "end"));
}

/* Widest of each column so far: date, kind, place, words. */
static void widen(const struct look *look, const struct layout_line *line, unsigned width[4])
{
	const struct buf *cells[4] = {&line->date, &line->kind, &line->place, &line->words};
	for (int i = 0; i < 4; i++) {
		unsigned n = print_columns(look, buf_slice(cells[i]));
		if (n > width[i])
			width[i] = n < PAD_MAX ? n : PAD_MAX;
	}
}

static void put_line(struct buf *out, const struct look *look, const struct layout_line *line,
	const unsigned width[4])
{
	const struct buf *cells[4] = {&line->date, &line->kind, &line->place, &line->words};
	static const unsigned gaps[4] = {0, 2, 3, 3};
	struct print_row row = {.out = out, .look = look, .indent = MORE_INDENT, .column = 2};
	unsigned gap = 0;
	buf_put_str(out, "  ");
	for (int i = 0; i < 4; i++) {
		if (width[i] == 0)
			continue;
		print_part(&row, row.column > 2 ? gaps[i] : gap, width[i], buf_slice(cells[i]));
	}
	if (line->number.n)
		print_part(&row, 2, 0, buf_slice(&line->number));
	if (line->notes.n)
		print_part(&row, 3, 0, buf_slice(&line->notes));
	while (out->n && out->p[out->n - 1] == ' ')
		out->n--;
	buf_put_byte(out, '\n');
}

void layout_list(struct buf *out, const struct look *look, const struct layout_list *list)
{
	struct layout_line line = {0};
	unsigned width[4] = {0};
	for (const struct json *item = list->items; item; item = item->next) {
		clear_line(&line);
		fill_place(look, item, &line);
		if (list->fill)
			list->fill(look, item, &line);
		widen(look, &line, width);
	}
	for (const struct json *item = list->items; item; item = item->next) {
		clear_line(&line);
		fill_place(look, item, &line);
		if (list->fill)
			list->fill(look, item, &line);
		put_line(out, look, &line, width);
		if (list->body)
			list->body(out, look, item, list->arg);
	}
	release_line(&line);
}

void layout_passage(struct buf *out, const struct look *look, struct slice text,
	const struct print_mark *marks, size_t n_marks)
{
	print_wrapped(out, look, BODY_INDENT, text, marks, n_marks);
}

void layout_searched(struct buf *out, const struct json *search)
{
	uint64_t total = layout_uint(search, "notes_total");
	uint64_t scope =
		json_get(search, "notes_in_scope") ? layout_uint(search, "notes_in_scope") : total;
	uint64_t searched = layout_uint(search, "notes_searched");
	if (!search)
		return;
	if (scope == 0 && total > 0) {
		buf_put_str(out, "NO NOTE IN SCOPE: nothing of its ");
		print_count(out, total);
		buf_put_str(out, total == 1 ? " note was searched" : " notes was searched");
		return;
	}
	if (layout_is(search, "complete", true)) {
		print_count(out, scope);
		if (scope < total) {
			buf_put_str(out, " of ");
			print_count(out, total);
		}
		buf_put_str(out, scope == 1 && total == 1 ? " note" : " notes");
		buf_put_str(out, scope < total ? " in scope, all searched" : ", all searched");
		return;
	}
	buf_put_str(out, "only ");
	print_count(out, searched);
	buf_put_str(out, " of ");
	print_count(out, scope);
	buf_put_str(out, " notes searched");
}

void layout_incomplete(struct buf *out, const struct look *look, const struct json *search)
{
	struct slice why = layout_str(search, "why");
	if (layout_is(search, "complete", true))
		return;
	print_style(out, look, STYLE_BAD);
	buf_put_str(out, "INCOMPLETE: ");
	if (why.n)
		print_safe(out, look, why);
	else
		buf_put_str(out, "the daemon does not say that it searched everything");
	print_plain(out, look);
	buf_put_byte(out, '\n');
}

void layout_elapsed(struct print_row *row, const struct json *answer)
{
	const struct json *elapsed = json_get(answer, "elapsed_us");
	const struct json *total = json_get(elapsed, "total");
	struct buf text = {0};
	if (!total && elapsed && elapsed->type == JSON_NUMBER)
		total = elapsed;
	if (!total || total->type != JSON_NUMBER || !(total->num >= 0 && total->num < 9e15))
		return;
	print_duration(&text, (uint64_t)total->num);
	print_part(row, 3, 0, buf_slice(&text));
	buf_release(&text);
}

static void put_value(struct buf *out, const struct look *look, const struct json *v)
{
	if (v->type == JSON_STRING)
		print_safe(out, look, v->str);
	else if (v->type == JSON_NUMBER && v->num >= 0 && v->num < 9e15 &&
		 v->num == (double)(uint64_t)v->num)
		print_count(out, (uint64_t)v->num);
	else if (v->type == JSON_NULL)
		buf_put_str(out, "none");
	else if (v->type == JSON_ARRAY && v->first && v->first->type == JSON_ARRAY)
		buf_printf(
			out, "%u lists (--format json)", (unsigned)v->n); /* no table for reading */
	else
		print_safe(out, look, v->raw);
}

static void put_facts(struct buf *out, const struct look *look, const struct json *o,
	const char *prefix, unsigned depth)
{
	for (const struct json *v = o->first; v; v = v->next) {
		struct buf key = {0};
		buf_put_str(&key, prefix);
		print_safe(&key, look, v->key);
		buf_put_byte(&key, '\0');
		if (key.failed)
			return;
		if (v->type == JSON_OBJECT && v->n && depth < FACT_DEPTH) {
			key.p[key.n - 1] = '.';
			buf_put_byte(&key, '\0');
			put_facts(out, look, v, key.failed ? "" : key.p, depth + 1);
		} else {
			buf_printf(out, "%-30s ", key.p);
			put_value(out, look, v);
			buf_put_byte(out, '\n');
		}
		buf_release(&key);
	}
}

void layout_facts(struct buf *out, const struct look *look, const struct json *o)
{
	if (o->type == JSON_OBJECT)
		put_facts(out, look, o, "", 0);
}
