#include "daemon/patients.h"

#include "base/http.h"
#include "daemon/config.h"
#include "daemon/service.h"

#include <assert.h>
#include <stdlib.h>

enum { PAGE_BYTES = 128 << 10, CURSOR_MAX = 1024, SHIFT_STOP = 1 };

/* ---- lists: pages of lines, each from a snapshot of its own ---- */

/* No snapshot is held while a client reads: a page ends, its snapshot ends, the next page goes on
 * after the last line.  A client that needs one revision compares index_revision before and after. */
struct list {
	struct slice cursor;   /* last line sent, or the client's; empty: from the start */
	char room[CURSOR_MAX]; /* where cursor points */
	uint64_t left;         /* lines the client still wants */
	size_t page_start;     /* in r->out, which is not empty when it cannot be streamed */
	bool is_ended;
};

static enum next parse_limit(struct request *r, struct list *l)
{
	struct slice raw = http_query_get(r->query, "limit");
	l->left = UINT64_MAX;
	if (!raw.p)
		return NEXT_STEP;
	char digits[20] = "";
	if (raw.n == 0 || raw.n >= sizeof(digits))
		return request_fail(r, LODE_BADREQ, "limit: must be a number from 1 on");
	memcpy(digits, raw.p, raw.n);
	char *end;
	l->left = strtoull(digits, &end, 10);
	if (*end || digits[0] < '0' || digits[0] > '9' || l->left == 0)
		return request_fail(r, LODE_BADREQ, "limit: must be a number from 1 on");
	return NEXT_STEP;
}

static enum next list_parse(struct request *r)
{
	struct list *l = arena_new(&r->arena, struct list);
	if (!l)
		return request_fail(r, LODE_NOMEM, "out of memory");
	r->state = l;
	struct slice raw = http_query_get(r->query, "cursor");
	if (raw.p && http_unescape(raw, l->room, sizeof(l->room), &l->cursor) != 0)
		return request_fail(r, LODE_BADREQ, "cursor: not one that we gave");
	request_stream(r, "application/x-ndjson");
	return parse_limit(r, l);
}

static enum next list_send(struct request *r)
{
	struct list *l = r->state;
	enum next next = request_flush(r);
	if (next != NEXT_STEP)
		return next;
	l->page_start = r->out.n;
	return l->is_ended ? NEXT_DONE : request_jump(r, r->step - 1);
}

static void end_line(struct request *r)
{
	buf_put_byte(&r->out, '\n');
	r->notes_seen++;
}

/* true: another line is wanted and fits on this page. */
static bool count_line(struct request *r, struct list *l)
{
	return --l->left > 0 && r->out.n - l->page_start < PAGE_BYTES && !request_is_cancelled(r);
}

/* ---- patients ---- */

static int put_patient(void *arg, const struct patient_info *p)
{
	struct request *r = arg;
	struct list *l = r->state;
	struct json_writer w;
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_kv_string(&w, "patient", p->id);
	json_kv_uint(&w, "notes", p->notes);
	json_kv_uint(&w, "chunks", p->chunks);
	json_kv_uint(&w, "raw_bytes", p->raw_bytes);
	json_end_object(&w);
	end_line(r);
	assert(p->id.n <= sizeof(l->room));
	memcpy(l->room, p->id.p, p->id.n);
	l->cursor = slice_of(l->room, p->id.n);
	return count_line(r, l) ? 0 : LODE_CANCELLED;
}

static enum next patients_page(struct request *r)
{
	struct list *l = r->state;
	struct err e = {0};
	if (request_snapshot(r))
		return NEXT_FAIL;
	/* The walk is stopped by put_patient when the page is full: not an error. */
	int rc = snapshot_patients(r->snapshot, l->cursor, l->left, put_patient, r, &e);
	request_end_snapshot(r);
	if (rc && rc != LODE_CANCELLED)
		return request_fail_err(r, rc, &e);
	l->is_ended = rc == 0 || l->left == 0;
	return NEXT_STEP;
}

const struct step patients_steps[] = {
	{"parse", ON_LOOP, list_parse},
	{"page", ON_WORKER, patients_page},
	{"send", ON_LOOP, list_send},
};

/* ---- one chart ---- */

/* The chart of r->patient, in the worker's scratch: for this step alone.  NULL: request_fail was
 * called. */
static struct chart *open_chart(struct request *r)
{
	struct chart *c = NULL;
	struct err e = {0};
	if (request_snapshot(r))
		return NULL;
	int rc = chart_open(r->snapshot, r->patient, &r->worker->scratch, &c, &e);
	if (rc == LODE_NOTFOUND)
		request_fail(r, rc, "no such patient");
	else if (rc)
		request_fail_err(r, rc, &e);
	return rc ? NULL : c;
}

static enum next patient_show(struct request *r)
{
	struct chart_info info;
	struct json_writer w;
	struct chart *c = open_chart(r);
	if (!c)
		return NEXT_FAIL;
	chart_info(c, &info);
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_kv_string(&w, "patient", r->patient);
	json_kv_uint(&w, "notes_total", info.notes_total);
	json_kv_uint(&w, "notes_readable", info.notes_readable);
	json_kv_uint(&w, "chunks_total", info.chunks_total);
	json_kv_uint(&w, "raw_bytes", info.raw_bytes);
	json_kv_uint(&w, "damaged_segments", info.damaged_segments);
	json_kv_bool(&w, "complete", info.damaged_segments == 0);
	if (info.damage[0])
		json_kv_str(&w, "damage", info.damage);
	json_kv_uint(&w, "index_revision", snapshot_revision(r->snapshot));
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
	r->notes_seen = info.notes_total;
	request_end_snapshot(r);
	return NEXT_STEP;
}

static enum next json_reply(struct request *r)
{
	return request_reply(r, 200, "application/json");
}

const struct step patient_steps[] = {
	{"show", ON_WORKER, patient_show},
	{"reply", ON_LOOP, json_reply},
};

/* ---- notes of a chart ---- */

static void put_optional(struct json_writer *w, const char *key, struct slice v)
{
	if (v.n) {
		json_key(w, key);
		json_string(w, v);
	}
}

static void put_note(struct request *r, const struct note_view *v)
{
	struct json_writer w;
	char digest[33];
	digest128_hex(v->digest, digest);
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_kv_string(&w, "patient", r->patient);
	json_kv_string(&w, "note", v->note_id);
	json_kv_str(&w, "digest", digest);
	put_optional(&w, "date", v->date);
	put_optional(&w, "type", v->type);
	put_optional(&w, "encounter", v->encounter);
	put_optional(&w, "author_role", v->author_role);
	json_kv_uint(&w, "text_bytes", v->text_bytes);
	json_kv_uint(&w, "text_cp", v->text_cp);
	/* meta is ,"key":value pieces as they were given */
	json_key(&w, "meta");
	json_begin_object(&w);
	if (v->meta.n > 1)
		buf_put(&r->out, v->meta.p + 1, v->meta.n - 1);
	json_end_object(&w);
	json_end_object(&w);
	end_line(r);
}

/* The cursor of a note: its place in the order.  No date holds a newline. */
static void set_note_cursor(struct list *l, const struct note_view *v)
{
	assert(v->date.n + 1 + v->note_id.n <= sizeof(l->room));
	if (v->date.n)
		memcpy(l->room, v->date.p, v->date.n);
	l->room[v->date.n] = '\n';
	memcpy(l->room + v->date.n + 1, v->note_id.p, v->note_id.n);
	l->cursor = slice_of(l->room, v->date.n + 1 + v->note_id.n);
}

static bool is_after(const struct note_view *v, struct slice cursor)
{
	const char *cut = cursor.n ? memchr(cursor.p, '\n', cursor.n) : NULL;
	if (!cut)
		return true;
	struct slice date = {cursor.p, (size_t)(cut - cursor.p)};
	struct slice id = {cut + 1, cursor.n - date.n - 1};
	int order = slice_cmp(v->date, date);
	return order > 0 || (order == 0 && slice_cmp(v->note_id, id) > 0);
}

static enum next notes_parse(struct request *r)
{
	enum next next = list_parse(r);
	const struct list *l = r->state;
	/* Any other would begin anew, and who pages by it never end. */
	if (next == NEXT_STEP && l->cursor.n && !memchr(l->cursor.p, '\n', l->cursor.n))
		return request_fail(
			r, LODE_BADREQ, "cursor: must be the last note's date, %%0A and its id");
	return next;
}

static enum next notes_page(struct request *r)
{
	struct list *l = r->state;
	const struct note_view *v;
	uint32_t n;
	struct err e = {0};
	struct chart_info info;
	struct chart *c = open_chart(r);
	if (!c)
		return NEXT_FAIL;
	int rc = chart_notes(c, &r->worker->scratch, &v, &n, &e);
	if (rc)
		return request_fail_err(r, rc, &e);
	uint32_t i = 0;
	while (i < n && !is_after(&v[i], l->cursor))
		i++;
	for (bool more = true; i < n && more; i++) {
		put_note(r, &v[i]);
		set_note_cursor(l, &v[i]);
		more = count_line(r, l);
	}
	l->is_ended = i == n || l->left == 0;
	/* chart_notes may have met damage that chart_open did not: ask after it. */
	chart_info(c, &info);
	request_end_snapshot(r);
	if (i == n && info.damage[0])
		return request_fail(r, LODE_CORRUPT,
			"the list is not whole: %llu of %llu notes can be read; %s",
			(unsigned long long)info.notes_readable,
			(unsigned long long)info.notes_total, info.damage);
	return NEXT_STEP;
}

const struct step notes_steps[] = {
	{"parse", ON_LOOP, notes_parse},
	{"page", ON_WORKER, notes_page},
	{"send", ON_LOOP, list_send},
};

/* ---- one note ---- */

static enum next note_show(struct request *r)
{
	struct note_view v;
	struct err e = {0};
	struct slice text;
	struct chart *c = open_chart(r);
	if (!c)
		return NEXT_FAIL;
	int rc = chart_find_note(c, r->note, &v, &e);
	if (rc == LODE_NOTFOUND)
		return request_fail(r, rc, "no such note");
	if (rc)
		return request_fail_err(r, rc, &e);
	r->notes_seen = 1;
	if (r->wants_json) {
		r->notes_seen = 0; /* put_note counts it */
		put_note(r, &v);
	} else {
		rc = chart_text(c, &v, &r->worker->scratch, &text, &e);
		if (rc)
			return request_fail_err(r, rc, &e);
		buf_put_slice(&r->out, text);
	}
	request_end_snapshot(r);
	return NEXT_STEP;
}

static enum next note_reply(struct request *r)
{
	return request_reply(
		r, 200, r->wants_json ? "application/json" : "text/plain; charset=utf-8");
}

const struct step note_steps[] = {
	{"show", ON_WORKER, note_show},
	{"reply", ON_LOOP, note_reply},
};

/* ---- deletion ---- */

static void put_deleted(struct request *r)
{
	struct json_writer w;
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_kv_string(&w, "patient", r->patient);
	if (r->note.p)
		json_kv_string(&w, "note", r->note);
	json_kv_uint(&w, "notes_deleted", r->notes_seen);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
}

static enum next note_delete(struct request *r)
{
	struct err e = {0};
	int rc = index_delete_note(r->service->index, r->patient, r->note, &e);
	if (rc == LODE_NOTFOUND)
		return request_fail(r, rc, "no such note");
	if (rc)
		return request_fail_err(r, rc, &e);
	r->notes_seen = 1;
	put_deleted(r);
	return NEXT_STEP;
}

static enum next patient_delete(struct request *r)
{
	struct err e = {0};
	int rc = index_delete_patient(r->service->index, r->patient, &r->notes_seen, &e);
	if (rc == LODE_NOTFOUND)
		return request_fail(r, rc, "no such patient");
	if (rc)
		return request_fail_err(r, rc, &e);
	put_deleted(r);
	return NEXT_STEP;
}

static enum next deleted_reply(struct request *r)
{
	keeper_wrote(&r->service->keeper);
	return json_reply(r);
}

const struct step note_delete_steps[] = {
	{"delete", ON_WRITER, note_delete},
	{"reply", ON_LOOP, deleted_reply},
};

const struct step patient_delete_steps[] = {
	{"delete", ON_WRITER, patient_delete},
	{"reply", ON_LOOP, deleted_reply},
};
