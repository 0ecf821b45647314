/* The text form of a note. */
#ifndef LODESTONE_CLIENT_SHOW_H
#define LODESTONE_CLIENT_SHOW_H

#include "client/print.h"

/* Lines with the offset of their first byte before them, and the mark, if any, in brackets.  With
 * a mark only the lines around it; mark->start < mark->end <= text.n. */
void show_text(
	struct buf *out, const struct look *look, struct slice text, const struct print_mark *mark);

#endif
