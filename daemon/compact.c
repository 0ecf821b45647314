/* compact:
 *
 *   start  one at a time: the keeper (keeper.h) does the work
 *   wait   until it is done; tell of it meanwhile, if the client wants to know
 *   reply  what there was before and is now */
#include "daemon/compact.h"

#include "base/http.h"
#include "daemon/config.h"
#include "daemon/conn.h"
#include "daemon/keeper.h"
#include "daemon/service.h"

struct compact {
	bool purge, wants_progress;
	uint64_t told_patients;
};

static void compact_release(struct request *r)
{
	keeper_let_go(&r->service->keeper);
}

static bool has_known_members(const struct json *body)
{
	for (const struct json *m = body->first; m; m = m->next) {
		bool is_own = m->key.n >= 2 && memcmp(m->key.p, "x-", 2) == 0;
		if (!is_own && !slice_eq(m->key, SLICE("purge")))
			return false;
	}
	return true;
}

static enum next parse(struct request *r, struct compact *c)
{
	struct slice progress = http_query_get(r->query, "progress");
	struct json *body;
	struct err e = {0};
	c->wants_progress = slice_eq(progress, SLICE("1"));
	if (progress.p && !c->wants_progress && !slice_eq(progress, SLICE("0")))
		return request_fail(r, LODE_BADREQ, "progress: must be 0 or 1");
	if (r->body.n == 0)
		return NEXT_STEP;
	int rc = json_parse(buf_slice(&r->body), &r->arena, &body, &e);
	if (rc)
		return request_fail_err(r, rc, &e);
	if (body->type != JSON_OBJECT || !has_known_members(body))
		return request_fail(
			r, LODE_BADREQ, "the body must be a JSON object with purge, or nothing");
	const struct json *purge = json_get(body, "purge");
	c->purge = purge && purge->type == JSON_TRUE;
	if (purge && !c->purge && purge->type != JSON_FALSE)
		return request_fail(r, LODE_BADREQ, "purge: must be true or false");
	return NEXT_STEP;
}

static enum next compact_start(struct request *r)
{
	struct compact *c = arena_new(&r->arena, struct compact);
	if (!c)
		return request_fail(r, LODE_NOMEM, "out of memory");
	r->state = c;
	if (parse(r, c) == NEXT_FAIL)
		return NEXT_FAIL;
	if (!keeper_compact(&r->service->keeper, r, c->purge))
		return request_fail_status(r, 409, LODE_BUSY, "a compaction is running already");
	r->release = compact_release;
	r->deadline_ns = 0; /* as long as it takes, or as its client waits */
	if (c->wants_progress)
		request_stream(r, "application/x-ndjson");
	return NEXT_STEP;
}

static void put_pass(struct json_writer *w, const struct upkeep_result *d)
{
	json_kv_uint(w, "patients", d->patients);
	json_kv_uint(w, "segments_before", d->segments_before);
	json_kv_uint(w, "segments_now", d->segments_now);
	json_kv_uint(w, "text_bytes", d->text_bytes);
}

/* A client that does not read gets fewer lines, as with an ingest. */
static void tell(struct request *r, struct compact *c, const struct upkeep_result *d)
{
	struct json_writer w;
	bool has_room = conn_pending(r->conn) < (size_t)r->service->config->out_high_water;
	bool is_new = d->patients != c->told_patients;
	if (!c->wants_progress || !r->is_streamed || !has_room || !is_new)
		return;
	c->told_patients = d->patients;
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_key(&w, "progress");
	json_begin_object(&w);
	put_pass(&w, d);
	json_end_object(&w);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
	request_flush(r);
}

static enum next compact_wait(struct request *r)
{
	const struct keeper *k = &r->service->keeper;
	if (r->service->is_draining)
		return request_fail(r, LODE_BUSY, "the daemon is shutting down");
	if (!k->is_over) {
		tell(r, r->state, &k->told);
		return NEXT_WAIT;
	}
	return k->rc ? request_fail_err(r, k->rc, &k->err) : NEXT_STEP;
}

static void put_sizes(struct json_writer *w, const char *key, const struct index_stats *s)
{
	json_key(w, key);
	json_begin_object(w);
	json_kv_uint(w, "file_bytes", s->file_bytes);
	json_kv_uint(w, "used_bytes", s->used_bytes);
	json_kv_uint(w, "segments", s->segments);
	json_end_object(w);
}

static enum next compact_reply(struct request *r)
{
	const struct keeper *k = &r->service->keeper;
	const struct compact *c = r->state;
	struct json_writer w;
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_key(&w, "summary");
	json_begin_object(&w);
	json_kv_bool(&w, "purge", c->purge);
	put_sizes(&w, "before", &k->before);
	put_sizes(&w, "after", &k->after);
	put_pass(&w, &k->told);
	/* What is damaged stays as it is, deleted text in it included. */
	json_kv_bool(&w, "complete", k->told.skipped == 0);
	json_kv_uint(&w, "skipped", k->told.skipped);
	if (k->told.skipped)
		json_kv_str(&w, "damage", k->told.damage);
	json_kv_uint(&w, "elapsed_us", request_elapsed_us(r));
	json_end_object(&w);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
	return request_reply(r, 200, "application/x-ndjson");
}

const struct step compact_steps[] = {
	{"start", ON_LOOP, compact_start},
	{"wait", ON_LOOP, compact_wait},
	{"reply", ON_LOOP, compact_reply},
};
