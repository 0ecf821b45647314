/* Notes in: NDJSON of any size in bounded memory, durable before it is acknowledged. */
#ifndef LODESTONE_DAEMON_INGEST_H
#define LODESTONE_DAEMON_INGEST_H

#include "daemon/request.h"

extern const struct step ingest_steps[];

#endif
