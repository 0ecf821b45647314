/* ingest: NDJSON notes of any size in bounded memory, durable before they are acknowledged.
 *
 *   admit    a place among max_ingests, else wait unread
 *   read     take what came of the body
 *   prepare  decode, cut into lines, check and invert each note
 *   decide   batch full, body ended or batch old? seal it; else read on
 *   seal     compress and encode
 *   commit   one write transaction, on disk when it returns
 *   tell     a progress line if the client wants them
 *   reply    rejected lines and the summary
 *
 * The loop fills r->body while a worker has i->block: reading goes on during the work, and stops
 * when both are full. */
#include "daemon/ingest.h"

#include "base/http.h"
#include "daemon/config.h"
#include "daemon/conn.h"
#include "daemon/lines.h"
#include "daemon/service.h"

#include <malloc.h>

enum {
	REJECTS_TOLD = 1000,
	WINDOW_LOG = 23,     /* zstd windows up to 8 MB: every level up to 19 */
	DECODE_BYTES = 2048, /* compressed bytes between two looks at the batch: 2 KiB of zstd can
				become 64 MB of notes */
};

struct ingest {
	struct request *r;
	bool is_waiting, has_place, wants_progress;

	struct buf block; /* taken from the body */
	size_t block_used;
	bool is_last;            /* nothing comes after the block */
	bool is_ended;           /* the last line has been taken in */
	struct decoder *decoder; /* NULL: the body is not compressed */
	struct lines lines;
	struct batch *batch;
	uint64_t batch_start_ns, sealed_through;

	size_t batch_text_most, batch_memory_most; /* copied: a reload may change the settings */

	uint64_t n_lines, accepted, added, replaced, unchanged, rejected, bytes, revision;
	struct ingest_counts counted; /* what the metrics have been told */
	struct buf rejects;
};

static enum next ingest_admit(struct request *r);
static enum next ingest_read(struct request *r);
static enum next ingest_prepare(struct request *r);
static enum next ingest_decide(struct request *r);
static enum next ingest_seal(struct request *r);
static enum next ingest_commit(struct request *r);
static enum next ingest_tell(struct request *r);
static enum next ingest_reply(struct request *r);

enum { ADMIT, READ, PREPARE, DECIDE, SEAL, COMMIT, TELL, REPLY };

const struct step ingest_steps[] = {
	[ADMIT] = {"admit", ON_LOOP, ingest_admit},
	[READ] = {"read", ON_LOOP, ingest_read},
	[PREPARE] = {"prepare", ON_PREPARE, ingest_prepare},
	[DECIDE] = {"decide", ON_LOOP, ingest_decide},
	[SEAL] = {"seal", ON_PREPARE, ingest_seal},
	[COMMIT] = {"commit", ON_WRITER, ingest_commit},
	[TELL] = {"tell", ON_LOOP, ingest_tell},
	[REPLY] = {"reply", ON_LOOP, ingest_reply},
};

/* ---- a place ---- */

static void join_queue(struct service *s, struct ingest *i)
{
	struct request *r = i->r;
	r->lane_next = NULL;
	if (s->ingest_last)
		s->ingest_last->lane_next = r;
	else
		s->ingest_first = r;
	s->ingest_last = r;
	s->ingest_waiting++;
	i->is_waiting = true;
}

static void leave_queue(struct service *s, struct ingest *i)
{
	struct request **at = &s->ingest_first, *before = NULL;
	for (; *at != i->r; at = &(*at)->lane_next)
		before = *at;
	*at = i->r->lane_next;
	if (s->ingest_last == i->r)
		s->ingest_last = before;
	s->ingest_waiting--;
	i->is_waiting = false;
}

static void count_notes(struct ingest *i)
{
	struct ingest_counts now = {i->added, i->replaced, i->unchanged, i->rejected, i->bytes};
	metrics_ingest(&i->r->service->metrics, &i->counted, &now);
	i->counted = now;
}

static void ingest_release(struct request *r)
{
	struct ingest *i = r->state;
	struct service *s = r->service;
	count_notes(i);
	decoder_destroy(i->decoder);
	lines_release(&i->lines);
	batch_destroy(i->batch);
	buf_release(&i->block);
	buf_release(&i->rejects);
	if (i->is_waiting)
		leave_queue(s, i);
	if (!i->has_place)
		return;
	s->ingests--;
	if (s->ingest_first)
		request_wake(s->ingest_first);
}

static int take_line(void *arg, uint64_t number, struct slice line);

static enum next ingest_open(struct request *r)
{
	const struct config *config = r->service->config;
	struct slice progress = http_query_get(r->query, "progress");
	struct ingest *i = arena_new(&r->arena, struct ingest);
	if (!i)
		return request_fail(r, LODE_NOMEM, "out of memory");
	r->state = i;
	r->release = ingest_release;
	i->r = r;
	i->batch_text_most = (size_t)config->ingest_batch;
	i->batch_memory_most = (size_t)(config->ingest_memory / config->max_ingests);
	i->wants_progress = slice_eq(progress, SLICE("1"));
	i->lines = (struct lines){
		.limit = (size_t)config->max_ingest_line, .each = take_line, .arg = i};
	if (progress.p && !i->wants_progress && !slice_eq(progress, SLICE("0")))
		return request_fail(r, LODE_BADREQ, "progress: must be 0 or 1");
	int rc = batch_create(r->service->index, &i->batch);
	if (rc == 0 && r->encoding != COMPRESS_NONE)
		rc = decoder_create(r->encoding, WINDOW_LOG, &i->decoder);
	return rc ? request_fail_err(r, rc, NULL) : NEXT_STEP;
}

static enum next ingest_admit(struct request *r)
{
	struct service *s = r->service;
	if (!r->state && ingest_open(r) == NEXT_FAIL)
		return NEXT_FAIL;
	struct ingest *i = r->state;
	if (s->is_draining)
		return request_fail(r, LODE_BUSY, "the daemon is shutting down");
	if (s->ingests >= (unsigned)s->config->max_ingests) {
		if (!i->is_waiting && s->ingest_waiting >= (unsigned)s->config->max_waiting_ingests)
			return request_fail(
				r, LODE_BUSY, "too many ingests are waiting; try again");
		if (!i->is_waiting)
			join_queue(s, i);
		return NEXT_WAIT;
	}
	if (i->is_waiting)
		leave_queue(s, i);
	s->ingests++;
	i->has_place = true;
	r->has_committed = true;
	r->takes_body = true;
	if (i->wants_progress)
		request_stream(r, "application/x-ndjson");
	conn_pump(r->conn);
	return NEXT_STEP;
}

/* ---- body to notes ---- */

static bool is_batch_old(const struct ingest *i)
{
	uint64_t age = (uint64_t)i->r->service->config->ingest_commit_ms * 1000000u;
	return batch_notes(i->batch) > 0 && now_ns() - i->batch_start_ns > age;
}

static enum next ingest_read(struct request *r)
{
	struct ingest *i = r->state;
	if (r->service->is_draining || is_batch_old(i))
		return request_jump(r, &ingest_steps[DECIDE]);
	if (i->block_used < i->block.n)
		return NEXT_STEP;
	if (r->body.n == 0) {
		i->is_last = r->body_ended;
		return i->is_last ? NEXT_STEP : NEXT_WAIT;
	}
	struct buf empty = i->block;
	i->block = r->body;
	i->block_used = 0;
	r->body = empty;
	buf_clear(&r->body);
	conn_pump(r->conn); /* there is room again */
	return NEXT_STEP;
}

static void reject(struct ingest *i, uint64_t number, const char *reason)
{
	struct json_writer w;
	if (++i->rejected > REJECTS_TOLD)
		return;
	json_init(&w, &i->rejects);
	json_begin_object(&w);
	json_kv_uint(&w, "line", number);
	json_kv_str(&w, "error", reason);
	json_end_object(&w);
	buf_put_byte(&i->rejects, '\n');
}

static int add_note(struct ingest *i, struct slice line, struct err *e)
{
	enum { PATIENT, NOTE, TEXT, DATE, TYPE, ENCOUNTER, AUTHOR, N_FIELDS };
	struct json_field f[N_FIELDS] = {
		[PATIENT] = {"patient", true, {0}},
		[NOTE] = {"note_id", true, {0}},
		[TEXT] = {"text", true, {0}},
		[DATE] = {"date", false, {0}},
		[TYPE] = {"type", false, {0}},
		[ENCOUNTER] = {"encounter", false, {0}},
		[AUTHOR] = {"author_role", false, {0}},
	};
	struct worker *w = i->r->worker;
	struct slice meta = {0};
	int rc = json_scan_object(line, f, N_FIELDS, &w->scratch, &meta, e);
	if (rc == 0) {
		struct note_in note = {f[PATIENT].value, f[NOTE].value, f[TEXT].value,
			f[DATE].value, f[TYPE].value, f[ENCOUNTER].value, f[AUTHOR].value, meta};
		rc = batch_add(i->batch, w->tok, &note, e);
		i->bytes += rc == 0 ? f[TEXT].value.n : 0;
	}
	arena_release(&w->scratch);
	return rc;
}

static int take_line(void *arg, uint64_t number, struct slice line)
{
	struct ingest *i = arg;
	struct err e = {0};
	if (request_is_cancelled(i->r))
		return LODE_CANCELLED;
	i->n_lines++;
	if (!line.p) {
		err_set(&e, LODE_TOOBIG, "the line is over %zu bytes", i->lines.limit);
		reject(i, number, e.text);
		return 0;
	}
	if (batch_notes(i->batch) == 0)
		i->batch_start_ns = now_ns();
	int rc = add_note(i, line, &e);
	if (rc == LODE_BADREQ || rc == LODE_TOOBIG) {
		reject(i, number, e.text[0] ? e.text : err_words(rc));
		return 0;
	}
	if (rc) {
		request_fail_err(i->r, rc, &e);
		return rc;
	}
	i->accepted++;
	return 0;
}

static bool is_batch_full(const struct ingest *i)
{
	return batch_raw_bytes(i->batch) >= i->batch_text_most ||
	       batch_memory_bytes(i->batch) >= i->batch_memory_most;
}

static int take_piece(void *arg, struct slice piece)
{
	struct ingest *i = arg;
	/* Here and not by the line: a bomb of blanks has no lines. */
	if (request_is_cancelled(i->r))
		return LODE_CANCELLED;
	return lines_feed(&i->lines, piece);
}

static int take_block(struct ingest *i, struct err *e)
{
	int rc = 0;
	while (rc == 0 && i->block_used < i->block.n && !is_batch_full(i)) {
		struct slice piece = {i->block.p + i->block_used, i->block.n - i->block_used};
		if (i->decoder && piece.n > DECODE_BYTES)
			piece.n = DECODE_BYTES;
		rc = i->decoder ? decoder_feed(i->decoder, piece, take_piece, i, e)
				: lines_feed(&i->lines, piece);
		i->block_used += piece.n;
	}
	if (rc == 0 && i->is_last && i->block_used == i->block.n && !i->is_ended) {
		rc = i->decoder ? decoder_finish(i->decoder, e) : 0;
		if (rc == 0)
			rc = lines_finish(&i->lines);
		i->is_ended = true;
	}
	return rc;
}

static enum next ingest_prepare(struct request *r)
{
	struct ingest *i = r->state;
	struct err e = {0};
	r->err.code = 0;
	int rc = take_block(i, &e);
	if (rc == 0)
		return NEXT_STEP;
	if (r->err.code) /* take_line has said why */
		return NEXT_FAIL;
	if (i->decoder && e.code)
		return request_fail(r, LODE_BADREQ, "compressed body: %s", e.text);
	return request_fail_err(r, rc, &e);
}

/* ---- batches to disk ---- */

static enum next ingest_decide(struct request *r)
{
	struct ingest *i = r->state;
	bool is_end = i->is_ended || r->service->is_draining;
	if (batch_notes(i->batch) > 0 && (is_end || is_batch_full(i) || is_batch_old(i)))
		return NEXT_STEP;
	if (!is_end)
		return request_jump(r, &ingest_steps[READ]);
	i->sealed_through = i->lines.number;
	return request_jump(r, &ingest_steps[TELL]);
}

static enum next ingest_seal(struct request *r)
{
	struct ingest *i = r->state;
	struct err e = {0};
	i->sealed_through = i->lines.number;
	int rc = batch_seal(i->batch, &e);
	return rc ? request_fail_err(r, rc, &e) : NEXT_STEP;
}

static enum next ingest_commit(struct request *r)
{
	struct ingest *i = r->state;
	struct batch_result done = {0};
	struct err e = {0};
	int rc = batch_commit(i->batch, &done, &e);
	if (rc)
		return request_fail_err(r, rc, &e);
	i->added += done.added;
	i->replaced += done.replaced;
	i->unchanged += done.unchanged;
	i->revision = done.revision;
	r->notes_seen += done.added + done.replaced + done.unchanged;
	/* A batch is tens of MB in small pieces: hand them back before the next one grows. */
	malloc_trim(0);
	return NEXT_STEP;
}

static void put_progress(struct request *r, struct ingest *i)
{
	struct json_writer w;
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_key(&w, "progress");
	json_begin_object(&w);
	json_kv_uint(&w, "committed_through", i->sealed_through);
	json_kv_uint(&w, "accepted", i->accepted);
	json_kv_uint(&w, "rejected", i->rejected);
	json_kv_uint(&w, "bytes", i->bytes);
	json_end_object(&w);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
}

static enum next ingest_tell(struct request *r)
{
	struct ingest *i = r->state;
	r->committed_through = i->sealed_through;
	count_notes(i);
	/* A client that does not read its progress lines gets fewer of them; it never stops us. */
	bool has_room = conn_pending(r->conn) < (size_t)r->service->config->out_high_water;
	if (i->wants_progress && has_room && r->is_streamed) {
		put_progress(r, i);
		request_flush(r);
	}
	if (i->is_ended && i->block_used == i->block.n)
		return NEXT_STEP;
	if (r->service->is_draining)
		return request_fail(
			r, LODE_BUSY, "the daemon is shutting down; send the rest again");
	return request_jump(r, &ingest_steps[READ]);
}

static enum next ingest_reply(struct request *r)
{
	struct ingest *i = r->state;
	struct json_writer w;
	if (i->rejects.failed)
		return request_fail(r, LODE_NOMEM, "out of memory");
	buf_put_slice(&r->out, buf_slice(&i->rejects));
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_key(&w, "summary");
	json_begin_object(&w);
	json_kv_uint(&w, "lines", i->n_lines);
	json_kv_uint(&w, "accepted", i->accepted);
	json_kv_uint(&w, "added", i->added);
	json_kv_uint(&w, "replaced", i->replaced);
	json_kv_uint(&w, "unchanged", i->unchanged);
	json_kv_uint(&w, "rejected", i->rejected);
	json_kv_uint(&w, "bytes", i->bytes);
	json_kv_uint(&w, "revision", i->revision);
	json_kv_uint(&w, "elapsed_us", request_elapsed_us(r));
	json_end_object(&w);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
	return request_reply(r, 200, "application/x-ndjson");
}
