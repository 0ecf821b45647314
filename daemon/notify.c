#include "daemon/notify.h"

#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void send_text(const char *path, const char *state)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	size_t n = strlen(path);
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

void notify_send(const char *fmt, ...)
{
	const char *path = getenv("NOTIFY_SOCKET");
	char text[512];
	if (!path)
		return;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	send_text(path, text);
}

uint64_t notify_watchdog_ms(void)
{
	const char *us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	/* Meant for another process: for the one that started us, say. */
	if (!us || (pid && strtol(pid, NULL, 10) != (long)getpid()))
		return 0;
	unsigned long long n = strtoull(us, NULL, 10);
	return n ? n / 2000 + (n < 2000) : 0;
}
