/* The text form of an answer, and the exit code of its verdict. */
#ifndef LODESTONE_CLIENT_ASK_H
#define LODESTONE_CLIENT_ASK_H

#include "base/json.h"
#include "client/args.h"
#include "client/print.h"

/* Members of a body that choose names: --lexicon, --narrower ... */
void ask_put_names(struct json_writer *w, const struct args *a);
/* The question or condition, from operand `first` on, the scope, and the names, into the open object.  LODE_BADREQ. */
int ask_put_question(struct json_writer *w, const struct args *a, int first, struct err *e);

void ask_text(struct buf *out, const struct look *look, const struct json *answer, bool why);
/* Of an answer to a body with "value". */
void ask_value_text(struct buf *out, const struct look *look, const struct json *answer);
/* Parts of it: the list of evidence; "confirmed (also denied)"; "3 mentions, 2 independent". */
void ask_text_evidence(
	struct buf *out, const struct look *look, const struct json *answer, bool why);
/* The verdict's line or lines, and what the search left out. */
void ask_text_head(struct buf *out, const struct look *look, const struct json *answer);
/* "present, historical", its probability, "via synonym". */
struct layout_line;
void ask_text_fill(const struct look *look, const struct json *item, struct layout_line *line);
/* The text around a mention, which is marked; *(bool *)arg: and how it was judged. */
void ask_text_body(struct buf *out, const struct look *look, const struct json *item, void *arg);
void ask_text_contradictions(struct buf *out, const struct look *look, const struct json *answer);
void ask_text_bases(struct buf *text, const struct look *look, const struct json *answer);
void ask_text_counts(struct buf *text, const struct json *answer);
enum style ask_verdict_style(const struct json *answer);
int ask_verdict_exit(const struct json *answer); /* EXIT_VERDICT_*, or EXIT_FAILED: none in it */

#endif
