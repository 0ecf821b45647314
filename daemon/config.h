/* Settings: one table gives name, type, default, bounds and help of each. */
#ifndef LODESTONE_DAEMON_CONFIG_H
#define LODESTONE_DAEMON_CONFIG_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>
#include <stdio.h>

/* field, type, default, least, most, help.  STRING: default is a string or NULL, bounds are bytes.
 * SIZE takes K, M and G (1024); MS is milliseconds; COUNT a plain number. */
#define CONFIG_LIST(STRING, NUMBER)                                                                \
	STRING(data, NULL, "folder with the index and the audit log; mode 0700")                   \
	STRING(socket, NULL, "path of the Unix socket; its folder must exist")                     \
	STRING(model, NULL, "scorer model file; none: the cue rules alone")                        \
	STRING(read_groups, "", "groups that may read, besides the socket's own group")            \
	STRING(ingest_groups, "", "groups that may ingest")                                        \
	STRING(admin_groups, "", "groups that may delete and administer")                          \
	STRING(log_level, "info", "error, warning, info or debug")                                 \
	NUMBER(max_connections, COUNT, 1024, 1, 1 << 20, "open connections; past it 503")          \
	NUMBER(max_head, SIZE, 16 << 10, 256, 1 << 20, "request line and headers; past it 431")    \
	NUMBER(max_url, SIZE, 4 << 10, 64, 1 << 16, "request target; past it 414")                 \
	NUMBER(max_query_body, SIZE, 64 << 10, 64, 64 << 20, "body of a question; past it 413")    \
	NUMBER(max_ingest_line, SIZE, 8 << 20, 256, 256 << 20,                                     \
		"one NDJSON note; a longer line is rejected, the rest goes on")                    \
	NUMBER(max_answer, SIZE, 256 << 20, 4096, 1 << 30, "one unstreamed answer; past it 413")   \
	NUMBER(head_deadline_ms, MS, 10000, 10, 3600000, "first byte to end of the headers")       \
	NUMBER(query_deadline_ms, MS, 30000, 10, 3600000, "one request that is no ingest")         \
	NUMBER(idle_ms, MS, 60000, 10, 86400000, "kept-alive connection without a request")        \
	NUMBER(write_stall_ms, MS, 30000, 10, 3600000,                                             \
		"a client that takes nothing of its answer")                                       \
	NUMBER(ingest_window_ms, MS, 30000, 10, 3600000, "ingest_min_rate is averaged over this")  \
	NUMBER(ingest_min_rate, SIZE, 1024, 0, 1 << 30,                                            \
		"bytes a second an ingest must bring, and a reader take")                          \
	NUMBER(drain_ms, MS, 5000, 0, 9000, "after SIGTERM, until running requests are cancelled") \
	NUMBER(out_high_water, SIZE, 256 << 10, 4096, 64 << 20,                                    \
		"unsent bytes that pause a stream")                                                \
	NUMBER(queue, COUNT, 256, 1, 65536, "requests waiting for a worker; past it 503")          \
	NUMBER(workers, COUNT, 2, 1, 32, "requests that are answered at the same time")            \
	NUMBER(max_ingests, COUNT, 2, 1, 16, "ingests at the same time; others wait unread")       \
	NUMBER(max_waiting_ingests, COUNT, 16, 0, 1024, "ingests that may wait; past it 503")      \
	NUMBER(ingest_block, SIZE, 1 << 20, 4096, 4 << 20,                                         \
		"body bytes handed to a worker at once")                                           \
	NUMBER(ingest_batch, SIZE, 32 << 20, 1024, 256 << 20, "note text committed at once")       \
	NUMBER(ingest_memory, SIZE, 256 << 20, 1 << 20, 16LL << 30, "batches of all ingests")      \
	NUMBER(ingest_commit_ms, MS, 10000, 10, 3600000, "a slow ingest is committed this often")  \
	NUMBER(request_memory, SIZE, 64 << 20, 1 << 16, 4LL << 30, "one request's working memory") \
	NUMBER(map_bytes, SIZE, 0, 0, 1LL << 46, "address space of the index; 0: 256G")            \
	NUMBER(max_db_bytes, SIZE, 0, 0, 1LL << 46, "quota of the index; past it 507; 0: none")

struct config {
#define STRING(field, fallback, help)                    char *field;
#define NUMBER(field, type, fallback, least, most, help) int64_t field;
	CONFIG_LIST(STRING, NUMBER)
#undef STRING
#undef NUMBER
};

int config_init(struct config *c); /* defaults; LODE_NOMEM */
void config_release(struct config *c);
/* LODE_BADREQ: no such key, not of its type, or out of bounds. */
int config_set(struct config *c, struct slice key, struct slice value, struct err *e);
/* `key = value` lines, '#' starts a comment line.  Errors carry the line number. */
int config_read(struct config *c, const char *path, struct err *e);
int config_parse(struct config *c, struct slice text, struct err *e);
void config_help(FILE *out);

#endif
