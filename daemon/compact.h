/* POST /v1/admin/compact: upkeep of everything, then the free space given back. */
#ifndef LODESTONE_DAEMON_COMPACT_H
#define LODESTONE_DAEMON_COMPACT_H

#include "daemon/request.h"

extern const struct step compact_steps[];

#endif
