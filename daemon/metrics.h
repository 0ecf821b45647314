/* Counts since the start, for Prometheus.  Never a patient's id: labels are routes, codes and names
 * of settings.  Loop thread only. */
#ifndef LODESTONE_DAEMON_METRICS_H
#define LODESTONE_DAEMON_METRICS_H

#include "tokenizer/tokenizer.h"

#include <stdint.h>

struct index_stats;
struct service;

enum { METRICS_ROUTES = 31, METRICS_CODES = 24, METRICS_BUCKETS = 13 };

/* The last row is that of messages without a route. */
struct metrics {
	uint64_t requests[METRICS_ROUTES + 1][METRICS_CODES];
	uint64_t seconds[METRICS_ROUTES + 1]
			[METRICS_BUCKETS]; /* requests by time, not cumulative */
	uint64_t sum_ns[METRICS_ROUTES + 1];
	uint64_t added, replaced, unchanged, rejected, ingest_bytes;
	uint64_t phi[TOK_PHI_COUNT]; /* places found, by type */
	uint64_t reloads, reload_failures, checks, check_problems;
};

struct ingest_counts {
	uint64_t added, replaced, unchanged, rejected, bytes;
};

/* route: route_number(). */
void metrics_request(struct metrics *m, size_t route, unsigned status, uint64_t ns);
/* What an ingest has done since it told `before`. */
void metrics_ingest(
	struct metrics *m, const struct ingest_counts *before, const struct ingest_counts *now);
void metrics_phi(struct metrics *m, const uint64_t found[TOK_PHI_COUNT]);
/* Text exposition format 0.0.4. */
void metrics_write(const struct service *s, const struct index_stats *index, struct buf *out);

#endif
