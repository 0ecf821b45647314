/* What search and ask bodies share: dates, note types and sections that narrow a question. */
#ifndef LODESTONE_DAEMON_SCOPE_H
#define LODESTONE_DAEMON_SCOPE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "index/index.h"

/* Reads "from", "to", "as_of", "types", "sections" of a request body; absent ones leave the scope
 * open.  Slices point into the body or the arena.  LODE_BADREQ names the member. */
int scope_parse(const struct json *body, struct arena *a, struct scope *out, struct err *e);

/* LODE_BADREQ when body is no object or has a member that is neither in known (NULL-terminated),
 * nor one of the scope's, nor prefixed "x-". */
int scope_check_members(const struct json *body, const char *const *known, struct err *e);

#endif
