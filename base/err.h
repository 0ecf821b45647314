/* Error codes and the message that travels with them.
 *
 * A function that can fail returns 0 or a negative LODE_* code and, where it takes one, fills
 * `struct err` with a sentence for a person.  Libraries say what went wrong; programs say it aloud.
 * Messages never carry note text or question text: ids, offsets and counts only. */
#ifndef LODESTONE_BASE_ERR_H
#define LODESTONE_BASE_ERR_H

/* code name, number, words.  The numbers cross the wire in problem objects: append, never renumber. */
#define ERR_LIST(X)                             \
	X(NOMEM, 1, "out of memory")            \
	X(NOTFOUND, 2, "not found")             \
	X(CORRUPT, 3, "stored data is damaged") \
	X(FULL, 4, "storage is full")           \
	X(IO, 5, "input/output error")          \
	X(TIMEOUT, 6, "deadline passed")        \
	X(CANCELLED, 7, "cancelled")            \
	X(TOOBIG, 8, "over a size limit")       \
	X(BADREQ, 9, "bad request")             \
	X(VERSION, 10, "version mismatch")      \
	X(BUSY, 11, "busy")                     \
	X(DENIED, 12, "not allowed")            \
	X(BUG, 13, "internal error")

enum {
	LODE_OK = 0,
#define X(name, number, words) LODE_##name = -(number),
	ERR_LIST(X)
#undef X
};

struct err {
	int code; /* 0 or LODE_* */
	char text[192];
};

/* Fills *e (which may be NULL) and returns code, so that `return err_set(e, ...)` reads well. */
int err_set(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

const char *err_name(int code);  /* "CORRUPT"; "OK" for 0 */
const char *err_words(int code); /* "stored data is damaged" */

#endif
