/* What the bodies of ask and search share. */
#ifndef LODESTONE_CLIENT_SCOPE_H
#define LODESTONE_CLIENT_SCOPE_H

#include "base/json.h"
#include "client/args.h"

/* --from, --to, --as-of, --type, --section, --deadline as members of the open object. */
int scope_put(struct json_writer *w, const struct args *a, struct err *e);
/* Operands from the `first` on, joined by blanks.  LODE_BADREQ unless UTF-8 and not blank. */
int scope_words(struct buf *out, const struct args *a, int first, struct err *e);

#endif
