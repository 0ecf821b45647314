/* Which model judges mentions now.  The loop thread swaps it and counts who still uses it, so a question
 * keeps the one that it began with and workers need no lock. */
#ifndef LODESTONE_DAEMON_MODELS_H
#define LODESTONE_DAEMON_MODELS_H

#include "base/buf.h"
#include "base/err.h"

struct config;
struct scorer_model;

enum model_source {
	MODEL_UPLOADED,   /* PUT /v1/model: lies in the data folder */
	MODEL_CONFIGURED, /* the setting `model` names it */
	MODEL_SHIPPED,    /* comes with the program */
};
extern const char *const model_source_names[3];

/* A model and those who hold it; freed by the last. */
struct attached {
	struct scorer_model *model;
	char digest[33];
	enum model_source source;
	double doubt; /* entropy above which a question is looked at again */
	unsigned holders;
};

struct models {
	struct attached *now; /* NULL: the cue rules alone */
	size_t cache;         /* bytes in which each remembers its answers; 0: none does */
	/* Why there is none although one was meant to be; "": none was, or an admin detached it. */
	char problem[192];
};

/* Attaches what start finds, in this order: nothing if the setting is "none"; what was uploaded, or
 * nothing if an admin detached it; what the setting names; what was shipped.  A file that the setting
 * names and that cannot be used is an error; another one only a problem, told in the log and by the
 * card. */
int models_start(struct models *m, const struct config *c, struct err *e);
void models_finish(struct models *m); /* nobody holds one any more */

/* The setting `model` is "none": no start attaches any, whatever was uploaded. */
bool models_are_off(const struct config *c);

/* Loop thread only.  NULL: the rules alone. */
struct attached *models_hold(struct models *m);
void models_let_go(struct attached *a); /* NULL is allowed */
/* Takes over the caller's hold of it; NULL detaches. */
void models_attach(struct models *m, struct attached *a);

/* Any thread.  Held once by the caller. */
int models_read(struct slice bytes, struct attached **out, struct err *e);
/* The file of an upload, durable before it returns; one at a time (WRITE lane). */
int models_store(const struct config *c, struct slice bytes, struct err *e);
/* Forgets the upload and remembers that there shall be none, or, restore, forgets that as well. */
int models_forget(const struct config *c, bool restore, struct err *e);
/* What start attaches without uploads, held once; *out NULL: nothing.  The reason in *e when it should but
 * cannot. */
int models_find(const struct config *c, struct attached **out, struct err *e);

#endif
