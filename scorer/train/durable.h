/* A file is replaced whole or not at all. */
#ifndef LODESTONE_TRAIN_DURABLE_H
#define LODESTONE_TRAIN_DURABLE_H

#include "base/buf.h"
#include "base/err.h"

/* Through PATH.new, which is synced and renamed; the folder is synced, too.  LODE_IO, LODE_FULL with the
 * path and the system's words. */
int durable_write(const char *path, struct slice bytes, struct err *e);
/* The whole file, at most `limit` bytes, behind what out holds.  LODE_NOTFOUND, LODE_IO, LODE_TOOBIG. */
int durable_read(const char *path, size_t limit, struct buf *out, struct err *e);

#endif
