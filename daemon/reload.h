/* SIGHUP and POST /v1/admin/reload: settings change while questions run. */
#ifndef LODESTONE_DAEMON_RELOAD_H
#define LODESTONE_DAEMON_RELOAD_H

#include "base/err.h"

struct arguments;
struct config;
struct server;
struct service;
struct watch;

struct reload {
	struct arguments *arguments;
	struct config *config;
	struct service *service;
	struct server *server;
	const struct watch *watch;
};

enum { RELOAD_NAMES = 64 };

struct reload_result {
	const char *changed[RELOAD_NAMES], *held[RELOAD_NAMES]; /* held: need a restart */
	unsigned n_changed, n_held;
};

/* All or nothing: with an error (a bad line, an unknown group) every setting stays as it was.  Says
 * it in the log either way.  Opens the audit log's path anew, too.  Loop thread; reads a small file
 * and, for group names, whatever the system's name service reads. */
int reload_run(struct reload *l, struct reload_result *out, struct err *e);

#endif
