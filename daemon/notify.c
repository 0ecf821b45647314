#include "daemon/notify.h"

#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE_S = 2, STATE_MAX = 512 };

static void send_text(const char *path, const char *state, bool may_wait)
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
	struct timeval patience = {.tv_sec = PATIENCE_S};
	int flags = MSG_NOSIGNAL | (may_wait ? 0 : MSG_DONTWAIT);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) != 0 ||
		(sendto(fd, state, strlen(state), flags, (struct sockaddr *)&at, length) < 0 &&
			(may_wait || errno != EAGAIN)))
		log_warn("notify: %.20s: %s", state, strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void __attribute__((format(printf, 2, 0)))
send_state(bool may_wait, const char *fmt, va_list ap)
{
	const char *path = getenv("NOTIFY_SOCKET");
	char text[STATE_MAX];
	if (!path)
		return;
	vsnprintf(text, sizeof(text), fmt, ap);
	send_text(path, text, may_wait);
}

void notify_send(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	send_state(true, fmt, ap);
	va_end(ap);
}

void notify_try(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	send_state(false, fmt, ap);
	va_end(ap);
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
