/* Who may do what: the peer's credentials against groups; and the care for our own paths. */
#ifndef LODESTONE_DAEMON_ACCESS_H
#define LODESTONE_DAEMON_ACCESS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct config;

enum grant { GRANT_NONE = 0, GRANT_READ = 1, GRANT_INGEST = 2, GRANT_ADMIN = 4 };

struct peer {
	uid_t uid;
	gid_t gid;
	pid_t pid;
	unsigned grants; /* enum grant, or-ed */
};

enum { ACCESS_GROUPS_MAX = 32 };

struct access_group {
	gid_t gid;
	unsigned grants;
};

struct access {
	uid_t own_uid; /* this one and root may do everything */
	struct access_group groups[ACCESS_GROUPS_MAX];
	unsigned n_groups;
};

/* Resolves the group names of the config.  LODE_BADREQ when one does not exist. */
int access_init(struct access *a, const struct config *config, struct err *e);
int access_add_group(struct access *a, gid_t gid, unsigned grants, struct err *e);
/* Grants of somebody in these groups: pure. */
unsigned access_grants(const struct access *a, uid_t uid, const gid_t *groups, size_t n);
/* SO_PEERCRED and SO_PEERGROUPS of a connected socket. */
int access_peer(const struct access *a, int fd, struct peer *out, struct err *e);

/* The data folder: created with mode 0700 when absent; ours, and nothing in it for group or others.
 * Returns a descriptor that holds the folder's lock (two daemons never share one), or LODE_DENIED,
 * LODE_BUSY, LODE_IO. */
int access_lock_data(const char *dir, struct err *e);

/* The listening socket that systemd hands over (LISTEN_PID, LISTEN_FDS): its descriptor, its path and
 * the group of its file; LODE_NOTFOUND when there is none for this process, LODE_BADREQ when it is no
 * socket that we can serve.  Whoever bound it cares for its file: it is neither changed nor removed.
 * Forgets the variables, so that no child takes them for its own. */
struct access_socket {
	int fd;
	char path[108]; /* "" when it has no file */
	bool has_group; /* its file was found */
	gid_t group;
};
int access_inherit(struct access_socket *out, struct err *e);

/* Binds (not yet listening) the socket: mode 0660; a dead daemon's socket is replaced, a live one's
 * never.  Returns its descriptor and its group. */
int access_bind(const char *path, gid_t *group, struct err *e);

#endif
