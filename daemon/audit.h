/* One NDJSON line per request, appended to DIR/audit.ndjson (mode 0600): who, when, which route and
 * patient, how it ended.  Never note text or question text: a question appears as its digest.
 *
 * Each line has a number, and `prev`: XXH3-128 of the bytes of the line before it.  That shows lines
 * that were lost, cut or edited; it is no proof against somebody who can write the file and knows
 * how.  Lines are on disk (fdatasync on the pool) within a second or so of the request. */
#ifndef LODESTONE_DAEMON_AUDIT_H
#define LODESTONE_DAEMON_AUDIT_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct audit;
struct request;

int audit_open(const char *dir, uv_loop_t *loop, struct audit **out, struct err *e);
void audit_close(struct audit *a); /* after the loop's end; the last lines go to disk */
/* Appends the line.  LODE_IO: it was not written, which is in the log and in audit_failures. */
int audit_request(struct audit *a, const struct request *r);
/* The last line, or the last sync, has failed. */
bool audit_is_failing(const struct audit *a);
unsigned long audit_failures(const struct audit *a);
/* Opens the path anew, where somebody has moved the file away; the chain goes on in the new one. */
int audit_reopen(struct audit *a, struct err *e);

/* Verifies numbers and chain of a file; say gets a sentence per problem.  The first line may follow a
 * line of an older file.  Returns the number of problems, or LODE_IO, LODE_NOMEM. */
int64_t audit_check(
	const char *path, void (*say)(void *arg, const char *problem), void *arg, struct err *e);

#endif
