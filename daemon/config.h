/* Settings: one table gives name, type, default, bounds and help of each. */
#ifndef LODESTONE_DAEMON_CONFIG_H
#define LODESTONE_DAEMON_CONFIG_H

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"

#include <stdint.h>
#include <stdio.h>

/* field, when, type, default, least, most, help.  STRING: default is a string or NULL, bounds are
 * bytes.  SIZE takes K, M and G (1024); MS is milliseconds; COUNT a plain number; FLAG yes or no.
 *
 * RUN: a reload may change it.  Such a setting is read on the loop thread alone: workers run on while
 * it is swapped.  START: holds from start to end, and workers may read it. */
#define CONFIG_LIST(STRING, NUMBER)                                                                \
	STRING(data, START, NULL, "folder with the index and the audit log; mode 0700")            \
	STRING(socket, START, NULL, "path of the Unix socket; its folder must exist")              \
	STRING(model, START, NULL,                                                                 \
		"file; without it the one that came along; \"none\": rules alone")                 \
	STRING(lexicons, START, "", "lexicon files besides the built-in one, parted by ':'")       \
	STRING(context_tokenizer, START, "",                                                       \
		"tokenizer.json of the language model that reads what context packs")              \
	STRING(read_groups, RUN, "", "groups that may read, besides the socket's own group")       \
	STRING(ingest_groups, RUN, "", "groups that may ingest")                                   \
	STRING(admin_groups, RUN, "", "groups that may delete and administer")                     \
	STRING(log_level, RUN, "info", "error, warning, info or debug")                            \
	STRING(phi_policy, RUN, "flag date=allow",                                                 \
		"identifiers in notes: flag, reject or allow, TYPE=... for one type")              \
	NUMBER(max_connections, RUN, COUNT, 1024, 1, 1 << 20, "open connections; past it 503")     \
	NUMBER(max_head, RUN, SIZE, 16 << 10, 256, 1 << 20,                                        \
		"request line and headers; past it 431")                                           \
	NUMBER(max_url, RUN, SIZE, 4 << 10, 64, 1 << 16, "request target; past it 414")            \
	NUMBER(max_query_body, RUN, SIZE, 64 << 10, 64, 64 << 20,                                  \
		"body of a question; past it 413")                                                 \
	NUMBER(max_list_body, RUN, SIZE, 4 << 20, 64, 64 << 20,                                    \
		"body of a screen, which may list patients; past it 413")                          \
	NUMBER(max_model, RUN, SIZE, 64 << 20, 4096, 1 << 30, "uploaded model; past it 413")       \
	NUMBER(model_cache, START, SIZE, 0, 0, 1LL << 36,                                          \
		"memory for what the model has answered; 0: none")                                 \
	NUMBER(max_ingest_line, RUN, SIZE, 8 << 20, 256, 256 << 20,                                \
		"one NDJSON note; a longer line is rejected, the rest goes on")                    \
	NUMBER(max_answer, RUN, SIZE, 256 << 20, 4096, 1 << 30,                                    \
		"one unstreamed answer; past it 413")                                              \
	NUMBER(max_unsent, RUN, SIZE, 512 << 20, 4096, 64LL << 30,                                 \
		"answers together that wait for slow readers; past it 503")                        \
	NUMBER(head_deadline_ms, RUN, MS, 10000, 10, 3600000, "first byte to end of the headers")  \
	NUMBER(query_deadline_ms, RUN, MS, 30000, 10, 3600000, "one request that is no ingest")    \
	NUMBER(idle_ms, RUN, MS, 60000, 10, 86400000, "kept-alive connection without a request")   \
	NUMBER(write_stall_ms, RUN, MS, 30000, 10, 3600000,                                        \
		"a client that takes nothing of its answer")                                       \
	NUMBER(ingest_window_ms, RUN, MS, 30000, 10, 3600000,                                      \
		"ingest_min_rate is averaged over this")                                           \
	NUMBER(ingest_min_rate, RUN, SIZE, 1024, 0, 1 << 30,                                       \
		"bytes a second an ingest must bring, and a reader take")                          \
	NUMBER(drain_ms, RUN, MS, 5000, 0, 9000,                                                   \
		"after SIGTERM, until running requests are cancelled")                             \
	NUMBER(out_high_water, RUN, SIZE, 256 << 10, 4096, 64 << 20,                               \
		"unsent bytes that pause a stream")                                                \
	NUMBER(queue, RUN, COUNT, 256, 1, 65536, "requests waiting for a worker; past it 503")     \
	NUMBER(workers, START, COUNT, 2, 1, 32, "requests that are answered at the same time")     \
	NUMBER(screen_workers, START, COUNT, 1, 1, 32, "screens that run at the same time")        \
	NUMBER(max_ingests, START, COUNT, 2, 1, 16,                                                \
		"ingests at the same time; others wait unread")                                    \
	NUMBER(max_small_ingests, START, COUNT, 32, 0, 256,                                        \
		"and beside them ingests of at most 64 KB; they share commits")                    \
	NUMBER(max_waiting_ingests, RUN, COUNT, 16, 0, 1024, "ingests that may wait; past it 503") \
	NUMBER(ingest_workers, START, COUNT, 2, 1, 32,                                             \
		"parcels that are prepared at the same time")                                      \
	NUMBER(ingest_batch, RUN, SIZE, 4 << 20, 1024, 256 << 20,                                  \
		"body bytes in a parcel: prepared and committed at once")                          \
	NUMBER(ingest_memory, RUN, SIZE, 256 << 20, 1 << 20, 16LL << 30,                           \
		"what all ingests may hold; bounds ingest_batch too")                              \
	NUMBER(ingest_commit_ms, RUN, MS, 10000, 10, 3600000,                                      \
		"a slow ingest is committed this often")                                           \
	NUMBER(upkeep, RUN, FLAG, 1, 0, 1, "merge fresh segments in the background")               \
	NUMBER(upkeep_idle_ms, RUN, MS, 2000, 10, 86400000,                                        \
		"without writes, until what little is fresh is merged too")                        \
	NUMBER(request_memory, RUN, SIZE, 64 << 20, 1 << 16, 4LL << 30,                            \
		"one request's working memory")                                                    \
	NUMBER(map_bytes, START, SIZE, 0, 0, 1LL << 46, "address space of the index; 0: 256G")     \
	NUMBER(max_db_bytes, START, SIZE, 0, 0, 1LL << 46,                                         \
		"quota of the index; past it 507; 0: none")                                        \
	NUMBER(audit_required, RUN, FLAG, 0, 0, 1,                                                 \
		"answer 503 when the audit log cannot be written")                                 \
	NUMBER(check_deadline_ms, RUN, MS, 3600000, 10, 604800000, "one check of the whole index") \
	NUMBER(stuck_ms, RUN, MS, 120000, 10, 86400000,                                            \
		"a step this far past its time: no watchdog beat")

struct config {
#define STRING(field, when, fallback, help)                    char *field;
#define NUMBER(field, when, type, fallback, least, most, help) int64_t field;
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
/* What log_level names; LODE_BADREQ. */
int config_log_level(const struct config *c, enum log_level *out, struct err *e);
/* Moves the RUN settings that differ into `now` (what they were goes into `next`).  say is called for
 * every setting that differs; with is_applied false it is a START setting, which stays as it was.
 * Cannot fail. */
void config_swap(struct config *now, struct config *next,
	void (*say)(void *arg, const char *name, bool is_applied), void *arg);

#endif
