#include "daemon/stats.h"

#include "daemon/audit.h"
#include "daemon/lexicons.h"
#include "daemon/token_file.h"
#include "daemon/models.h"
#include "daemon/service.h"
#include "scorer/scorer.h"
#include "tokenizer/tokenizer.h"

/* ---- stats: the index's numbers need a read transaction, the daemon's own the loop ---- */

static enum next stats_read(struct request *r)
{
	struct err e = {0};
	struct index_stats *s = arena_new(&r->arena, struct index_stats);
	if (!s)
		return request_fail(r, LODE_NOMEM, "out of memory");
	r->state = s;
	int rc = index_stats(r->service->index, s, &e);
	return rc ? request_fail_err(r, rc, &e) : NEXT_STEP;
}

static uint64_t free_bytes(const struct index_stats *s)
{
	return s->file_bytes > s->used_bytes ? s->file_bytes - s->used_bytes : 0;
}

static void put_index(struct json_writer *w, const struct index_stats *s)
{
	json_key(w, "index");
	json_begin_object(w);
	json_kv_str(w, "uuid", s->uuid);
	json_kv_uint(w, "revision", s->revision);
	json_kv_uint(w, "patients", s->patients);
	json_kv_uint(w, "notes", s->notes);
	json_kv_uint(w, "segments", s->segments);
	json_kv_uint(w, "chunks", s->chunks);
	json_kv_uint(w, "raw_bytes", s->raw_bytes);
	json_kv_uint(w, "file_bytes", s->file_bytes);
	json_kv_uint(w, "used_bytes", s->used_bytes);
	json_kv_uint(w, "free_bytes", free_bytes(s));
	json_kv_uint(w, "fresh_bundles", s->fresh_bundles);
	json_kv_uint(w, "fresh_bytes", s->fresh_bytes);
	json_kv_uint(w, "pending_patients", s->pending_patients);
	json_kv_uint(w, "format_version", s->format_version);
	json_kv_uint(w, "tokenizer_version", s->tokenizer_version);
	json_end_object(w);
}

static void put_lane(struct json_writer *w, const struct lane *l)
{
	json_key(w, l->name);
	json_begin_object(w);
	json_kv_uint(w, "width", l->width);
	json_kv_uint(w, "running", l->running);
	json_kv_uint(w, "waiting", l->waiting);
	json_end_object(w);
}

static void put_upkeep(struct json_writer *w, const struct keeper *k)
{
	json_key(w, "upkeep");
	json_begin_object(w);
	json_kv_bool(w, "running", keeper_is_running(k));
	json_kv_bool(w, "compacting", k->is_compacting);
	json_kv_uint(w, "passes", k->passes);
	json_kv_uint(w, "failures", k->failures);
	json_end_object(w);
}

static void put_model_cache(struct json_writer *w, const struct attached *a)
{
	struct scorer_kept kept = {0};
	if (a)
		scorer_kept(a->model, &kept);
	json_key(w, "model_cache");
	json_begin_object(w);
	json_kv_uint(w, "bytes", kept.bytes);
	json_kv_uint(w, "windows", kept.windows);
	json_kv_uint(w, "asked", kept.asked);
	json_kv_uint(w, "found", kept.found);
	json_end_object(w);
}

static void put_lexicons(struct json_writer *w, const struct service *s)
{
	struct lexicon_info info;
	json_key(w, "lexicons");
	json_begin_array(w);
	for (uint32_t i = 0; i < s->lexicons->n; i++) {
		lexicon_info(s->lexicons->at[i], &info);
		json_begin_object(w);
		json_kv_str(w, "name", info.label);
		json_kv_str(w, "digest", info.digest);
		json_kv_uint(w, "concepts", info.concepts);
		json_kv_uint(w, "names", info.names);
		json_kv_uint(w, "abbreviations", info.abbreviations);
		json_end_object(w);
	}
	json_end_array(w);
}

static void put_daemon(struct json_writer *w, const struct service *s)
{
	json_key(w, "daemon");
	json_begin_object(w);
	json_kv_str(w, "version", LODESTONE_VERSION);
	json_kv_str(w, "kernel", tok_kernel());
	json_kv_uint(w, "uptime_ms", (now_ns() - s->start_ns) / 1000000);
	json_kv_uint(w, "connections", s->connections);
	json_kv_uint(w, "requests", s->requests);
	json_kv_uint(w, "failures", s->failures);
	json_kv_uint(w, "damaged", s->damaged);
	json_kv_uint(w, "ingests", s->ingests + s->small_ingests);
	json_kv_uint(w, "ingests_waiting", s->ingest_waiting);
	json_kv_uint(w, "audit_failures", audit_failures(s->audit));
	put_upkeep(w, &s->keeper);
	put_model_cache(w, s->models->now);
	json_key(w, "lanes");
	json_begin_object(w);
	put_lane(w, &s->read);
	put_lane(w, &s->screen);
	put_lane(w, &s->prepare);
	put_lane(w, &s->write);
	put_lane(w, &s->upkeep);
	json_end_object(w);
	put_lexicons(w, s);
	json_key(w, "context_tokenizer");
	token_file_put(w, s->tokens);
	json_end_object(w);
}

static enum next stats_reply(struct request *r)
{
	struct json_writer w;
	json_init(&w, &r->out);
	json_begin_object(&w);
	put_index(&w, r->state);
	put_daemon(&w, r->service);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
	return request_reply(r, 200, "application/json");
}

const struct step stats_steps[] = {
	{"read", ON_WORKER, stats_read},
	{"reply", ON_LOOP, stats_reply},
};

/* ---- metrics ---- */

static enum next metrics_reply(struct request *r)
{
	metrics_write(r->service, r->state, &r->out);
	return request_reply(r, 200, "text/plain; version=0.0.4; charset=utf-8");
}

const struct step metrics_steps[] = {
	{"read", ON_WORKER, stats_read},
	{"reply", ON_LOOP, metrics_reply},
};

/* ---- healthz ---- */

static enum next healthz_reply(struct request *r)
{
	buf_put_str(&r->out, "{\"status\":\"ready\"}\n");
	return request_reply(r, 200, "application/json");
}

const struct step healthz_steps[] = {
	{"reply", ON_LOOP, healthz_reply},
};
