/* Walks over the whole index.  Each is made by a process of its own: LMDB believes its pages, and one
 * damaged page may end the process that reads it. */
#ifndef LODESTONE_DAEMON_CHECK_H
#define LODESTONE_DAEMON_CHECK_H

#include "daemon/request.h"

extern const struct step admin_check_steps[];

/* --check: runs walk in a child and returns its exit status, or, when a signal has ended it, says so on
 * stdout and returns 1 where the signal means damage, 2 where it was stopped. */
int check_in_child(int (*walk)(void *arg), void *arg);
/* --check-live, the child that POST /v1/admin/check starts beside the daemon: to end with it. */
void check_follow_parent(void);

#endif
