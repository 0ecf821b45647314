#include "daemon/search.h"

#include "daemon/config.h"
#include "daemon/scope.h"
#include "daemon/service.h"
#include "tokenizer/tokenizer.h"

enum { LIMIT_DEFAULT = 10, LIMIT_MAX = 1000 };

struct search {
	struct rank_query query;
	struct scope scope;
};

/* ---- parse ---- */

static bool get_flag(const struct json *body, const char *key, bool *out)
{
	const struct json *v = json_get(body, key);
	*out = v && v->type == JSON_TRUE;
	return !v || v->type == JSON_TRUE || v->type == JSON_FALSE;
}

static enum next parse_members(struct request *r, struct search *s, const struct json *body)
{
	static const char *const known[] = {"query", "any", "synonyms", "limit", NULL};
	struct err e = {0};
	int rc = scope_check_members(body, known, &e);
	if (rc == 0)
		rc = scope_parse(body, &r->arena, &s->scope, &e);
	if (rc)
		return request_fail_err(r, rc, &e);
	const struct json *query = json_get(body, "query");
	if (!query || query->type != JSON_STRING || query->str.n == 0)
		return request_fail(r, LODE_BADREQ, "query: must be a string that is not empty");
	if (!get_flag(body, "any", &s->query.any))
		return request_fail(r, LODE_BADREQ, "any: must be true or false");
	if (!get_flag(body, "synonyms", &s->query.synonyms))
		return request_fail(r, LODE_BADREQ, "synonyms: must be true or false");
	const struct json *limit = json_get(body, "limit");
	int64_t n = LIMIT_DEFAULT;
	if (limit && json_int(limit, 1, LIMIT_MAX, &n))
		return request_fail(r, LODE_BADREQ, "limit: must be within 1..%d", LIMIT_MAX);
	s->query.text = query->str;
	s->query.limit = (uint32_t)n;
	s->query.show = RANKED_TEXT;
	request_note_query(r, s->query.text);
	return NEXT_STEP;
}

static enum next search_parse(struct request *r)
{
	struct json *body;
	struct err e = {0};
	struct search *s = arena_new(&r->arena, struct search);
	if (!s)
		return request_fail(r, LODE_NOMEM, "out of memory");
	r->state = s;
	int rc = json_parse(buf_slice(&r->body), &r->arena, &body, &e);
	if (rc)
		return request_fail_err(r, rc, &e);
	return parse_members(r, s, body);
}

/* ---- answer ---- */

static void put_matches(struct json_writer *w, const struct ranked *h)
{
	json_key(w, "matches");
	json_begin_array(w);
	for (uint32_t i = 0; i < h->n_hits; i++) {
		json_begin_object(w);
		json_kv_uint(w, "start", h->hits[i].start);
		json_kv_uint(w, "end", h->hits[i].end);
		json_end_object(w);
	}
	json_end_array(w);
}

static void put_hit(struct json_writer *w, const struct ranked *h, bool whose)
{
	char digest[33];
	digest128_hex(h->note.digest, digest);
	json_begin_object(w);
	if (whose)
		json_kv_string(w, "patient", h->patient);
	json_kv_string(w, "note", h->note.note_id);
	json_kv_str(w, "digest", digest);
	json_kv_string(w, "type", h->note.type);
	json_kv_string(w, "date", h->note.date);
	json_kv_str(w, "section", tok_section_name(h->section));
	json_kv_uint(w, "start", h->start);
	json_kv_uint(w, "end", h->end);
	json_kv_uint(w, "start_cp", h->start_cp);
	json_kv_uint(w, "end_cp", h->end_cp);
	json_key(w, "score");
	json_double(w, h->score, 4);
	json_kv_string(w, "text", h->text);
	json_kv_uint(w, "chunk_start", h->chunk_start);
	json_kv_uint(w, "chunk_end", h->chunk_end);
	put_matches(w, h);
	json_end_object(w);
}

static void put_counts(struct json_writer *w, const struct ranked_result *found, bool all)
{
	const struct search_counts *n = &found->counts;
	json_key(w, "search");
	json_begin_object(w);
	if (all) {
		json_kv_uint(w, "patients_total", found->patients_total);
		json_kv_uint(w, "patients_opened", found->patients_opened);
	}
	json_kv_uint(w, "notes_total", n->notes_total);
	json_kv_uint(w, "notes_in_scope", n->notes_in_scope);
	json_kv_uint(w, "notes_searched", n->notes_searched);
	json_kv_uint(w, "chunks_total", n->chunks_total);
	json_kv_uint(w, "chunks_matched", found->matched);
	json_kv_bool(w, "complete", n->complete);
	if (!n->complete)
		json_kv_str(w, "why", n->why);
	json_end_object(w);
}

static int put_hits(struct request *r, struct json_writer *w, const struct ranked_result *found)
{
	json_key(w, "hits");
	json_begin_array(w);
	for (uint32_t i = 0; i < found->n; i++) {
		if (request_is_cancelled(r))
			return LODE_CANCELLED;
		if (r->deadline_ns && now_ns() >= r->deadline_ns)
			return LODE_TIMEOUT;
		put_hit(w, &found->at[i], !r->patient.p);
	}
	json_end_array(w);
	return 0;
}

static int put_answer(struct request *r, const struct ranked_result *found, struct err *e)
{
	const struct search *s = r->state;
	struct json_writer w;
	json_init(&w, &r->out);
	json_begin_object(&w);
	if (r->patient.p)
		json_kv_string(&w, "patient", r->patient);
	json_kv_string(&w, "query", s->query.text);
	int rc = put_hits(r, &w, found);
	if (rc)
		return err_set(e, rc, "stopped while the answer was written");
	put_counts(&w, found, !r->patient.p);
	json_kv_uint(&w, "index_revision", snapshot_revision(r->snapshot));
	json_kv_uint(&w, "elapsed_us", request_elapsed_us(r));
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
	return 0;
}

static enum next finish(struct request *r, const struct ranked_result *found, int rc, struct err *e)
{
	if (rc == 0)
		rc = put_answer(r, found, e);
	if (rc)
		return request_fail_err(r, rc, e);
	r->notes_seen = found->counts.notes_searched;
	request_end_snapshot(r);
	return NEXT_STEP;
}

static enum next search_run(struct request *r)
{
	const struct search *s = r->state;
	struct search_stop stop = request_stop(r);
	struct ranked_result found = {0};
	struct chart *c;
	struct err e = {0};
	if (request_snapshot(r))
		return NEXT_FAIL;
	int rc = chart_open(r->snapshot, r->patient, &r->arena, &c, &e);
	if (rc == LODE_NOTFOUND)
		return request_fail(r, rc, "no such patient");
	if (rc == 0)
		rc = chart_rank(
			c, &s->query, &s->scope, r->worker->tok, &stop, &r->arena, &found, &e);
	return finish(r, &found, rc, &e);
}

static enum next search_run_all(struct request *r)
{
	const struct search *s = r->state;
	struct search_stop stop = request_stop(r);
	struct ranked_result found = {0};
	struct err e = {0};
	if (request_snapshot(r))
		return NEXT_FAIL;
	int rc = snapshot_rank(
		r->snapshot, &s->query, &s->scope, r->worker->tok, &stop, &r->arena, &found, &e);
	return finish(r, &found, rc, &e);
}

static enum next search_reply(struct request *r)
{
	return request_reply(r, 200, "application/json");
}

const struct step search_steps[] = {
	{"parse", ON_LOOP, search_parse},
	{"search", ON_WORKER, search_run},
	{"reply", ON_LOOP, search_reply},
};

const struct step search_all_steps[] = {
	{"parse", ON_LOOP, search_parse},
	{"search", ON_WORKER, search_run_all},
	{"reply", ON_LOOP, search_reply},
};
