/* One question to the daemon and its whole answer: what every verb but ingest is made of. */
#ifndef LODESTONE_CLIENT_CALL_H
#define LODESTONE_CLIENT_CALL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "client/args.h"
#include "client/link.h"
#include "client/print.h"

struct call {
	const struct args *args;
	struct look look;
	struct link *link;
	uint64_t timeout_ms;
	unsigned status;    /* of the last answer */
	struct buf answer;  /* its body */
	struct arena arena; /* holds what was parsed of it; emptied by the next call_send */
	struct buf out;     /* what will be printed */
};

/* Complains itself.  0 or the exit code. */
int call_open(const struct args *a, struct call *out);
void call_close(struct call *c);

/* Sends and takes in the whole answer (256 MB at most).  method "GET", "PUT" with a file's bytes, or
 * others with a JSON body (body.p == NULL: none).  0 when an answer came, whatever its status. */
int call_send(struct call *c, const char *method, struct slice url, const char *accept,
	struct slice body, struct err *e);
/* As call_send, but anything else than a 2xx answer is complained about too.  0 or the exit code;
 * not_found: the exit code for status 404. */
int call_expect(struct call *c, const char *method, struct slice url, const char *accept,
	struct slice body, int not_found);
/* Complains about the problem in c->answer; returns the exit code. */
int call_problem(struct call *c, int not_found);
/* The answer as one JSON document.  0 or, having complained, the exit code. */
int call_json(struct call *c, struct json **out);

int call_exit_of(int code);                              /* LODE_* -> exit code */
int call_exit_of_status(unsigned status, int not_found); /* HTTP status -> exit code */
/* "SOCKET: text", to stderr; returns the exit code that goes with it. */
int call_fail(const struct call *c, const struct err *e);

/* Appends the answer to c->out as JSON: its bytes and a newline, or, on a terminal, the same
 * document with unsafe characters escaped.  NDJSON answers become one array for --format json. */
void call_put_json(struct call *c, bool is_ndjson);
/* Prints c->out.  Returns code, or EXIT_FAILED when that failed. */
int call_print(struct call *c, int code);

/* "/v1/patients/ID" + tail, the id escaped. */
void call_patient_url(struct buf *out, struct slice patient, const char *tail);

const char *call_socket_path(const struct args *a);

#endif
