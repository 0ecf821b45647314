/* ingest --dry-run: every line is checked here as the daemon would, as far as that needs no index. */
#ifndef LODESTONE_CLIENT_DRY_H
#define LODESTONE_CLIENT_DRY_H

#include "client/report.h"

struct dry;

int dry_create(struct dry **out);
void dry_destroy(struct dry *d); /* NULL is fine */
/* Negative only when memory is out. */
int dry_feed(struct dry *d, struct report *r, const char *file, struct slice piece);
int dry_end(struct dry *d, struct report *r, const char *file); /* the file's end */

#endif
