#include "daemon/notify.h"

#include "base/log.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void notify_send(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	size_t n = path ? strlen(path) : 0;
	if (n < 2 || n >= sizeof(at.sun_path))
		return;
	memcpy(at.sun_path, path, n);
	if (at.sun_path[0] == '@')
		at.sun_path[0] = '\0'; /* abstract: the name ends where the address ends */
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	if (fd < 0 ||
		sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&at, length) < 0)
		log_warn("notify: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
}
