/* A request is a list of steps.  The driver (request.c) walks the list; a step says where it runs
 * and what comes next, and nothing but the lanes touches the pool.
 *
 * Ownership moves whole: on the loop thread the loop owns the request; from hand-over to return a
 * worker owns it.  So steps need no locks; only `cancelled` is shared. */
#ifndef LODESTONE_DAEMON_REQUEST_H
#define LODESTONE_DAEMON_REQUEST_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/compress.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/json.h"
#include "daemon/lane.h"
#include "index/index.h"

#include <stdatomic.h>
#include <uv.h>

struct conn;
struct cue_engine;
struct request;
struct route;
struct service;

enum place {
	ON_LOOP,    /* short: under a millisecond, no disk */
	ON_WORKER,  /* READ lane; r->worker is set */
	ON_SCREEN,  /* SCREEN lane: as ON_WORKER, beside the questions */
	ON_PREPARE, /* PREPARE lane (ingest's parsing, so that it never queues before a question) */
	ON_WRITER,  /* WRITE lane, width 1: index writes */
	/* The loop, though the client has gone or the deadline has passed: the step above has changed
	 * what is stored, and what is in use must follow. */
	ON_LOOP_ANYWAY,
};

enum next {
	NEXT_STEP, /* the step below this one in the table */
	NEXT_JUMP, /* r->step was set by request_jump */
	NEXT_WAIT, /* ON_LOOP steps: run this step again when bytes came, or went out */
	NEXT_DONE, /* the answer in r->out (or its last piece, when streamed) is complete */
	NEXT_FAIL, /* request_fail has set r->err and r->status */
};

struct step {
	const char *name; /* in the log line */
	enum place place;
	enum next (*run)(struct request *r);
};

enum { REQUEST_STEPS_MAX = 12 };

/* Where a request stands for the one who watches the clock. */
enum request_phase { PHASE_BODY, PHASE_LOOP, PHASE_LANE, PHASE_WAIT, PHASE_OVER };

struct request {
	unsigned magic;           /* REQUEST_MAGIC */
	enum request_phase phase; /* the driver's; the loop's alone */
	uint64_t id;
	struct service *service;
	const struct route *route;
	const struct step *step;
	struct conn *conn; /* loop thread only; holds a reference */

	/* what was asked; slices live in the arena */
	struct slice patient, note; /* decoded path ids; p == NULL when the route has none */
	struct slice query;         /* after '?', as sent */
	/* BODY_JSON: the whole body.  BODY_STREAM: what came and was not taken yet; loop thread only. */
	struct buf body;
	uint64_t body_length; /* as announced; UINT64_MAX: not announced */
	size_t body_most;     /* BODY_STREAM: bytes of it from which on no more is read */
	enum compress_kind encoding;
	bool wants_json; /* Accept: application/json */
	bool body_ended;
	bool takes_body; /* BODY_STREAM: admitted, so that conn may read on */

	/* limits */
	atomic_bool cancelled;  /* client gone, or the daemon drains too slowly */
	unsigned cancel_status; /* what to answer then; loop thread only */
	unsigned status;        /* of the answer */
	uint64_t deadline_ns;   /* CLOCK_MONOTONIC; 0: none; the worker's while a step runs */

	/* memory and data that die with the request */
	struct arena arena;
	struct snapshot *snapshot;          /* ended by request_close if a step left it here */
	void *state;                        /* the step list's own; in the arena */
	void (*release)(struct request *r); /* frees what state owns elsewhere; may be NULL */

	/* answer */
	const char *content_type;
	struct buf out;             /* the body so far */
	char headers[160];          /* "" or extra "A: b\r\n" lines */
	uint64_t committed_through; /* an ingest's last line that is durable or rejected */
	struct err err;
	bool has_committed; /* the problem says committed_through */
	bool is_streamed;   /* chunked: request_flush sends what is in `out` */
	bool is_head_sent;  /* of a streamed answer: too late for another status */

	/* account of it: log and audit */
	bool has_query_digest;
	struct digest128 query_digest; /* of question or query; never its text */
	uint64_t patients_seen;        /* of a request about many: decided */
	uint64_t notes_seen;           /* notes searched, listed, taken in or deleted */
	uint64_t identifiers;          /* places that the guard found */
	uint64_t bytes_in, bytes_out;
	uint64_t start_ns, step_start_ns;
	uint64_t step_ns[REQUEST_STEPS_MAX];
	char account[96]; /* more of the log line, "key=value ..." */

	/* the driver's */
	struct job job;
	struct worker *worker; /* while a worker runs it, else NULL */
	enum next next;
};

enum { REQUEST_MAGIC = 0x72657131 };

/* ---- for steps ---- */

static inline enum next request_jump(struct request *r, const struct step *to)
{
	r->step = to;
	return NEXT_JUMP;
}

static inline bool request_is_cancelled(struct request *r)
{
	return atomic_load_explicit(&r->cancelled, memory_order_relaxed);
}

/* LODE_CANCELLED, LODE_TIMEOUT: nobody waits for the answer any more. */
int request_check_time(struct request *r, struct err *e);

/* What the index's long loops poll. */
static inline struct search_stop request_stop(struct request *r)
{
	return (struct search_stop){&r->cancelled, r->deadline_ns};
}

/* Moves the deadline nearer, never further: ms from the request's start. */
void request_deadline_in(struct request *r, uint64_t ms);
uint64_t request_elapsed_us(const struct request *r);
uint64_t now_ns(void); /* CLOCK_MONOTONIC */

/* Sets the problem that is answered; the status follows from the code.  Returns NEXT_FAIL.
 * The message goes to the client: no note text, no question text. */
enum next request_fail(struct request *r, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
enum next request_fail_err(struct request *r, int rc, const struct err *e);
enum next request_fail_status(struct request *r, unsigned status, int code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
unsigned request_status_of(int code); /* HTTP status of a LODE_* code */

/* The answer in r->out is whole: NEXT_DONE. */
enum next request_reply(struct request *r, unsigned status, const char *content_type);

/* Streamed answers: request_stream once (any place), then any number of rounds of
 * [worker appends whole lines to r->out] -> [ON_LOOP step: `enum next n = request_flush(r);
 * if (n != NEXT_STEP) return n; ... jump back, or NEXT_DONE`].
 * request_flush returns NEXT_WAIT while the client has more than the high-water mark to read. */
void request_stream(struct request *r, const char *content_type);
enum next request_flush(struct request *r);

/* Begins r->snapshot unless it is there (worker only).  0, or a code with which request_fail was
 * called. */
int request_snapshot(struct request *r);
void request_end_snapshot(struct request *r);

/* Notes the digest of a question or query for the audit line. */
void request_note_query(struct request *r, struct slice query);

/* ---- for conn and the driver ---- */

/* NULL when out of memory.  route may be NULL: a message that was refused before it had one. */
struct request *request_open(struct service *s, struct conn *c, const struct route *route);
void request_start(struct request *r); /* drives from the first step; r may be gone after it */
void request_wake(struct request *r);  /* runs a waiting step again; r may be gone after it */
/* Ends it as soon as may be with that status; r may be gone after it. */
void request_cancel(struct request *r, unsigned status);
/* Answers what request_fail said before any step ran; r is gone after it. */
void request_refuse(struct request *r);
/* Fails it when its deadline has passed where no worker looks; r may be gone after it. */
void request_check_clock(struct request *r, uint64_t now);
/* Room for more of a streamed body? */
bool request_wants_body(const struct request *r);
void request_close(struct request *r); /* frees */
/* Appends the problem object of a failed request. */
void request_problem(const struct request *r, struct buf *out);

#endif
