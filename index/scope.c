#include "index/scope.h"

#include "index/note.h"

#include <stdio.h>
#include <time.h>

enum { DAY_BYTES = 10 }; /* YYYY-MM-DD */

static struct slice day_of(struct slice date)
{
	return slice_of(date.p, date.n < DAY_BYTES ? date.n : DAY_BYTES);
}

static bool is_day(struct slice date)
{
	return date.n >= DAY_BYTES && note_date_is_valid(day_of(date));
}

int scope_check(const struct scope *s, struct err *e)
{
	if (!s)
		return 0;
	if (s->from.n > 0 && !is_day(s->from))
		return err_set(e, LODE_BADREQ, "from: not a date (YYYY-MM-DD)");
	if (s->to.n > 0 && !is_day(s->to))
		return err_set(e, LODE_BADREQ, "to: not a date (YYYY-MM-DD)");
	if (s->as_of.n > 0 && !is_day(s->as_of))
		return err_set(e, LODE_BADREQ, "as_of: not a date (YYYY-MM-DD)");
	return 0;
}

bool scope_is_whole(const struct scope *s)
{
	return !s || (s->from.n == 0 && s->to.n == 0 && s->as_of.n == 0 && s->n_types == 0);
}

static bool caseless_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

bool scope_has_note(const struct scope *s, const struct note_view *note)
{
	bool type = !s || s->n_types == 0;
	if (!s)
		return true;
	for (uint32_t i = 0; i < s->n_types && !type; i++)
		type = caseless_eq(s->types[i], note->type);
	if (!type)
		return false;
	struct slice day = day_of(note->date);
	if (day.n == 0)
		return s->from.n == 0 && s->to.n == 0;
	return (s->from.n == 0 || slice_cmp(day, day_of(s->from)) >= 0) &&
	       (s->to.n == 0 || slice_cmp(day, day_of(s->to)) <= 0) &&
	       (s->as_of.n == 0 || slice_cmp(day, day_of(s->as_of)) <= 0);
}

bool scope_has_byte(const struct scope *s, const struct tok_doc *doc, uint32_t byte)
{
	if (!s || s->sections == 0)
		return true;
	uint8_t class = TOK_SEC_NONE;
	if (doc->n_sections > 0)
		class = doc->sections[tok_section_at(doc, byte)].class;
	return s->sections >> class & 1;
}

void scope_lost(struct search_counts *counts, uint64_t n, const char *why)
{
	counts->notes_searched -= n < counts->notes_searched ? n : counts->notes_searched;
	counts->complete = false;
	if (counts->why[0] == '\0')
		snprintf(counts->why, sizeof(counts->why), "%.*s", (int)sizeof(counts->why) - 1,
			why);
}

/* Live notes of one readable segment that are in scope; a record that does not parse counts, as a
 * note of unknown date, and is not searched. */
static void count_segment(
	struct chart *c, uint32_t segment, const struct scope *scope, struct search_counts *counts)
{
	const struct chart_segment *s = &c->segments[segment];
	for (uint32_t i = 0; i < s->seg.n_notes; i++) {
		struct note_view v;
		struct err why = {0};
		if (chart_note_is_dead(s, i))
			continue;
		int rc = chart_note(c, segment, i, &v, &why);
		if (rc == 0 && !scope_has_note(scope, &v))
			continue;
		counts->notes_in_scope++;
		counts->notes_searched++;
		if (rc < 0)
			scope_lost(counts, 1, why.text);
	}
}

void scope_count(struct chart *c, const struct scope *scope, struct search_counts *counts)
{
	uint64_t live = 0, lost = 0;
	*counts = (struct search_counts){
		.notes_total = c->info.notes_total,
		.chunks_total = c->info.chunks_total,
		.complete = true,
	};
	for (uint32_t i = 0; i < c->n_segments; i++) {
		live += c->segments[i].n_live;
		lost += c->segments[i].damaged ? c->segments[i].n_live : 0;
		if (!scope_is_whole(scope) && !c->segments[i].damaged)
			count_segment(c, i, scope, counts);
	}
	/* Notes that the record promises and no segment holds are damage too. */
	if (live < c->info.notes_total)
		lost += c->info.notes_total - live;
	if (scope_is_whole(scope))
		counts->notes_in_scope = counts->notes_searched = c->info.notes_total;
	else
		counts->notes_in_scope += lost, counts->notes_searched += lost;
	if (lost > 0)
		scope_lost(counts, lost, c->info.damage[0] ? c->info.damage : "notes are missing");
}

void scope_lose_segment(struct chart *c, uint32_t segment, const struct scope *scope,
	struct search_counts *counts, const char *why)
{
	const struct chart_segment *s = &c->segments[segment];
	uint64_t lost = 0;
	for (uint32_t i = 0; i < s->n_notes; i++) {
		struct note_view v;
		if (!chart_note_is_dead(s, i) &&
			(chart_note(c, segment, i, &v, NULL) < 0 || scope_has_note(scope, &v)))
			lost++;
	}
	chart_damage(c, segment, why);
	scope_lost(counts, lost, why);
}

int scope_stop(const struct search_stop *stop, struct err *e)
{
	struct timespec t;
	if (!stop)
		return 0;
	if (stop->cancelled && atomic_load_explicit(stop->cancelled, memory_order_relaxed))
		return err_set(e, LODE_CANCELLED, "search cancelled");
	if (stop->deadline_ns == 0)
		return 0;
	clock_gettime(CLOCK_MONOTONIC, &t);
	if ((uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec >= stop->deadline_ns)
		return err_set(e, LODE_TIMEOUT, "deadline passed during the search");
	return 0;
}

int scope_note_order(const struct note_view *a, const struct note_view *b)
{
	int order = slice_cmp(a->date, b->date);
	return order ? order : slice_cmp(a->note_id, b->note_id);
}
