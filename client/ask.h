/* The text form of an answer, and the exit code of its verdict. */
#ifndef LODESTONE_CLIENT_ASK_H
#define LODESTONE_CLIENT_ASK_H

#include "base/json.h"
#include "client/args.h"
#include "client/call.h"
#include "client/print.h"

/* The question, from operand `first` on, or --condition, the scope, and what chooses names, into the open object.
 * LODE_BADREQ: neither or both, among others. */
int ask_put_question(struct json_writer *w, const struct args *a, int first, struct err *e);
/* --limit and --why.  LODE_BADREQ. */
int ask_put_shown(struct json_writer *w, const struct args *a, struct err *e);

/* A verb that asks one question of one chart and shows the answer in a form of its own. */
struct ask_form {
	const char *tail; /* of the route, behind the patient */
	int (*put_members)(struct json_writer *w, const struct args *a, struct err *e);
	void (*put_text)(struct call *c, const struct json *answer);
	void (*say)(const struct json *answer); /* to stderr, when the text is out; NULL: nothing */
};
/* The whole verb: EXIT_NONE when nothing is mentioned. */
int ask_run_form(const struct args *a, const struct ask_form *form);

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
