/* Values of a test as a person reads them: a head, then a line for each with the text around it. */
#include "client/ask.h"

#include "client/layout.h"

#include <stdio.h>

static void put_number(struct buf *out, const struct json *item, const char *key)
{
	buf_printf(out, "%.6g", layout_num(item, key));
}

static void put_range(struct buf *out, const struct json *item, const char *low, const char *high)
{
	put_number(out, item, low);
	if (layout_num(item, high) > layout_num(item, low)) {
		buf_put_byte(out, '-');
		put_number(out, item, high);
	}
}

static void fill(const struct look *look, const struct json *item, struct layout_line *line)
{
	struct slice relation = layout_str(item, "relation"), unit = layout_str(item, "unit");
	if (relation.n && relation.p[0] != '=') {
		print_safe(&line->words, look, relation);
		buf_put_byte(&line->words, ' ');
	}
	put_range(&line->words, item, "low", "high");
	if (json_get(item, "second_low")) {
		buf_put_byte(&line->words, '/');
		put_range(&line->words, item, "second_low", "second_high");
	}
	if (unit.n) {
		buf_put_byte(&line->words, ' ');
		print_safe(&line->words, look, unit);
	}
	double written = layout_num(item, "low"), usual = layout_num(item, "usual_low");
	if (json_get(item, "usual_low") && usual != written) {
		buf_put_str(&line->notes, "= ");
		put_range(&line->notes, item, "usual_low", "usual_high");
		buf_put_str(&line->notes, " in the usual unit");
	}
}

static void body(struct buf *out, const struct look *look, const struct json *item, void *arg)
{
	struct slice text = layout_str(item, "text"), quote = layout_str(item, "quote");
	uint64_t start = layout_uint(item, "start"), from = layout_uint(item, "text_start");
	struct print_mark mark = {0, quote.n};
	if (start >= from && start - from <= text.n && quote.n <= text.n - (start - from))
		mark = (struct print_mark){start - from, start - from + quote.n};
	else
		text = quote;
	if (text.n)
		layout_passage(out, look, text, &mark, quote.n ? 1 : 0);
}

static void part(struct print_row *row, struct buf *text)
{
	if (text->n)
		print_part(row, 3, 0, buf_slice(text));
	buf_clear(text);
}

static void put_left_out(struct buf *text, const struct json *answer)
{
	static const struct {
		const char *key, *one, *more;
	} rows[] = {{"without_value", "mention without a value", "mentions without a value"},
		{"goals", "goal or condition", "goals or conditions"},
		{"other_people", "of another person", "of other people"}};
	const char *before = "left out: ";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t n = layout_uint(answer, rows[i].key);
		if (n == 0)
			continue;
		buf_put_str(text, before);
		print_count(text, n);
		buf_printf(text, " %s", n == 1 ? rows[i].one : rows[i].more);
		before = ", ";
	}
}

static void put_head(struct buf *out, const struct look *look, const struct json *answer)
{
	struct print_row row = {.out = out, .look = look, .indent = 2};
	struct slice test = layout_str(answer, "test"), unit = layout_str(answer, "usual_unit");
	uint64_t n = layout_uint(answer, "found");
	struct buf text = {0};
	print_count(&text, n);
	buf_put_str(&text, n == 1 ? " VALUE" : " VALUES");
	print_part_styled(&row, 0, STYLE_BOLD, buf_slice(&text));
	buf_clear(&text);
	print_safe(&text, look, test.n ? test : layout_str(answer, "value"));
	if (unit.n) {
		buf_put_str(&text, ", ");
		print_safe(&text, look, unit);
	}
	part(&row, &text);
	put_left_out(&text, answer);
	part(&row, &text);
	layout_searched(&text, json_get(answer, "search"));
	part(&row, &text);
	layout_elapsed(&row, answer);
	buf_put_byte(out, '\n');
	buf_release(&text);
}

void ask_value_text(struct buf *out, const struct look *look, const struct json *answer)
{
	struct layout_list list = {
		.items = layout_first(answer, "values"), .fill = fill, .body = body};
	put_head(out, look, answer);
	layout_incomplete(out, look, json_get(answer, "search"));
	if (list.items)
		buf_put_byte(out, '\n');
	layout_list(out, look, &list);
}
