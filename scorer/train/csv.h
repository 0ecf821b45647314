/* Records of comma-separated values (RFC 4180). */
#ifndef LODESTONE_TRAIN_CSV_H
#define LODESTONE_TRAIN_CSV_H

#include "base/buf.h"
#include "base/err.h"

enum { CSV_FIELDS_MAX = 64 };

/* One record at a time; zero-initialise. */
struct csv {
	struct slice fields[CSV_FIELDS_MAX]; /* unquoted; borrowed until the next csv_next */
	size_t n;
	struct buf bytes; /* of all fields, end to end */
};

/* Takes the next record off *rest.  1; 0 at the end; LODE_BADREQ: a quote that does not close or
 * stands within a bare field, or over CSV_FIELDS_MAX fields; LODE_NOMEM. */
int csv_next(struct csv *c, struct slice *rest);
/* Index of the field with that value, n when there is none. */
size_t csv_column(const struct csv *c, const char *name);
void csv_release(struct csv *c);

#endif
