/* Whole files and tables of tabs. */
#ifndef LODESTONE_TRAIN_FILES_H
#define LODESTONE_TRAIN_FILES_H

#include "base/arena.h"
#include "base/err.h"

/* The file's bytes in the arena.  LODE_NOTFOUND when it cannot be opened; LODE_IO; LODE_NOMEM. */
int file_read(const char *path, struct arena *a, struct slice *out, struct err *e);

/* Takes the next line off *rest, without its line end; false when there is none. */
bool file_line(struct slice *rest, struct slice *line);

/* Cuts a line at its tabs; returns how many fields, at most room (the last keeps what is over). */
unsigned file_fields(struct slice line, struct slice *fields, unsigned room);

/* Takes the piece before the next `mark` off *rest; false when nothing is left. */
bool file_piece(struct slice *rest, char mark, struct slice *piece);

/* Ids in order, and whether one is among them (n 0: none is). */
void ids_sort(struct slice *ids, unsigned n);
bool ids_have(const struct slice *ids, unsigned n, struct slice id);

#endif
