/* Collections of training texts: one document after the other out of a .jsonl, .jsonl.zst or .csv file. */
#ifndef LODESTONE_TRAIN_TEXTS_H
#define LODESTONE_TRAIN_TEXTS_H

#include "base/buf.h"
#include "base/err.h"

enum { TEXTS_FIELDS_MAX = 8 };

/* A collection.  The kind follows from the name: ".csv" (RFC 4180, names in the first record), else
 * JSON lines, zstd (windows up to 2^27) or gzip where the first bytes say so. */
struct texts {
	const char *path;
	const char *skip; /* a file of ids, one a line, whose documents are left out; NULL: none */
	const char *fields[TEXTS_FIELDS_MAX]; /* names; the first is the id's */
	size_t n_fields;
};

/* "PATH" or "PATH:SKIP", as a command line names a collection, with the fields id and text (JSON lines)
 * or encounter_id and note (.csv).  Cuts arg in two at the colon; *out borrows it. */
void texts_named(char *arg, struct texts *out);

/* Calls visit for each document in the file's order with the values of the fields (p NULL where the
 * document has none; valid UTF-8 without NUL), borrowed until it returns; a negative return stops and
 * is returned.  LODE_IO; LODE_CORRUPT; LODE_BADREQ with the number of the record that cannot be read or
 * has no id.  LODE_NOTFOUND when skip names an id that is not there: the list is
 * then of other texts, and nothing may be trusted to have been left out. */
int texts_each(const struct texts *t, int (*visit)(void *arg, const struct slice *values),
	void *arg, struct err *e);

#endif
