/* timeline: what a chart says of a condition, day by day. */
#include "client/ask.h"
#include "client/client.h"
#include "client/layout.h"

#include <stdio.h>

enum { YEAR = 4, MARKS_A_LINE = 60 };

static const struct {
	const char *stance;
	char mark;
	const char *words;
} stances[] = {
	{"affirmed", '+', "affirmed"},
	{"denied", '-', "denied"},
	{"suspected", '?', "suspected"},
	{"other_person", 'o', "someone else's"},
	{"hypothetical", '~', "if, or not yet"},
	{"indication", ':', "points to it"},
	{"hint", '.', "hint"},
};

enum { STANCES = sizeof(stances) / sizeof(stances[0]) };

static int stance_of(const struct json *entry)
{
	struct slice s = layout_str(entry, "stance");
	for (int i = 0; i < STANCES; i++)
		if (slice_eq(s, slice_str(stances[i].stance)))
			return i;
	return -1;
}

/* ---- the strip: a mark for each entry, a line for each year ---- */

static struct slice year_of(const struct json *day)
{
	struct slice date = layout_str(day, "date");
	return slice_of(date.p, date.n < YEAR ? date.n : YEAR);
}

static void begin_year(struct buf *out, const struct look *look, struct slice year)
{
	buf_put_str(out, "\n  ");
	print_blanks(out, YEAR - print_safe(out, look, year));
	buf_put_str(out, " ");
}

/* Days of one year stand side by side, entries of one day without a blank. */
static void put_strip(
	struct buf *out, const struct look *look, const struct json *days, unsigned *seen)
{
	struct slice year = {0};
	unsigned marks = 0;
	for (const struct json *day = days; day; day = day->next) {
		bool is_first = true;
		const struct json *entries = layout_first(day, "entries");
		if (!entries || !layout_str(day, "date").n)
			continue;
		if (!slice_eq(year, year_of(day)) || marks >= MARKS_A_LINE) {
			begin_year(
				out, look, slice_eq(year, year_of(day)) ? SLICE("") : year_of(day));
			year = year_of(day);
			marks = 0;
		}
		for (const struct json *e = entries; e; e = e->next) {
			int i = stance_of(e);
			if (is_first)
				buf_put_byte(out, ' ');
			buf_put_byte(out, i < 0 ? '*' : stances[i].mark);
			marks += is_first ? 2 : 1;
			is_first = false;
			*seen |= i < 0 ? 0 : 1U << i;
		}
	}
}

static void put_legend(struct buf *out, const struct look *look, unsigned seen)
{
	struct print_row row = {.out = out, .look = look, .indent = 7, .column = 7};
	bool is_first = true;
	buf_put_str(out, "\n       ");
	print_style(out, look, STYLE_DIM);
	for (int i = 0; i < STANCES; i++) {
		char text[32];
		if (!(seen >> i & 1))
			continue;
		int n = snprintf(text, sizeof(text), "%c %s", stances[i].mark, stances[i].words);
		print_part(&row, is_first ? 0 : 3, 0, slice_of(text, (size_t)n));
		is_first = false;
	}
	print_plain(out, look);
	buf_put_byte(out, '\n');
}

/* ---- the entries ---- */

static void fill(const struct look *look, const struct json *item, struct layout_line *line)
{
	int i = stance_of(item);
	uint64_t copies = layout_uint(item, "copies");
	buf_put_byte(&line->words, i < 0 ? '*' : stances[i].mark);
	buf_put_byte(&line->words, ' ');
	ask_text_fill(look, item, line);
	if (layout_is(item, "superseded", true)) {
		bool is_affirmed = slice_eq(layout_str(item, "stance"), SLICE("affirmed"));
		buf_put_str(&line->notes, line->notes.n ? ", " : "");
		buf_put_str(&line->notes, is_affirmed ? "taken back later" : "denied later");
	}
	if (copies == 0)
		return;
	buf_put_str(&line->notes, line->notes.n ? ", copied " : "copied ");
	if (copies == 1)
		buf_put_str(&line->notes, "once");
	else
		buf_printf(&line->notes, "%llu times", (unsigned long long)copies);
	if (layout_str(item, "last_copied").n) {
		buf_put_str(&line->notes, copies == 1 ? ", " : ", until ");
		print_safe(&line->notes, look, layout_str(item, "last_copied"));
	}
}

/* The entries of all days in one list, those without a date last.  In the arena; NULL: none, or no memory. */
static const struct json *all_entries(const struct json *days, struct arena *a)
{
	struct json *first = NULL, **end = &first;
	for (int undated = 0; undated < 2; undated++)
		for (const struct json *day = days; day; day = day->next) {
			if ((layout_str(day, "date").n == 0) != undated)
				continue;
			for (const struct json *e = layout_first(day, "entries"); e; e = e->next) {
				struct json *copy = arena_new(a, struct json);
				if (!copy)
					return NULL;
				*copy = *e;
				copy->next = NULL;
				*end = copy;
				end = &copy->next;
			}
		}
	return first;
}

static void put_answer(struct call *c, const struct json *answer)
{
	bool why = args_has(c->args, OPT_WHY);
	const struct json *days = layout_first(answer, "timeline");
	struct layout_list list = {.items = all_entries(days, &c->arena),
		.fill = fill,
		.body = ask_text_body,
		.arg = &why};
	unsigned seen = 0;
	uint64_t withheld = 0;
	ask_text_head(&c->out, &c->look, answer);
	if (!list.items)
		return;
	put_strip(&c->out, &c->look, days, &seen);
	put_legend(&c->out, &c->look, seen);
	buf_put_byte(&c->out, '\n');
	layout_list(&c->out, &c->look, &list);
	for (const struct json *day = days; day; day = day->next)
		withheld += layout_uint(day, "withheld");
	if (withheld)
		buf_printf(&c->out, "  ... and %llu more\n", (unsigned long long)withheld);
	ask_text_contradictions(&c->out, &c->look, answer);
}

int timeline_run(const struct args *a)
{
	static const struct ask_form form = {
		.tail = "/timeline", .put_members = ask_put_shown, .put_text = put_answer};
	return ask_run_form(a, &form);
}
