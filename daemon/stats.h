/* State of the daemon and the index; liveness; what judges mentions. */
#ifndef LODESTONE_DAEMON_STATS_H
#define LODESTONE_DAEMON_STATS_H

#include "daemon/request.h"

extern const struct step stats_steps[], metrics_steps[], healthz_steps[];

#endif
