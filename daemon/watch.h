/* The watchdog's beat.  It is a timer of the loop: that it comes says that the loop turns; and it is
 * not sent while a worker is stuck. */
#ifndef LODESTONE_DAEMON_WATCH_H
#define LODESTONE_DAEMON_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct service;

struct watch {
	const struct service *service;
	uv_timer_t timer;
	bool was_stuck;
};

void watch_start(struct watch *w, const struct service *s);
/* READY=1 with the counts. */
void watch_ready(const struct watch *w);

#endif
