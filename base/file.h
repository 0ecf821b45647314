/* Whole files: read, mapped to be read, replaced to be written. */
#ifndef LODESTONE_BASE_FILE_H
#define LODESTONE_BASE_FILE_H

#include "base/buf.h"
#include "base/err.h"

/* Appends all that can be read there, of a pipe too, as far as to->limit lets it.  LODE_NOTFOUND, LODE_IO, LODE_TOOBIG,
 * LODE_NOMEM with the reason, without the path. */
int file_load(const char *path, struct buf *to, struct err *e);

/* Maps a regular file read-only.  An empty one, a folder or a device is refused.  LODE_NOTFOUND, LODE_IO
 * with "path: reason".  What is mapped stays what it was when the file is replaced (file_replace), and
 * faults when somebody cuts it short: copy out of files that others may write. */
int file_map(const char *path, struct slice *out, struct err *e);
void file_unmap(struct slice map); /* p == NULL is allowed */

/* Writes the pieces end to end into a file beside `path` and renames it there once it is durable, so
 * that nobody ever sees half of it and who has the old one open keeps it.  A link stays, what it leads
 * to is replaced; a device or a pipe is written into, a link that leads nowhere refused.  LODE_BADREQ for
 * a path too long, LODE_FULL, LODE_IO. */
int file_replace(
	const char *path, const struct slice *pieces, unsigned n, unsigned mode, struct err *e);

#endif
