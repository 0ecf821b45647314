/* What an administrator may ask for: the check of the whole index, a reload of the settings. */
#ifndef LODESTONE_DAEMON_ADMIN_H
#define LODESTONE_DAEMON_ADMIN_H

#include "daemon/request.h"

extern const struct step admin_reload_steps[];

#endif
