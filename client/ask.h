/* The text form of an answer, and the exit code of its verdict. */
#ifndef LODESTONE_CLIENT_ASK_H
#define LODESTONE_CLIENT_ASK_H

#include "base/json.h"
#include "client/print.h"

void ask_text(struct buf *out, const struct look *look, const struct json *answer, bool why);
/* Of an answer to a body with "value". */
void ask_value_text(struct buf *out, const struct look *look, const struct json *answer);
int ask_verdict_exit(const struct json *answer); /* EXIT_VERDICT_*, or EXIT_FAILED: none in it */

#endif
