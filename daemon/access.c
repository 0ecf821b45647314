#include "daemon/access.h"

#include "daemon/config.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* ---- peers ---- */

int access_add_group(struct access *a, gid_t gid, unsigned grants, struct err *e)
{
	if (a->n_groups == ACCESS_GROUPS_MAX)
		return err_set(e, LODE_TOOBIG, "over %d groups in the config", ACCESS_GROUPS_MAX);
	a->groups[a->n_groups++] = (struct access_group){gid, grants};
	return 0;
}

static int add_named(struct access *a, const char *names, unsigned grants, struct err *e)
{
	while (*names) {
		char name[64];
		size_t n = strcspn(names, ", ");
		if (n >= sizeof(name))
			return err_set(
				e, LODE_BADREQ, "a group name is over %zu bytes", sizeof(name));
		memcpy(name, names, n);
		name[n] = '\0';
		names += n;
		names += strspn(names, ", ");
		if (n == 0)
			continue;
		char *end;
		unsigned long number = strtoul(name, &end, 10);
		bool is_number = name[0] >= '0' && name[0] <= '9' && !*end;
		errno = 0;
		struct group *g = is_number ? NULL : getgrnam(name);
		/* Who could not be asked may be there later; only what is not there is a wrong setting. */
		if (!is_number && !g && errno && errno != ENOENT && errno != ESRCH)
			return err_set(e, LODE_IO, "group %s: %s", name, strerror(errno));
		if (!is_number && !g)
			return err_set(e, LODE_BADREQ, "no such group: %s", name);
		int rc = access_add_group(a, g ? g->gr_gid : (gid_t)number, grants, e);
		if (rc)
			return rc;
	}
	return 0;
}

int access_init(struct access *a, const struct config *config, struct err *e)
{
	*a = (struct access){.own_uid = geteuid()};
	int rc = add_named(a, config->read_groups, GRANT_READ, e);
	if (rc == 0)
		rc = add_named(a, config->ingest_groups, GRANT_INGEST, e);
	if (rc == 0)
		rc = add_named(a, config->admin_groups, GRANT_ADMIN, e);
	return rc;
}

unsigned access_grants(const struct access *a, uid_t uid, const gid_t *groups, size_t n)
{
	unsigned grants = GRANT_NONE;
	if (uid == 0 || uid == a->own_uid)
		return GRANT_READ | GRANT_INGEST | GRANT_ADMIN;
	for (unsigned i = 0; i < a->n_groups; i++)
		for (size_t j = 0; j < n; j++)
			if (groups[j] == a->groups[i].gid)
				grants |= a->groups[i].grants;
	return grants;
}

int access_peer(const struct access *a, int fd, struct peer *out, struct err *e)
{
	struct ucred who;
	socklen_t n = sizeof(who);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) || n != sizeof(who))
		return err_set(e, LODE_DENIED, "no peer credentials: %s", strerror(errno));
	/* The primary group need not be among the supplementary ones. */
	gid_t few[256], *groups = few;
	size_t room = sizeof(few) - sizeof(few[0]);
	n = (socklen_t)room;
	int rc = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, few + 1, &n);
	if (rc && errno == ERANGE) { /* n says how much it takes */
		groups = malloc(n + sizeof(gid_t));
		if (!groups)
			return err_set(e, LODE_NOMEM, "out of memory");
		rc = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups + 1, &n);
	}
	if (rc)
		n = 0; /* then the primary group alone */
	groups[0] = who.gid;
	*out = (struct peer){who.uid, who.gid, who.pid, 0};
	out->grants = access_grants(a, who.uid, groups, n / sizeof(gid_t) + 1);
	if (groups != few)
		free(groups);
	return 0;
}

/* ---- the data folder ---- */

int access_lock_data(const char *dir, struct err *e)
{
	struct stat st;
	if (mkdir(dir, 0700) && errno != EEXIST)
		return err_set(e, LODE_IO, "%.100s: %s", dir, strerror(errno));
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, LODE_IO, "%.100s: %s", dir, strerror(errno));
	int rc = 0;
	if (fstat(fd, &st))
		rc = err_set(e, LODE_IO, "%.100s: %s", dir, strerror(errno));
	else if (st.st_uid != geteuid())
		rc = err_set(
			e, LODE_DENIED, "%.100s: belongs to uid %u, not to us", dir, st.st_uid);
	else if (st.st_mode & 077)
		rc = err_set(e, LODE_DENIED, "%.100s: mode %04o lets others in; it must be 0700",
			dir, st.st_mode & 07777);
	else if (flock(fd, LOCK_EX | LOCK_NB))
		rc = err_set(e, LODE_BUSY, "%.100s: another daemon works on it", dir);
	if (rc) {
		close(fd);
		return rc;
	}
	return fd;
}

/* ---- the socket ---- */

/* The folder of a path, held open.  Its lock covers probe, unlink and bind, so that two daemons that
 * start at once do not both take a dead one's place. */
static int open_folder(const char *path, struct err *e)
{
	char folder[sizeof(((struct sockaddr_un *)0)->sun_path)];
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;
	memcpy(folder, path, n);
	folder[n] = '\0';
	const char *name = !slash ? "." : n == 0 ? "/" : folder;
	struct stat st;
	int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, LODE_IO, "%.110s: %s", name, strerror(errno));
	int rc = 0;
	if (fstat(fd, &st))
		rc = err_set(e, LODE_IO, "%.110s: %s", name, strerror(errno));
	else if ((st.st_mode & S_IWOTH) && !(st.st_mode & S_ISVTX))
		rc = err_set(e, LODE_DENIED,
			"%.110s: others may replace files in it; refused for a socket", name);
	/* Somebody else may hold the lock of a shared folder for ever: one second, then go on
	 * without; the probe alone leaves a gap of microseconds. */
	struct timespec pause = {.tv_nsec = 20000000};
	for (int i = 0; rc == 0 && i < 50 && flock(fd, LOCK_EX | LOCK_NB) != 0; i++)
		nanosleep(&pause, NULL);
	if (rc) {
		close(fd);
		return rc;
	}
	return fd;
}

/* 0: nobody listens there (any more) and the path is free. */
static int clear_stale(const struct sockaddr_un *at, struct err *e)
{
	struct stat st;
	if (lstat(at->sun_path, &st))
		return errno == ENOENT
			       ? 0
			       : err_set(e, LODE_IO, "%s: %s", at->sun_path, strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return err_set(e, LODE_DENIED, "%s: exists and is no socket", at->sun_path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_set(e, LODE_IO, "socket: %s", strerror(errno));
	int rc = connect(fd, (const struct sockaddr *)at, sizeof(*at)) ? errno : 0;
	close(fd);
	/* EAGAIN is a full backlog, EACCES somebody else's: both alive as far as we know. */
	if (rc != ECONNREFUSED)
		return err_set(e, LODE_BUSY, "%s: a daemon already listens there", at->sun_path);
	if (unlink(at->sun_path))
		return err_set(e, LODE_IO, "%s: %s", at->sun_path, strerror(errno));
	return 0;
}

static int bind_private(const struct sockaddr_un *at, gid_t *group, struct err *e)
{
	struct stat st;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_set(e, LODE_IO, "socket: %s", strerror(errno));
	mode_t before = umask(0177);
	int rc = bind(fd, (const struct sockaddr *)at, sizeof(*at));
	umask(before);
	if (rc || chmod(at->sun_path, 0660) || lstat(at->sun_path, &st)) {
		rc = err_set(e, LODE_IO, "%s: %s", at->sun_path, strerror(errno));
		close(fd);
		return rc;
	}
	*group = st.st_gid;
	return fd;
}

int access_bind(const char *path, gid_t *group, struct err *e)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	/* libuv and the kernel cut a longer path silently and would listen elsewhere. */
	if (strlen(path) >= sizeof(at.sun_path))
		return err_set(e, LODE_TOOBIG, "socket path is %zu bytes; at most %zu",
			strlen(path), sizeof(at.sun_path) - 1);
	memcpy(at.sun_path, path, strlen(path));
	int folder = open_folder(path, e);
	if (folder < 0)
		return folder;
	int rc = clear_stale(&at, e);
	if (rc == 0)
		rc = bind_private(&at, group, e);
	/* Until listen() a probe sees a refusal: listen here, under the folder's lock. */
	if (rc >= 0 && listen(rc, 1024)) {
		close(rc);
		rc = err_set(e, LODE_IO, "%s: %s", path, strerror(errno));
	}
	close(folder);
	return rc;
}

/* ---- the socket that systemd bound ---- */

static int inherited_count(struct err *e)
{
	enum { FIRST = 3 };
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	bool is_ours = pid && fds && strtol(pid, NULL, 10) == (long)getpid();
	long n = is_ours ? strtol(fds, NULL, 10) : 0;
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	if (n <= 0)
		return err_set(e, LODE_NOTFOUND, "no socket was handed over");
	if (n > 1)
		return err_set(e, LODE_BADREQ,
			"%ld sockets were handed over; one stream socket is served", n);
	return FIRST;
}

static bool is_listening_stream(int fd)
{
	int family = 0, type = 0, listens = 0;
	socklen_t n = sizeof(int);
	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &n) == 0 && family == AF_UNIX &&
	       getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) == 0 && type == SOCK_STREAM &&
	       getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &n) == 0 && listens;
}

int access_inherit(struct access_socket *out, struct err *e)
{
	struct sockaddr_un at = {0};
	socklen_t n = sizeof(at);
	struct stat st;
	int fd = inherited_count(e);
	if (fd < 0)
		return fd;
	if (!is_listening_stream(fd))
		return err_set(
			e, LODE_BADREQ, "what was handed over is no listening Unix stream socket");
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) || getsockname(fd, (struct sockaddr *)&at, &n))
		return err_set(e, LODE_IO, "the socket handed over: %s", strerror(errno));
	*out = (struct access_socket){.fd = fd};
	size_t used = n > offsetof(struct sockaddr_un, sun_path)
			      ? n - offsetof(struct sockaddr_un, sun_path)
			      : 0;
	/* An abstract socket has no file, a relative path no place that we know: no group then. */
	if (used == 0 || at.sun_path[0] != '/')
		return 0;
	memcpy(out->path, at.sun_path, strnlen(at.sun_path, used < 107 ? used : 107));
	if (lstat(out->path, &st) == 0 && S_ISSOCK(st.st_mode)) {
		out->has_group = true;
		out->group = st.st_gid;
	}
	return 0;
}
