/* systemd's readiness protocol: one datagram to NOTIFY_SOCKET; nothing without it. */
#ifndef LODESTONE_DAEMON_NOTIFY_H
#define LODESTONE_DAEMON_NOTIFY_H

#include <stdint.h>

/* Assignments, one a line: "READY=1", "STOPPING=1", "STATUS=..." (never a patient's id).  Waits some seconds at most
 * for a manager that does not read; the log then says what it was not told. */
void notify_send(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The same for what is soon said again: dropped, without a word, when the manager has no room for it. */
void notify_try(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* How often WATCHDOG=1 should come, ms: half of what the manager waits for; 0: not at all. */
uint64_t notify_watchdog_ms(void);

#endif
