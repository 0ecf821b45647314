/* An input file of notes: opened, recognised by its first bytes, decompressed as it is read. */
#ifndef LODESTONE_CLIENT_SOURCE_H
#define LODESTONE_CLIENT_SOURCE_H

#include "base/buf.h"
#include "base/err.h"

struct source;

/* name "-" is stdin. */
int source_open(const char *name, struct source **out, struct err *e);
void source_close(struct source *s); /* NULL is fine */
int source_fd(const struct source *s);
/* Reads once (may block) and hands what came out of it to sink, whose negative return ends all and
 * is returned.  1: there may be more; 0: the end; LODE_IO, LODE_CORRUPT (with the offset). */
int source_pull(
	struct source *s, int (*sink)(void *arg, struct slice piece), void *arg, struct err *e);
uint64_t source_taken(const struct source *s);     /* bytes of the file read so far */
uint64_t source_size_of(const char *name);         /* of a regular file, else 0 */
bool source_is_same(const char *a, const char *b); /* one regular file by two names, or by one */

#endif
