/* The LMDB environment behind `struct index`, and snapshots.  Private to the room.
 *
 * LMDB's names stay in store.c, txn.c and cursor.c; here they are opaque. */
#ifndef LODESTONE_INDEX_STORE_H
#define LODESTONE_INDEX_STORE_H

#include "base/compress.h"
#include "index/index.h"
#include "index/record.h"
#include "index/txn.h"

struct MDB_env;
struct dict;

struct index {
	struct MDB_env *env;
	unsigned dbi[DB_COUNT];
	char *folder; /* DIR/index */
	uint64_t max_db_bytes;
	uint32_t page_bytes;
	struct format format;
	bool no_writes; /* a compatible flag this build does not know */
	int mark_fd;    /* watermark.c; -1: no such file yet */
	/* Newest first; only grows while the index is open (a commit publishes, any thread reads). */
	_Atomic(struct dict *) dicts;
	_Atomic(struct dict *) current_dict; /* for new segments; NULL: none trained yet */
};

/* As index_open, but with `lenient` a patient list that disagrees with its count and digest and
 * dictionaries that are damaged do not stop it: for index_check of a damaged index. */
int store_open(const char *dir, const struct index_options *options, bool lenient,
	struct index **out, struct err *e);

/* LODE_FULL when `need` more bytes would pass max_db_bytes. */
int store_room(struct index *x, uint64_t need, struct err *e);
/* True when the file system has less than `need` bytes left: LMDB reports that as EIO. */
bool store_disk_is_full(const struct index *x, uint64_t need);
int store_file_bytes(struct index *x, uint64_t *file, uint64_t *used, struct err *e);

struct snapshot {
	struct txn txn;
	struct state state;
	struct compressor *z;
};

/* Walks all patients of a transaction against the recorded count and sum.  each may be NULL; value
 * is the whole record, verified.  A negative return from each stops. */
int store_walk_patients(struct txn *t, const struct state *s,
	int (*each)(void *arg, struct slice id, struct slice value), void *arg, struct err *e);

int store_state(struct txn *t, struct state *out, struct err *e);

#endif
