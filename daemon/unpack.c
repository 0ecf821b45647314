#include "daemon/unpack.h"

#include <stdlib.h>

enum {
	WINDOW_LOG = 23,    /* zstd windows up to 8 MB: every level up to 19 */
	DECODE_BYTES = 256, /* between two looks at `out`: 256 bytes of zstd can become 8 MB */
};

int unpack_create(enum compress_kind kind, size_t line_most, size_t enough, struct unpack **out)
{
	struct unpack *u = calloc(1, sizeof(*u));
	if (!u)
		return LODE_NOMEM;
	int rc = decoder_create(kind, WINDOW_LOG, &u->decoder);
	if (rc) {
		free(u);
		return rc;
	}
	u->cut.limit = line_most;
	u->enough = enough;
	*out = u;
	return 0;
}

void unpack_destroy(struct unpack *u)
{
	if (!u)
		return;
	decoder_destroy(u->decoder);
	buf_release(&u->in);
	buf_release(&u->out);
	free(u);
}

bool unpack_wants_input(const struct unpack *u)
{
	return !u->is_last && u->in_used == u->in.n;
}

bool unpack_can_run(const struct unpack *u)
{
	bool has_work = u->in_used < u->in.n || (u->is_last && !u->is_ended);
	return !u->is_running && has_work && !lines_has(&u->cut, &u->out, u->enough);
}

static int take_piece(void *arg, struct slice piece)
{
	struct unpack *u = arg;
	/* Here and not by the line: a bomb of blanks has no lines. */
	if (atomic_load_explicit(&u->cancelled, memory_order_relaxed))
		return LODE_CANCELLED;
	int rc = buf_put_slice(&u->out, piece);
	if (rc == 0)
		lines_scan(&u->cut, &u->out);
	return rc;
}

static int decode(struct unpack *u, struct err *e)
{
	int rc = 0;
	while (rc == 0 && u->in_used < u->in.n && !lines_has(&u->cut, &u->out, u->enough)) {
		struct slice piece = {u->in.p + u->in_used, u->in.n - u->in_used};
		if (piece.n > DECODE_BYTES)
			piece.n = DECODE_BYTES;
		rc = decoder_feed(u->decoder, piece, take_piece, u, e);
		u->in_used += piece.n;
	}
	if (rc == 0 && u->is_last && u->in_used == u->in.n && !u->is_ended) {
		rc = decoder_finish(u->decoder, e);
		u->is_ended = rc == 0;
	}
	return rc;
}

static void run_decode(struct job *j)
{
	struct unpack *u = j->arg;
	struct err e = {0};
	u->rc = decode(u, &e);
	if (u->rc && e.code) { /* the decoder's own words: the body is bad */
		u->rc = u->rc == LODE_NOMEM ? LODE_NOMEM : LODE_BADREQ;
		err_set(&u->err, u->rc, "compressed body: %.150s", e.text);
	}
}

void unpack_run(struct unpack *u, struct lane *prepare)
{
	u->is_running = true;
	u->job.run = run_decode;
	u->job.arg = u;
	lane_submit(prepare, &u->job);
}
