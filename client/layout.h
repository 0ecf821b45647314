/* The shape that answers have on a terminal: a table of places with the text around each.
 *
 * Works on the daemon's JSON and takes any member as possibly missing or of another type: a newer
 * or older daemon shows less, never garbage. */
#ifndef LODESTONE_CLIENT_LAYOUT_H
#define LODESTONE_CLIENT_LAYOUT_H

#include "base/json.h"
#include "client/print.h"

struct slice layout_str(const struct json *o, const char *key); /* empty unless a string */
uint64_t layout_uint(const struct json *o, const char *key);    /* 0 unless a number >= 0 */
double layout_num(const struct json *o, const char *key);
bool layout_is(const struct json *o, const char *key, bool value);      /* is it exactly that? */
const struct json *layout_first(const struct json *o, const char *key); /* of an array, or NULL */

/* One place in a chart: where it is, and what the caller has to say about it. */
struct layout_line {
	struct buf date, kind, place; /* kind: type / SECTION */
	struct buf words, number;     /* the caller's */
	struct buf notes;             /* the caller's, last: "via synonym, copy of n7" */
};

/* Prints every object of `items` as a line, columns aligned over all of them, and below it what
 * body prints (which may be NULL). */
struct layout_list {
	const struct json *items;
	void (*fill)(const struct look *look, const struct json *item, struct layout_line *line);
	void (*body)(struct buf *out, const struct look *look, const struct json *item, void *arg);
	void *arg;
};
void layout_list(struct buf *out, const struct look *look, const struct layout_list *list);

/* An item's `text`, wrapped, with marks at note offsets less text_start. */
void layout_passage(struct buf *out, const struct look *look, struct slice text,
	const struct print_mark *marks, size_t n_marks);

/* "412 notes, all searched" or "409 of 412 notes searched". */
void layout_searched(struct buf *out, const struct json *search);
/* "INCOMPLETE: why" unless the search says it was complete. */
void layout_incomplete(struct buf *out, const struct look *look, const struct json *search);
void layout_elapsed(struct print_row *row, const struct json *answer); /* elapsed_us.total */

/* Rows of `key  value`, nested members as key.key; for stats and the like. */
void layout_facts(struct buf *out, const struct look *look, const struct json *o);

/* Lower-case snake words as a person writes them: "associated_with_someone_else". */
void layout_words(struct buf *out, const struct look *look, struct slice snake, bool is_upper);

#endif
