/* ask: a question about one chart -> a verdict. */
#ifndef LODESTONE_DAEMON_ASK_H
#define LODESTONE_DAEMON_ASK_H

#include "daemon/request.h"

extern const struct step ask_steps[];

#endif
