/* The LMDB environment behind `struct index`, and snapshots.  Private to the room.
 *
 * LMDB's names stay in store.c, txn.c and cursor.c; here they are opaque. */
#ifndef LODESTONE_INDEX_STORE_H
#define LODESTONE_INDEX_STORE_H

#include "base/compress.h"
#include "index/index.h"
#include "index/record.h"
#include "index/roster.h"
#include "index/trust.h"
#include "index/txn.h"

struct MDB_env;
struct dict;

enum { SHRINK_WAIT_MS = 60000 };

/* One data file, open. */
struct env {
	struct MDB_env *mdb; /* NULL: closed */
	unsigned dbi[DB_COUNT];
	uint32_t page_bytes;
	atomic_uint
		holders; /* transactions, and for a moment those who find that they came too late */
};

/* index_shrink puts a new data file in the place of the old one while readers go on.  envs[generation
 * & 1] is the one in use.  Who begins a transaction adds itself to the holders of that one and then
 * looks whether it still is; the writer moves the generation first and closes the old one when it sees
 * no holder.  So either the writer sees the holder, or the holder sees the new generation (all of these
 * are sequentially consistent), and no lock is needed. */
struct index {
	struct env envs[2];
	atomic_uint generation;
	char *dir;    /* as given */
	char *folder; /* DIR/index */
	struct index_options options;
	unsigned
		retire_waits; /* milliseconds that index_shrink waits for readers of the old file */
	uint32_t bundle_below; /* a segment of fewer bytes is bundled: bundle.h */
	struct format format;
	bool no_writes; /* a compatible flag this build does not know */
	int mark_fd;    /* watermark.c; -1: no such file yet */
	/* Revision at which a pass of upkeep found only what it must leave; UINT64_MAX: none. */
	_Atomic(uint64_t) futile_revision;
	_Atomic(uint64_t) untrained_bytes; /* text in it when no dictionary came of it; 0: not so */
	struct trust trust;
	struct roster roster; /* the writer's */
	/* Newest first; only grows while the index is open (a commit publishes, any thread reads). */
	_Atomic(struct dict *) dicts;
	_Atomic(struct dict *) current_dict; /* for new segments; NULL: none stored yet */
	_Atomic(struct dict *) trained_dict; /* the first one, before and after it is stored */
	atomic_bool is_training;
};

/* ---- environments: store.c ---- */

/* Opens DIR's data file after looking at what LMDB does not look at; *env is zeroed but for holders.
 * is_new: there is none yet.  On failure env is closed. */
int env_open(struct env *v, const char *folder, const struct index_options *o, bool is_new,
	struct err *e);
/* Inside a transaction on v; their handles stay when it commits. */
int env_open_dbs(struct env *v, struct txn *t, bool create, struct err *e);
void env_close(struct env *v); /* closed already is fine */
/* The kernel reads these bytes of the map in one go before they are touched; a hint. */
void env_read_ahead(const struct env *v, struct slice bytes);
/* Live pages alone, in order, to FOLDER/data.mdb, synced; FOLDER exists and is empty. */
int env_copy(struct env *v, const char *folder, struct err *e);

/* The one in use, held: env_release when done. */
struct env *env_acquire(struct index *x);
static inline void env_release(struct env *v)
{
	atomic_fetch_sub(&v->holders, 1);
}
/* Closes the one before if nobody holds it any more.  Writer's thread. */
bool env_retire(struct index *x);

/* ---- folders: open.c ---- */

/* Heap: "DIR/NAME"; NULL: no memory. */
char *path_join(const char *dir, const char *name);
int path_error(struct err *e, const char *doing, const char *path); /* errno in our terms */
int path_sync(const char *path, bool is_folder, struct err *e);
/* One step: each of two folders in dir has the other's name afterwards, durably. */
int path_exchange(const char *dir, const char *fresh, const char *folder, struct err *e);
/* Removes an index folder that is not, or no longer, in use. */
void path_remove_index(const char *folder);

enum store_mode {
	STORE_STRICT, /* index_open */
	/* A patient list that disagrees with its count and digest and damaged dictionaries do not stop it:
	 * for index_check of a damaged index. */
	STORE_LENIENT,
	STORE_ANY_TOKENIZER, /* to read notes alone */
	STORE_FRESH,         /* made anew in DIR/index.new, whatever is there, and left there */
};
int store_open(const char *dir, const struct index_options *options, enum store_mode mode,
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
/* The runs of the cohort index, array in a: LODE_CORRUPT when the list is not the one s knows. */
int store_runs(struct txn *t, const struct state *s, struct arena *a, struct run_entry **out,
	uint32_t *n, struct err *e);
/* The id of a patient number, borrowed from the transaction: LODE_NOTFOUND: deleted since. */
int store_number(struct txn *t, uint32_t number, struct slice *id, struct err *e);

#endif
