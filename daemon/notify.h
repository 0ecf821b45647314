/* systemd's readiness protocol: one datagram to NOTIFY_SOCKET; nothing without it. */
#ifndef LODESTONE_DAEMON_NOTIFY_H
#define LODESTONE_DAEMON_NOTIFY_H

void notify_send(const char *state); /* "READY=1", "STOPPING=1" */

#endif
