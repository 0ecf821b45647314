/* Lines of JSON of an evaluation's files, complained about by file and line. */
#ifndef LODESTONE_CLIENT_EVAL_LINES_H
#define LODESTONE_CLIENT_EVAL_LINES_H

#include "base/json.h"

struct eval_lines {
	const char *file;
	struct slice rest;
	uint64_t number; /* of the line that came last, from 1 */
	unsigned bad;    /* lines complained about */
};

/* The whole file, out of its gzip or zstd.  LODE_IO, LODE_CORRUPT, LODE_TOOBIG over 1 GB. */
int eval_load(const char *file, struct buf *out, struct err *e);
bool eval_next_line(struct eval_lines *l, struct slice *out); /* blank ones are passed over */
void eval_complain(struct eval_lines *l, uint64_t number, const struct err *e);
/* LODE_BADREQ when a line was complained about; done: what did not happen to the file for that. */
int eval_close_lines(const struct eval_lines *l, const char *done, struct err *e);

/* Members; null is the same as absent.  LODE_BADREQ with "key: reason".  What is absent leaves *out as it
 * was, but NaN for a share (0..1). */
const struct json *eval_member(const struct json *o, const char *key);
int eval_get_string(
	const struct json *o, const char *key, bool is_needed, struct slice *out, struct err *e);
int eval_get_uint(const struct json *o, const char *key, uint64_t *out, struct err *e);
int eval_get_share(const struct json *o, const char *key, double *out, struct err *e);

#endif
