/* An answer as a person reads it; design.md has the shape. */
#include "client/ask.h"

#include "client/client.h"
#include "client/layout.h"

static bool str_is(const struct json *o, const char *key, const char *value)
{
	return slice_eq(layout_str(o, key), slice_str(value));
}

int ask_verdict_exit(const struct json *answer)
{
	if (str_is(answer, "verdict", "present"))
		return EXIT_VERDICT_PRESENT;
	if (str_is(answer, "verdict", "not_mentioned"))
		return EXIT_VERDICT_NOT_MENTIONED;
	if (str_is(answer, "verdict", "uncertain"))
		return EXIT_VERDICT_UNCERTAIN;
	if (!str_is(answer, "verdict", "absent"))
		return EXIT_FAILED;
	if (str_is(answer, "basis", "family_only"))
		return EXIT_VERDICT_FAMILY;
	return str_is(answer, "basis", "hypothetical_only") ? EXIT_VERDICT_HYPOTHETICAL
							    : EXIT_VERDICT_ABSENT;
}

enum style ask_verdict_style(const struct json *answer)
{
	switch (ask_verdict_exit(answer)) {
	case EXIT_VERDICT_PRESENT: return STYLE_GOOD;
	case EXIT_VERDICT_UNCERTAIN: return STYLE_WARN;
	default: return STYLE_BOLD;
	}
}

/* ---- the head ---- */

static void part(struct print_row *row, struct buf *text)
{
	if (text->n)
		print_part(row, 3, 0, buf_slice(text));
	buf_clear(text);
}

void ask_text_bases(struct buf *text, const struct look *look, const struct json *answer)
{
	struct slice basis = layout_str(answer, "basis");
	layout_words(text, look, basis, false);
	const char *before = " (also ";
	const struct json *v = layout_first(answer, "bases");
	for (; v; v = v->next) {
		if (v->type != JSON_STRING || slice_eq(v->str, basis))
			continue;
		buf_put_str(text, before);
		layout_words(text, look, v->str, false);
		before = ", ";
	}
	if (before[0] == ',')
		buf_put_byte(text, ')');
}

void ask_text_counts(struct buf *text, const struct json *answer)
{
	uint64_t mentions = layout_uint(answer, "mentions");
	print_count(text, mentions);
	buf_put_str(text, mentions == 1 ? " mention" : " mentions");
	if (mentions > 1 && json_get(answer, "independent")) {
		buf_put_str(text, ", ");
		print_count(text, layout_uint(answer, "independent"));
		buf_put_str(text, " independent");
	}
}

static void put_head(struct buf *out, const struct look *look, const struct json *answer)
{
	struct print_row row = {.out = out, .look = look, .indent = 2};
	struct buf text = {0};
	layout_words(&text, look, layout_str(answer, "verdict"), true);
	if (json_get(answer, "probability"))
		buf_printf(&text, " %.2f", layout_num(answer, "probability"));
	print_part_styled(&row, 0, ask_verdict_style(answer), buf_slice(&text));
	buf_clear(&text);
	print_safe(&text, look, layout_str(answer, "condition"));
	part(&row, &text);
	ask_text_bases(&text, look, answer);
	part(&row, &text);
	ask_text_counts(&text, answer);
	part(&row, &text);
	layout_searched(&text, json_get(answer, "search"));
	part(&row, &text);
	layout_elapsed(&row, answer);
	buf_put_byte(out, '\n');
	buf_release(&text);
}

static void put_names(struct buf *text, const struct look *look, const struct json *answer)
{
	const char *before = "";
	for (const struct json *v = layout_first(answer, "names"); v; v = v->next) {
		struct slice via = layout_str(v, "via");
		buf_put_str(text, before);
		print_safe(text, look, v->type == JSON_STRING ? v->str : layout_str(v, "text"));
		if (via.n && !slice_eq(via, SLICE("exact"))) {
			buf_put_str(text, " (");
			layout_words(text, look, via, false);
			buf_put_byte(text, ')');
		}
		before = ", ";
	}
}

/* A checked answer about these names, not about the world: so they come first. */
static void put_head_not_mentioned(
	struct buf *out, const struct look *look, const struct json *answer)
{
	struct print_row row = {.out = out, .look = look, .indent = 2, .column = 2};
	const struct json *names = json_get(answer, "names");
	unsigned n = names && names->type == JSON_ARRAY ? names->n : 0;
	struct buf text = {0}, line = {0};
	print_style(out, look, STYLE_BOLD);
	buf_put_str(out, "NOT MENTIONED");
	print_plain(out, look);
	if (n == 1)
		buf_put_str(&line, " under this name: ");
	else
		buf_printf(&line, " under these %u names: ", n);
	put_names(&line, look, answer);
	buf_put_slice(out, buf_slice(&line));
	buf_put_str(out, "\n  ");
	layout_searched(&text, json_get(answer, "search"));
	if (text.n)
		print_part(&row, 0, 0, buf_slice(&text));
	layout_elapsed(&row, answer);
	buf_put_byte(out, '\n');
	buf_release(&text);
	buf_release(&line);
}

/* ---- the evidence ---- */

static void also(struct buf *notes)
{
	if (notes->n)
		buf_put_str(notes, ", ");
}

/* "without severe": what was asked for and does not stand there. */
static void put_partial(const struct look *look, const struct json *item, struct buf *notes)
{
	const char *before = "without ";
	for (const struct json *v = layout_first(item, "partial"); v; v = v->next) {
		if (before[0] == 'w')
			also(notes);
		buf_put_str(notes, before);
		print_safe(notes, look, v->type == JSON_STRING ? v->str : SLICE("?"));
		before = ", ";
	}
}

static void fill_notes(const struct look *look, const struct json *item, struct buf *notes)
{
	struct slice via = layout_str(item, "via"), copy_of = layout_str(item, "copy_of");
	if (str_is(item, "evidence_class", "indication"))
		buf_put_str(notes, "indication");
	if (via.n && !slice_eq(via, SLICE("exact"))) {
		also(notes);
		buf_put_str(notes, "via ");
		layout_words(notes, look, via, false);
	}
	put_partial(look, item, notes);
	if (layout_is(item, "mask_overlap", true)) {
		also(notes);
		buf_put_str(notes, "overlaps a mask");
	}
	if (copy_of.n) {
		also(notes);
		buf_put_str(notes, "copy of ");
		print_safe(notes, look, copy_of);
	}
}

void ask_text_fill(const struct look *look, const struct json *item, struct layout_line *line)
{
	struct slice when = layout_str(json_get(item, "temporality"), "value");
	layout_words(&line->words, look, layout_str(item, "assertion"), false);
	if (when.n && !slice_eq(when, SLICE("recent"))) {
		buf_put_str(&line->words, ", ");
		layout_words(&line->words, look, when, false);
	}
	if (json_get(item, "p_present"))
		buf_printf(&line->number, "%.2f", layout_num(item, "p_present"));
	fill_notes(look, item, &line->notes);
}

static void put_axes(struct buf *out, const struct look *look, const struct json *item)
{
	static const char *const axes[] = {"negation", "certainty", "experiencer", "temporality"};
	const struct json *cue = json_get(item, "cue");
	const char *before = "      ";
	for (int i = 0; i < 4; i++) {
		const struct json *axis = json_get(item, axes[i]);
		if (!axis)
			continue;
		buf_put_str(out, before);
		layout_words(out, look, layout_str(axis, "value"), false);
		buf_printf(out, " %.2f", layout_num(axis, "p"));
		before = ", ";
	}
	if (cue && cue->type == JSON_OBJECT) {
		buf_put_str(out, *before == ',' ? "; cue" : "      cue");
		if (layout_str(cue, "text").n) {
			buf_put_str(out, " \"");
			print_safe(out, look, layout_str(cue, "text"));
			buf_put_byte(out, '"');
		}
		if (layout_str(cue, "kind").n) {
			buf_put_str(out, " (");
			layout_words(out, look, layout_str(cue, "kind"), false);
			buf_put_byte(out, ')');
		}
	} else if (*before != ',') {
		return;
	}
	buf_put_byte(out, '\n');
}

/* What the rules said and what the model alone would: only where there is a model. */
static void put_judges(struct buf *out, const struct look *look, const struct json *item)
{
	const struct json *why = json_get(item, "why");
	const struct json *rules = json_get(why, "rules"), *model = json_get(why, "model");
	if (!rules || !model || model->type != JSON_OBJECT)
		return;
	buf_put_str(out, "      rules: ");
	layout_words(out, look, layout_str(rules, "assertion"), false);
	buf_put_str(out, "; model:");
	for (const struct json *axis = model->first; axis; axis = axis->next) {
		buf_put_str(out, axis == model->first ? " " : ", ");
		layout_words(out, look, layout_str(axis, "value"), false);
	}
	if (layout_is(item, "disagree", true))
		buf_put_str(out, " (they disagree)");
	if (layout_is(why, "unsure", true))
		buf_put_str(out, "; within the band of doubt");
	buf_put_byte(out, '\n');
}

void ask_text_body(struct buf *out, const struct look *look, const struct json *item, void *arg)
{
	const bool *why = arg;
	struct slice text = layout_str(item, "text"), quote = layout_str(item, "quote");
	uint64_t start = layout_uint(item, "start"), text_start = layout_uint(item, "text_start");
	struct print_mark mark = {0, quote.n};
	bool is_there = start >= text_start && start - text_start <= text.n &&
			quote.n <= text.n - (start - text_start) &&
			memcmp(text.p + (start - text_start), quote.p, quote.n) == 0;
	if (is_there) {
		mark.start = start - text_start;
		mark.end = mark.start + quote.n;
	} else {
		text = quote;
	}
	if (text.n)
		layout_passage(out, look, text, &mark, quote.n ? 1 : 0);
	if (*why) {
		put_axes(out, look, item);
		put_judges(out, look, item);
	}
}

/* ---- what follows it ---- */

static void put_side(struct buf *out, const struct look *look, const struct json *side)
{
	if (layout_str(side, "date").n) {
		buf_put_byte(out, ' ');
		print_safe(out, look, layout_str(side, "date"));
	}
	buf_put_byte(out, ' ');
	print_safe(out, look, layout_str(side, "note"));
	if (json_get(side, "start"))
		buf_printf(out, ":%llu-%llu", (unsigned long long)layout_uint(side, "start"),
			(unsigned long long)layout_uint(side, "end"));
}

void ask_text_contradictions(struct buf *out, const struct look *look, const struct json *answer)
{
	const struct json *v = layout_first(answer, "contradictions");
	if (v)
		buf_put_byte(out, '\n');
	for (; v; v = v->next) {
		const struct json *yes = json_get(v, "affirmed"), *no = json_get(v, "denied");
		if (!yes || !no)
			continue;
		buf_put_str(out, "  CONTRADICTION: affirmed");
		put_side(out, look, yes);
		buf_put_str(out, ", denied");
		put_side(out, look, no);
		buf_put_byte(out, '\n');
	}
}

static void put_withheld(struct buf *out, const struct json *answer)
{
	const struct json *evidence = json_get(answer, "evidence");
	uint64_t mentions = layout_uint(answer, "mentions");
	if (!evidence || evidence->type != JSON_ARRAY || evidence->n >= mentions)
		return;
	buf_put_str(out, "  ... and ");
	print_count(out, mentions - evidence->n);
	buf_put_str(out, " more\n");
}

/* Share of hidden units that fired on what the model read, layer by layer. */
static void put_active(struct buf *out, const struct json *answer)
{
	const char *before = "  active    ";
	const struct json *scorer = json_get(answer, "scorer");
	for (const struct json *v = layout_first(scorer, "active_fraction"); v; v = v->next) {
		buf_printf(out, "%s%.2f", before, v->type == JSON_NUMBER ? 100 * v->num : 0);
		before = ", ";
	}
	if (*before == ',')
		buf_printf(out, " %% of the hidden units, by layer, on %llu subwords\n",
			(unsigned long long)layout_uint(scorer, "tokens"));
}

static void put_why(struct buf *out, const struct look *look, const struct json *answer)
{
	const struct json *search = json_get(answer, "search");
	buf_put_str(out, "\n  names     ");
	put_names(out, look, answer);
	buf_put_byte(out, '\n');
	for (const struct json *v = layout_first(search, "rounds"); v; v = v->next) {
		buf_put_str(out, "  round     ");
		print_safe(out, look, v->raw);
		buf_put_byte(out, '\n');
	}
	if (json_get(search, "chunks_total"))
		buf_printf(out,
			"  chunks    %llu in the chart, %llu matched, %llu mentions judged\n",
			(unsigned long long)layout_uint(search, "chunks_total"),
			(unsigned long long)layout_uint(search, "chunks_matched"),
			(unsigned long long)layout_uint(search, "mentions_scored"));
	const struct json *elapsed = json_get(answer, "elapsed_us");
	const char *before = "  time      ";
	for (const struct json *v = elapsed ? elapsed->first : NULL; v; v = v->next) {
		buf_put_str(out, before);
		print_safe(out, look, v->key);
		buf_put_byte(out, ' ');
		print_duration(out, v->num > 0 && v->num < 9e15 ? (uint64_t)v->num : 0);
		before = ", ";
	}
	if (*before == ',')
		buf_put_byte(out, '\n');
	buf_put_str(out, "  model     ");
	print_safe(out, look, layout_str(answer, "model"));
	buf_printf(out, ", index revision %llu\n",
		(unsigned long long)layout_uint(answer, "index_revision"));
	put_active(out, answer);
}

void ask_text_head(struct buf *out, const struct look *look, const struct json *answer)
{
	if (str_is(answer, "verdict", "not_mentioned"))
		put_head_not_mentioned(out, look, answer);
	else
		put_head(out, look, answer);
	layout_incomplete(out, look, json_get(answer, "search"));
}

void ask_text_evidence(
	struct buf *out, const struct look *look, const struct json *answer, bool why)
{
	struct layout_list list = {.items = layout_first(answer, "evidence"),
		.fill = ask_text_fill,
		.body = ask_text_body,
		.arg = &why};
	layout_list(out, look, &list);
	put_withheld(out, answer);
}

void ask_text(struct buf *out, const struct look *look, const struct json *answer, bool why)
{
	ask_text_head(out, look, answer);
	if (layout_first(answer, "evidence"))
		buf_put_byte(out, '\n');
	ask_text_evidence(out, look, answer, why);
	ask_text_contradictions(out, look, answer);
	if (why)
		put_why(out, look, answer);
}
