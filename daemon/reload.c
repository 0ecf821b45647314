#include "daemon/reload.h"

#include "base/log.h"
#include "daemon/arguments.h"
#include "daemon/audit.h"
#include "daemon/guard.h"
#include "daemon/notify.h"
#include "daemon/request.h"
#include "daemon/server.h"
#include "daemon/service.h"
#include "daemon/watch.h"

static void take_name(void *arg, const char *name, bool is_applied)
{
	struct reload_result *out = arg;
	if (is_applied && out->n_changed < RELOAD_NAMES)
		out->changed[out->n_changed++] = name;
	else if (!is_applied && out->n_held < RELOAD_NAMES)
		out->held[out->n_held++] = name;
}

static void apply(struct reload *l, struct config *next, const struct access *access,
	enum log_level level, struct reload_result *out)
{
	struct service *s = l->service;
	struct err e = {0};
	config_swap(l->config, next, take_name, out);
	server_set_access(l->server, access);
	s->read.limit = s->screen.limit = s->prepare.limit = s->write.limit =
		(unsigned)l->config->queue;
	keeper_wrote(&s->keeper); /* it may be allowed again */
	log_init("lodestoned", level);
	if (audit_reopen(s->audit, &e))
		log_error("%s; the old file is written on", e.text);
}

static int try_reload(struct reload *l, struct reload_result *out, struct err *e)
{
	struct config next;
	struct access access;
	enum log_level level;
	struct guard_policy policy;
	int rc = config_init(&next);
	if (rc == 0)
		rc = arguments_read(l->arguments, &next, e);
	if (rc == 0)
		rc = config_log_level(&next, &level, e);
	if (rc == 0)
		rc = guard_policy_read(next.phi_policy, &policy, e);
	if (rc == 0)
		rc = server_access(l->server, &next, &access, e);
	if (rc == 0)
		apply(l, &next, &access, level, out);
	config_release(&next);
	return rc;
}

int reload_run(struct reload *l, struct reload_result *out, struct err *e)
{
	*out = (struct reload_result){0};
	notify_send("RELOADING=1\nMONOTONIC_USEC=%llu", (unsigned long long)(now_ns() / 1000));
	int rc = try_reload(l, out, e);
	if (rc) {
		l->service->metrics.reload_failures++;
		log_error("reload: %s; the settings stay as they were",
			e->text[0] ? e->text : err_words(rc));
	} else {
		l->service->metrics.reloads++;
		log_info("reload: %u settings changed", out->n_changed);
	}
	for (unsigned i = 0; i < out->n_changed; i++)
		log_info("reload: %s has changed", out->changed[i]);
	for (unsigned i = 0; i < out->n_held; i++)
		log_warn("reload: %s stays as it was: it needs a restart", out->held[i]);
	watch_ready(l->watch);
	return rc;
}
