/* The text form of search's answer. */
#ifndef LODESTONE_CLIENT_SEARCH_H
#define LODESTONE_CLIENT_SEARCH_H

#include "base/json.h"
#include "client/print.h"

void search_text(struct buf *out, const struct look *look, const struct json *answer);
/* EXIT_DONE; EXIT_NONE: no hit and everything searched; EXIT_FAILED: no hit, but not everything
 * was searched, or there is no list of hits. */
int search_exit(const struct json *answer);

#endif
