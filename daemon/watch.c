#include "daemon/watch.h"

#include "base/log.h"
#include "daemon/notify.h"
#include "daemon/request.h"
#include "daemon/service.h"

#include <stdio.h>

enum { STATUS_ROOM = 200 };

static unsigned count_stuck(const struct service *s)
{
	uint64_t now = now_ns(), patience = (uint64_t)s->config->stuck_ms * 1000000u;
	return lane_stuck(&s->read, now, patience) + lane_stuck(&s->screen, now, patience) +
	       lane_stuck(&s->prepare, now, patience) + lane_stuck(&s->write, now, patience) +
	       lane_stuck(&s->upkeep, now, patience);
}

static const char *status(const struct service *s, char room[STATUS_ROOM])
{
	snprintf(room, STATUS_ROOM,
		"STATUS=%s%u connections, %u running, %u waiting, %u ingests, %llu requests, %llu failed",
		s->is_draining ? "draining: " : "", s->connections,
		s->read.running + s->screen.running + s->prepare.running + s->write.running,
		s->read.waiting + s->screen.waiting + s->prepare.waiting + s->write.waiting +
			s->ingest_waiting,
		s->ingests + s->small_ingests, (unsigned long long)s->requests,
		(unsigned long long)s->failures);
	return room;
}

static void on_beat(uv_timer_t *t)
{
	struct watch *w = t->data;
	char room[STATUS_ROOM];
	unsigned stuck = count_stuck(w->service);
	if (stuck)
		notify_try("STATUS=%u workers are stuck", stuck);
	else
		notify_try("WATCHDOG=1\n%s", status(w->service, room));
	if (stuck && !w->was_stuck)
		log_error("%u workers are stuck: the watchdog is not fed", stuck);
	w->was_stuck = stuck > 0;
}

void watch_start(struct watch *w, const struct service *s)
{
	uint64_t ms = notify_watchdog_ms();
	w->service = s;
	uv_timer_init(s->loop, &w->timer);
	uv_unref((uv_handle_t *)&w->timer);
	w->timer.data = w;
	if (ms)
		uv_timer_start(&w->timer, on_beat, ms, ms);
}

void watch_ready(const struct watch *w)
{
	char room[STATUS_ROOM];
	notify_send("READY=1\n%s", status(w->service, room));
}
