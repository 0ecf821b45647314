/* Transactions that remember their first failure: a sequence of puts reads as a list, and the
 * commit says what went wrong.  A missing key is an answer, not a failure.
 *
 * A write transaction begins and ends on one thread, inside one call of the room. */
#ifndef LODESTONE_INDEX_TXN_H
#define LODESTONE_INDEX_TXN_H

#include "base/err.h"
#include "index/key.h"

#include <stdint.h>

struct env;
struct index;
struct MDB_txn;
struct MDB_cursor;

struct txn {
	struct index *index;
	struct env *env; /* held until the end */
	struct MDB_txn *mdb;
	bool is_write;
	uint64_t put_bytes; /* for the question whether the disk is full */
	int failed;         /* the first failure; its words are in err */
	struct err err;
};

enum txn_mode { TXN_READ, TXN_WRITE };

int txn_begin(struct index *x, enum txn_mode mode, struct txn *t, struct err *e);
/* On one that is not in use (yet). */
int txn_begin_on(struct index *x, struct env *v, enum txn_mode mode, struct txn *t, struct err *e);
uint64_t txn_id(const struct txn *t);

/* Borrowed until the transaction ends (in a write transaction: until the next put or del).
 * LODE_NOTFOUND, or the failure that the transaction remembers. */
int txn_get(struct txn *t, enum db db, struct slice key, struct slice *out);
void txn_put(struct txn *t, enum db db, struct slice key, struct slice value);
/* As txn_put, but a key that exists is a failure (LODE_CORRUPT). */
void txn_put_new(struct txn *t, enum db db, struct slice key, struct slice value);
void txn_del(struct txn *t, enum db db, struct slice key); /* a missing key is fine */

/* Makes the transaction fail; the first failure stays.  Returns code. */
int txn_fail(struct txn *t, int code, const struct err *why);

/* Durable when 0.  Aborts and returns the remembered failure if there is one.  Ends t either way. */
int txn_commit(struct txn *t, struct err *e);
void txn_abort(struct txn *t); /* an ended transaction is fine */

/* LMDB's code in our terms, with its number in the words. */
int txn_error(int mdb_code, struct err *e, const char *doing);

/* ---- cursor.c ---- */

struct cursor {
	struct txn *txn;
	struct MDB_cursor *mdb;
};
int cursor_open(struct txn *t, enum db db, struct cursor *c, struct err *e);
void cursor_close(struct cursor *c);
/* First entry with a key >= from (empty: the first of all); LODE_NOTFOUND at the end. */
int cursor_seek(
	struct cursor *c, struct slice from, struct slice *key, struct slice *value, struct err *e);
int cursor_next(struct cursor *c, struct slice *key, struct slice *value, struct err *e);

/* Pages that are free for reuse, in a read transaction. */
int cursor_free_pages(struct txn *t, uint64_t *pages, struct err *e);

#endif
