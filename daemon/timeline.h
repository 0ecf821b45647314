/* timeline: what a chart says of a condition, day by day. */
#ifndef LODESTONE_DAEMON_TIMELINE_H
#define LODESTONE_DAEMON_TIMELINE_H

#include "daemon/request.h"

extern const struct step timeline_steps[];

#endif
