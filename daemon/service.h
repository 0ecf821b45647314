/* What every request may use: made once in main, dead after the loop. */
#ifndef LODESTONE_DAEMON_SERVICE_H
#define LODESTONE_DAEMON_SERVICE_H

#include "daemon/commits.h"
#include "daemon/config.h"
#include "daemon/keeper.h"
#include "daemon/lane.h"
#include "daemon/metrics.h"

#include <stdint.h>
#include <uv.h>

struct audit;
struct cue_engine;
struct index;
struct ingest;
struct lexicons;
struct models;
struct reload;
struct token_file;

struct service {
	uv_loop_t *loop;
	const struct config *config;
	struct index *index;
	struct cue_engine *cues;
	const struct lexicons *lexicons;
	const struct token_file *tokens; /* by which context counts */
	struct models *models;           /* loop thread only */
	struct audit *audit;
	struct lane read, screen, prepare, write, upkeep;

	/* loop thread only */
	struct metrics metrics;
	struct reload *reload;
	struct keeper keeper;
	struct commits commits;
	bool is_draining, is_checking;
	uint64_t next_id, start_ns;
	uint64_t requests, failures; /* answered; of those with status >= 500 */
	uint64_t damaged;            /* of those that met damaged data */
	uint64_t unsent; /* bytes of answers that peers have not taken, over all connections */
	unsigned connections;
	unsigned ingests,
		small_ingests; /* that have a place; small ones are not among the others */
	struct ingest *ingest_first, *ingest_last; /* those that wait for a place */
	unsigned ingest_waiting;
};

#endif
