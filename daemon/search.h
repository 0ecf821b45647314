/* Ranked passages of one chart, or of all; no verdict. */
#ifndef LODESTONE_DAEMON_SEARCH_H
#define LODESTONE_DAEMON_SEARCH_H

#include "daemon/request.h"

extern const struct step search_steps[], search_all_steps[];

#endif
