#include "daemon/values.h"

#include "daemon/ask_state.h"
#include "daemon/scope.h"
#include "daemon/service.h"
#include "scorer/scorer.h"

#include <ctype.h>
#include <stdio.h>

enum {
	NAME_MAX_BYTES = 200,
	NAMES_MAX = 32,
	AIM_BYTES = 40, /* before the name, where "goal" makes it no measurement */
	TEXT_BYTES = 240,
};

struct value_row {
	struct slice note_id, type, date, quote, text;
	char digest[33];
	const char *section;
	uint32_t start, end, start_cp, end_cp,
		text_start; /* name to value, bytes and code points */
	struct slice unit;
	struct tok_value value;
};

struct values {
	struct slice asked;
	const struct tok_analyte *analyte; /* NULL: a name of the asker's own */
	struct name names_room[NAMES_MAX];
	struct names names;
	struct scope scope;
	uint64_t limit;
	struct arena memory;
	struct chart *chart;
	struct search_counts counts;
	struct value_row *rows;
	size_t n_rows, cap_rows;
	/* mentions of a name; of these, without a value, goals and conditions, other people's */
	uint64_t mentions, bare, aims, others;
	uint64_t start_ns;
};

/* ---- parse ---- */

static void add_name(struct values *v, struct slice text, enum via via)
{
	for (uint32_t i = 0; i < v->names.n; i++)
		if (v->names.at[i].text.n == text.n &&
			strncasecmp(v->names.at[i].text.p, text.p, text.n) == 0)
			return;
	if (text.n && v->names.n < NAMES_MAX)
		v->names.at[v->names.n++] = (struct name){.text = text, .via = via};
}

static void collect_names(struct values *v)
{
	v->names.at = v->names_room;
	add_name(v, v->asked, VIA_EXACT);
	if (!v->analyte)
		return;
	add_name(v, slice_str(v->analyte->name), VIA_SYNONYM);
	for (const char *p = v->analyte->names; *p;) {
		size_t n = strcspn(p, "|");
		add_name(v, slice_of(p, n), VIA_SYNONYM);
		p += n + (p[n] == '|');
	}
}

static struct slice trim(struct slice s)
{
	while (s.n && isspace((unsigned char)s.p[0]))
		s.p++, s.n--;
	while (s.n && isspace((unsigned char)s.p[s.n - 1]))
		s.n--;
	return s;
}

static int read_limits(struct request *r, struct values *v, const struct json *body, struct err *e)
{
	const struct json *limit = json_get(body, "evidence_limit");
	int64_t n = INT64_MAX;
	if (limit && json_int(limit, 0, INT64_MAX, &n))
		return err_set(e, LODE_BADREQ, "\"evidence_limit\" is a whole number");
	v->limit = (uint64_t)n;
	return ask_read_deadline(r, body, e);
}

static void values_release(struct request *r)
{
	struct values *v = r->state;
	arena_release(&v->memory);
}

int values_parse(struct request *r, const struct json *body, struct err *e)
{
	static const char *const known[] = {"value", "evidence_limit", "deadline_ms", NULL};
	const struct json *name = json_get(body, "value");
	struct values *v = arena_new(&r->arena, struct values);
	if (!v)
		return err_set(e, LODE_NOMEM, "no memory for the question");
	r->state = v;
	r->release = values_release;
	arena_init(&v->memory, r->arena.limit);
	int rc = scope_check_members(body, known, e);
	if (rc == 0 && name->type != JSON_STRING)
		rc = err_set(e, LODE_BADREQ, "\"value\" is the name of a test, a string");
	if (rc == 0)
		v->asked = trim(name->str);
	if (rc == 0 && (v->asked.n == 0 || v->asked.n > NAME_MAX_BYTES))
		rc = err_set(e, LODE_BADREQ, "\"value\" has 1 to %d bytes", NAME_MAX_BYTES);
	if (rc == 0)
		rc = scope_parse(body, &r->arena, &v->scope, e);
	if (rc == 0)
		rc = read_limits(r, v, body, e);
	if (rc)
		return rc;
	v->analyte = tok_analyte_by_name(v->asked);
	collect_names(v);
	request_note_query(r, v->asked);
	return 0;
}

/* ---- find ---- */

struct visit {
	struct request *r;
	struct values *v;
};

/* "goal INR 2-3", "keep MAP > 65": what it should be, not what it was. */
static bool is_aim(struct slice text, uint32_t start)
{
	static const char *const words[] = {"goal", "target", "keep", "maintain", "titrate", "aim"};
	uint32_t from = start > AIM_BYTES ? start - AIM_BYTES : 0;
	for (uint32_t i = start; i > from; i--)
		if (strchr(".;\n", text.p[i - 1]))
			from = i;
	for (uint32_t i = from; i < start; i++)
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
			size_t n = strlen(words[k]);
			if (start - i > n && strncasecmp(text.p + i, words[k], n) == 0 &&
				(i == 0 || !isalpha((unsigned char)text.p[i - 1])))
				return true;
		}
	return false;
}

/* false: it is no measurement of the patient's; counted. */
static bool is_measured(struct visit *x, const struct mention_context *m, int *rc)
{
	struct assertion said;
	*rc = cue_judge(x->r->service->cues, m, &x->r->worker->scratch, &said);
	if (*rc)
		return false;
	x->v->others += said.experiencer == EXP_OTHER;
	if (said.experiencer == EXP_OTHER)
		return false;
	bool aim = said.certainty == CERT_HYPOTHETICAL || is_aim(m->doc->text, m->start);
	x->v->aims += aim;
	return !aim;
}

static int keep_text(
	struct values *v, const struct tok_doc *doc, struct value_row *row, const struct hit *hit)
{
	const struct tok_sentence *s = &doc->sentences[tok_sentence_at(doc, hit->start)];
	uint32_t from = s->start, to = s->end > row->end ? s->end : row->end;
	if (row->start - from > TEXT_BYTES)
		from = row->start;
	if (to - row->end > TEXT_BYTES)
		to = row->end;
	while (to > row->end && isspace((unsigned char)doc->text.p[to - 1]))
		to--;
	while (from < row->start && isspace((unsigned char)doc->text.p[from]))
		from++;
	row->text_start = from;
	row->text = arena_slice(&v->memory, slice_of(doc->text.p + from, to - from));
	if (!row->text.p)
		return LODE_NOMEM;
	row->quote = slice_of(row->text.p + (row->start - from), row->end - row->start);
	const struct tok_value *found = &row->value;
	if (found->unit_end > found->unit_start)
		row->unit = slice_of(row->text.p + (found->unit_start - from),
			found->unit_end - found->unit_start);
	return 0;
}

static int add_row(struct values *v, const struct note_view *note, const struct tok_doc *doc,
	const struct hit *hit, const struct tok_value *found)
{
	struct value_row *rows =
		arena_grow(&v->memory, v->rows, v->n_rows, sizeof(*rows), &v->cap_rows);
	if (!rows)
		return LODE_NOMEM;
	v->rows = rows;
	struct value_row *row = &v->rows[v->n_rows];
	*row = (struct value_row){.note_id = note->note_id,
		.type = note->type,
		.date = note->date,
		.section = tok_section_name(doc->sections[tok_section_at(doc, hit->start)].class),
		.start = hit->start,
		.end = found->end,
		.value = *found};
	digest128_hex(note->digest, row->digest);
	row->start_cp = (uint32_t)tok_cp_count(slice_of(doc->text.p, row->start));
	row->end_cp = row->start_cp + (uint32_t)tok_cp_count(slice_of(
					      doc->text.p + row->start, row->end - row->start));
	int rc = keep_text(v, doc, row, hit);
	v->n_rows += rc == 0;
	return rc;
}

static int on_note(void *arg, const struct note_view *note, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n_hits)
{
	struct visit *x = arg;
	struct values *v = x->v;
	int rc = 0;
	for (uint32_t i = 0; i < n_hits && rc == 0; i++) {
		const struct hit *h = &hits[i];
		struct mention_context m = {doc, h->start, h->end, note->type};
		struct tok_value found;
		if (h->mask_overlap || !tok_analyte_has(v->analyte, doc->text, h->start, h->end))
			continue;
		v->mentions++;
		if (!tok_value_read(doc->text, h->end, v->analyte, &found))
			v->bare++;
		else if (is_measured(x, &m, &rc) && rc == 0)
			rc = add_row(v, note, doc, h, &found);
	}
	return rc;
}

/* ---- answer ---- */

/* A number as it was written, without what floating point adds. */
static void put_number(struct json_writer *w, const char *key, double x)
{
	char text[40];
	snprintf(text, sizeof(text), "%.6g", x);
	json_key(w, key);
	if (strpbrk(text, "einf"))
		json_double(w, x, 0);
	else
		json_raw(w, slice_str(text));
}

static void put_value(struct json_writer *w, const struct values *v, const struct value_row *row)
{
	static const char *const relations[] = {"=", "<", ">", "~"};
	const struct tok_value *x = &row->value;
	json_kv_str(w, "relation", relations[x->relation]);
	put_number(w, "low", x->low);
	put_number(w, "high", x->high);
	if (x->has_second) {
		put_number(w, "second_low", x->second_low);
		put_number(w, "second_high", x->second_high);
	}
	json_kv_optional(w, "unit", row->unit);
	if (v->analyte) {
		put_number(w, "usual_low", x->usual_low);
		put_number(w, "usual_high", x->usual_high);
	}
}

static void put_row(struct json_writer *w, const struct request *r, const struct values *v,
	const struct value_row *row)
{
	json_begin_object(w);
	json_kv_string(w, "patient", r->patient);
	json_kv_string(w, "note", row->note_id);
	json_kv_str(w, "digest", row->digest);
	json_kv_optional(w, "type", row->type);
	json_kv_optional(w, "date", row->date);
	json_kv_str(w, "section", row->section);
	json_kv_uint(w, "start", row->start);
	json_kv_uint(w, "end", row->end);
	json_kv_uint(w, "start_cp", row->start_cp);
	json_kv_uint(w, "end_cp", row->end_cp);
	json_kv_string(w, "quote", row->quote);
	json_kv_string(w, "text", row->text);
	json_kv_uint(w, "text_start", row->text_start);
	put_value(w, v, row);
	json_end_object(w);
}

static void put_search(struct json_writer *w, const struct values *v)
{
	json_key(w, "search");
	json_begin_object(w);
	json_kv_uint(w, "chunks_total", v->counts.chunks_total);
	json_kv_uint(w, "chunks_matched", v->counts.chunks_matched);
	json_kv_uint(w, "notes_total", v->counts.notes_total);
	json_kv_uint(w, "notes_in_scope", v->counts.notes_in_scope);
	json_kv_uint(w, "notes_searched", v->counts.notes_searched);
	json_kv_bool(w, "complete", v->counts.complete);
	if (!v->counts.complete)
		json_kv_str(w, "why", v->counts.why);
	json_end_object(w);
}

static void put_answer(struct request *r, const struct values *v)
{
	struct json_writer w;
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_kv_string(&w, "patient", r->patient);
	json_kv_string(&w, "value", v->asked);
	json_kv_optional(&w, "test", v->analyte ? slice_str(v->analyte->name) : (struct slice){0});
	json_kv_optional(
		&w, "usual_unit", v->analyte ? slice_str(v->analyte->unit) : (struct slice){0});
	json_key(&w, "names");
	json_begin_array(&w);
	for (uint32_t i = 0; i < v->names.n; i++)
		json_string(&w, v->names.at[i].text);
	json_end_array(&w);
	json_kv_uint(&w, "mentions", v->mentions);
	json_kv_uint(&w, "without_value", v->bare);
	json_kv_uint(&w, "goals", v->aims);
	json_kv_uint(&w, "other_people", v->others);
	json_kv_uint(&w, "found", v->n_rows);
	json_key(&w, "values");
	json_begin_array(&w);
	for (size_t i = 0; i < v->n_rows && i < v->limit; i++)
		put_row(&w, r, v, &v->rows[i]);
	json_end_array(&w);
	put_search(&w, v);
	json_kv_uint(&w, "index_revision", snapshot_revision(r->snapshot));
	json_key(&w, "elapsed_us");
	json_begin_object(&w);
	json_kv_uint(&w, "total", (now_ns() - v->start_ns) / 1000);
	json_end_object(&w);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
}

/* What was not found is said of a chart that is whole now. */
static void recheck(struct values *v)
{
	struct chart_info info;
	chart_recheck(v->chart);
	chart_info(v->chart, &info);
	if (!info.damage[0] || !v->counts.complete)
		return;
	v->counts.complete = false;
	memcpy(v->counts.why, info.damage, sizeof(v->counts.why));
}

enum next values_step(struct request *r)
{
	struct values *v = r->state;
	struct search_stop stop = request_stop(r);
	struct visit visit = {r, v};
	struct err e = {0};
	v->start_ns = now_ns();
	int rc = request_snapshot(r);
	if (rc)
		return NEXT_FAIL;
	rc = chart_open(r->snapshot, r->patient, &r->arena, &v->chart, &e);
	if (rc == 0)
		rc = chart_find(v->chart, &v->names, &v->scope, r->worker->tok, &stop,
			&r->worker->scratch, on_note, &visit, &v->counts, &e);
	if (rc == LODE_NOMEM && v->memory.used > v->memory.limit / 2)
		return request_fail(r, LODE_TOOBIG,
			"%zu values and counting do not fit the memory of a request: narrow the "
			"question (from, to, types, sections) or raise request_memory",
			v->n_rows);
	if (rc)
		return request_fail_err(r, rc, &e);
	if (v->n_rows == 0)
		recheck(v);
	r->notes_seen += v->counts.notes_searched;
	put_answer(r, v);
	if (r->out.failed)
		return request_fail(r, LODE_TOOBIG, "the answer is over max_answer bytes");
	return request_reply(r, 200, "application/json");
}
