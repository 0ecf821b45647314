/* A compressed body -> lines: a worker's job, in order, a parcel's worth at a time. */
#ifndef LODESTONE_DAEMON_UNPACK_H
#define LODESTONE_DAEMON_UNPACK_H

#include "base/buf.h"
#include "base/compress.h"
#include "base/err.h"
#include "daemon/lane.h"
#include "daemon/lines.h"

#include <stdatomic.h>

struct ingest;

/* Its ingest has it between two jobs; during one it is the worker's alone, but for `cancelled`. */
struct unpack {
	struct job job;
	struct ingest *ingest;
	bool is_running;
	atomic_bool cancelled;
	struct decoder *decoder;
	struct buf in; /* compressed; in_used bytes of it are done with */
	size_t in_used;
	bool is_last;   /* nothing comes after `in` */
	bool is_ended;  /* all has been decoded, and the stream was whole */
	struct buf out; /* decoded lines */
	struct lines_cut cut;
	size_t enough; /* bytes in `out` at which it stops */
	int rc;
	struct err err;
};

int unpack_create(enum compress_kind kind, size_t line_most, size_t enough, struct unpack **out);
void unpack_destroy(struct unpack *u);

bool unpack_wants_input(const struct unpack *u); /* between jobs: all of `in` is used up */
/* Between jobs: is there something to decode, and room for it? */
bool unpack_can_run(const struct unpack *u);
void unpack_run(
	struct unpack *u, struct lane *prepare); /* done (struct job) is called at its end */

#endif
