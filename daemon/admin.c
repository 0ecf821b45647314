#include "daemon/admin.h"

#include "daemon/reload.h"
#include "daemon/service.h"

/* ---- reload ---- */

static void put_names(struct json_writer *w, const char *key, const char *const *names, unsigned n)
{
	json_key(w, key);
	json_begin_array(w);
	for (unsigned i = 0; i < n; i++)
		json_str(w, names[i]);
	json_end_array(w);
}

static enum next reload_reply(struct request *r)
{
	struct reload_result done;
	struct json_writer w;
	struct err e = {0};
	int rc = reload_run(r->service->reload, &done, &e);
	if (rc)
		return request_fail_err(r, rc, &e);
	json_init(&w, &r->out);
	json_begin_object(&w);
	put_names(&w, "changed", done.changed, done.n_changed);
	put_names(&w, "restart_needed", done.held, done.n_held);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
	return request_reply(r, 200, "application/json");
}

const struct step admin_reload_steps[] = {
	{"reload", ON_LOOP, reload_reply},
};
