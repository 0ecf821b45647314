#include "daemon/models.h"

#include "base/file.h"
#include "base/log.h"
#include "daemon/config.h"
#include "daemon/views.h"
#include "scorer/scorer.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char stored_name[] = "model.safetensors", detached_name[] = "model.detached";

const char *const model_source_names[3] = {
	[MODEL_UPLOADED] = "uploaded",
	[MODEL_CONFIGURED] = "configured",
	[MODEL_SHIPPED] = "shipped",
};

/* ---- holders ---- */

struct attached *models_hold(struct models *m)
{
	if (m->now)
		m->now->holders++;
	return m->now;
}

void models_let_go(struct attached *a)
{
	if (!a || --a->holders > 0)
		return;
	scorer_close(a->model);
	free(a);
}

void models_attach(struct models *m, struct attached *a)
{
	struct attached *before = m->now;
	m->now = a;
	m->problem[0] = '\0';
	models_let_go(before);
	int rc = a && m->cache ? scorer_keep(a->model, m->cache) : LODE_OK;
	if (rc)
		log_error("model_cache: %s, nothing is remembered",
			rc == LODE_BADREQ ? "too small for a window" : err_words(rc));
	if (a)
		log_info("model %s (%s) judges mentions with the cue rules", a->digest,
			model_source_names[a->source]);
	else
		log_info("no model: the cue rules alone judge mentions");
}

/* Takes the model. */
static int wrap(
	struct scorer_model *model, enum model_source source, struct attached **out, struct err *e)
{
	struct attached *a = calloc(1, sizeof(*a));
	if (!a) {
		scorer_close(model);
		return err_set(e, LODE_NOMEM, "no memory for a model");
	}
	*a = (struct attached){
		.model = model, .source = source, .doubt = VIEWS_THRESHOLD, .holders = 1};
	scorer_doubt(model, &a->doubt);
	scorer_digest(model, a->digest);
	*out = a;
	return 0;
}

int models_read(struct slice bytes, struct attached **out, struct err *e)
{
	struct scorer_model *model = NULL;
	int rc = scorer_open_bytes(&model, bytes, e);
	return rc ? rc : wrap(model, MODEL_UPLOADED, out, e);
}

static int open_path(
	const char *path, enum model_source source, struct attached **out, struct err *e)
{
	struct scorer_model *model = NULL;
	int rc = scorer_open(&model, path, e);
	return rc ? rc : wrap(model, source, out, e);
}

/* ---- files ---- */

static int path_of(const struct config *c, const char *name, char room[4096], struct err *e)
{
	int n = snprintf(room, 4096, "%s/%s", c->data, name);
	if (n < 0 || n >= 4096)
		return err_set(e, LODE_BADREQ, "the data folder's path is too long");
	return 0;
}

static int remove_file(const char *path, struct err *e)
{
	if (unlink(path) == 0 || errno == ENOENT)
		return 0;
	return err_set(e, LODE_IO, "%.100s: %s", path, strerror(errno));
}

int models_store(const struct config *c, struct slice bytes, struct err *e)
{
	char stored[4096], detached[4096];
	int rc = path_of(c, stored_name, stored, e);
	if (rc == 0)
		rc = path_of(c, detached_name, detached, e);
	if (rc == 0)
		rc = file_replace(stored, &bytes, 1, 0600, e);
	return rc ? rc : remove_file(detached, e);
}

int models_forget(const struct config *c, bool restore, struct err *e)
{
	char stored[4096], detached[4096];
	struct slice nothing = {0};
	int rc = path_of(c, stored_name, stored, e);
	if (rc == 0)
		rc = path_of(c, detached_name, detached, e);
	/* The mark first: a crash in between must not bring a model back that was detached. */
	if (rc == 0 && !restore)
		rc = file_replace(detached, &nothing, 1, 0600, e);
	if (rc == 0)
		rc = remove_file(stored, e);
	return rc || !restore ? rc : remove_file(detached, e);
}

/* What an upload that never ended has left. */
static void sweep(const struct config *c)
{
	DIR *folder = opendir(c->data);
	size_t n = sizeof(stored_name) - 1;
	char path[4096];
	for (struct dirent *d; folder && (d = readdir(folder)) != NULL;)
		if (strncmp(d->d_name, stored_name, n) == 0 &&
			strncmp(d->d_name + n, ".new-", 5) == 0 &&
			path_of(c, d->d_name, path, NULL) == 0)
			unlink(path);
	if (folder)
		closedir(folder);
}

/* ---- start ---- */

bool models_are_off(const struct config *c)
{
	return c->model && strcmp(c->model, "none") == 0;
}

static bool names_file(const struct config *c)
{
	return c->model && c->model[0] && !models_are_off(c);
}

/* Beside the program's own place, so that an install may be moved and a build tree works. */
static int open_shipped(struct attached **out, struct err *e)
{
	static const char *const places[] = {
		"../share/lodestone/model.safetensors", "../../scorer/model/model.safetensors"};
	char self[4096], path[4096 + 64];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n > 0 ? n : 0] = '\0';
	char *slash = strrchr(self, '/');
	for (size_t i = 0; slash && i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%.*s%s", (int)(slash - self + 1), self, places[i]);
		if (access(path, F_OK) == 0)
			return open_path(path, MODEL_SHIPPED, out, e);
	}
	return 0;
}

/* What the settings want.  tried: where it looked last. */
static int find_set(
	const struct config *c, enum model_source *tried, struct attached **out, struct err *e)
{
	*out = NULL;
	*tried = names_file(c) ? MODEL_CONFIGURED : MODEL_SHIPPED;
	if (models_are_off(c))
		return 0;
	return names_file(c) ? open_path(c->model, MODEL_CONFIGURED, out, e) : open_shipped(out, e);
}

static int find(
	const struct config *c, enum model_source *tried, struct attached **out, struct err *e)
{
	char stored[4096], detached[4096];
	*out = NULL;
	*tried = MODEL_UPLOADED;
	int rc = path_of(c, stored_name, stored, e);
	if (rc == 0)
		rc = path_of(c, detached_name, detached, e);
	if (rc || models_are_off(c) || access(detached, F_OK) == 0)
		return rc;
	if (access(stored, F_OK) == 0)
		return open_path(stored, MODEL_UPLOADED, out, e);
	return find_set(c, tried, out, e);
}

int models_find(const struct config *c, struct attached **out, struct err *e)
{
	enum model_source tried;
	return find_set(c, &tried, out, e);
}

int models_start(struct models *m, const struct config *c, struct err *e)
{
	struct attached *found = NULL;
	struct err why = {0};
	enum model_source tried;
	*m = (struct models){.cache = (size_t)c->model_cache};
	sweep(c);
	int rc = find(c, &tried, &found, &why);
	if (rc && tried == MODEL_CONFIGURED)
		return err_set(e, rc, "model: %.170s", why.text);
	models_attach(m, rc ? NULL : found);
	if (rc) {
		memcpy(m->problem, why.text, sizeof(m->problem));
		log_error("model: %s; the cue rules alone judge mentions", why.text);
	}
	return 0;
}

void models_finish(struct models *m)
{
	models_let_go(m->now);
	m->now = NULL;
}
