#include "index/store.h"

#include <errno.h>
#include <lmdb.h>

static MDB_val to_mdb_val(struct slice s)
{
	/* Drops const: LMDB's type has none, and it does not write through it. */
	union {
		const void *in;
		void *out;
	} p = {.in = s.p};
	return (MDB_val){s.n, p.out};
}

int txn_error(int mdb_code, struct err *e, const char *doing)
{
	int code;
	switch (mdb_code) {
	case 0: return 0;
	case MDB_NOTFOUND: code = LODE_NOTFOUND; break;
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INVALID:
	case MDB_BAD_TXN:
	case MDB_INCOMPATIBLE: code = LODE_CORRUPT; break;
	case MDB_VERSION_MISMATCH: code = LODE_VERSION; break;
	case MDB_MAP_FULL:
	case MDB_TXN_FULL:
	case ENOSPC:
	case EDQUOT:
	case EFBIG: code = LODE_FULL; break;
	case MDB_READERS_FULL: code = LODE_BUSY; break;
	case ENOMEM: code = LODE_NOMEM; break;
	case EACCES:
	case EPERM: code = LODE_DENIED; break;
	case EINVAL:
	case MDB_BAD_DBI:
	case MDB_BAD_RSLOT:
	case MDB_BAD_VALSIZE:
	case MDB_DBS_FULL:
	case MDB_KEYEXIST: code = LODE_BUG; break;
	default: code = LODE_IO;
	}
	return err_set(e, code, "%s: %s (%d)", doing, mdb_strerror(mdb_code), mdb_code);
}

/* v is held already. */
static int begin(struct index *x, struct env *v, enum txn_mode mode, struct txn *t, struct err *e)
{
	MDB_txn *mdb;
	int rc = mdb_txn_begin(v->mdb, NULL, mode == TXN_READ ? MDB_RDONLY : 0, &mdb);
	if (rc) {
		env_release(v);
		return txn_error(rc, e, "begin transaction");
	}
	*t = (struct txn){.index = x, .env = v, .mdb = mdb, .is_write = mode == TXN_WRITE};
	return 0;
}

int txn_begin(struct index *x, enum txn_mode mode, struct txn *t, struct err *e)
{
	if (mode == TXN_WRITE && x->no_writes)
		return err_set(e, LODE_VERSION,
			"the index was written by a newer build: this one may only read it");
	if (mode == TXN_WRITE)
		env_retire(x); /* a file that was replaced, if it was still read from then */
	return begin(x, env_acquire(x), mode, t, e);
}

int txn_begin_on(struct index *x, struct env *v, enum txn_mode mode, struct txn *t, struct err *e)
{
	atomic_fetch_add(&v->holders, 1);
	return begin(x, v, mode, t, e);
}

uint64_t txn_id(const struct txn *t)
{
	return mdb_txn_id(t->mdb);
}

int txn_fail(struct txn *t, int code, const struct err *why)
{
	if (!t->failed) {
		t->failed = code;
		t->err = *why;
	}
	return code;
}

static int fail_mdb(struct txn *t, int mdb_code, const char *doing)
{
	struct err e = {0};
	return txn_fail(t, txn_error(mdb_code, &e, doing), &e);
}

int txn_get(struct txn *t, enum db db, struct slice key, struct slice *out)
{
	if (t->failed)
		return t->failed;
	MDB_val k = to_mdb_val(key), v;
	int rc = mdb_get(t->mdb, t->env->dbi[db], &k, &v);
	if (rc == MDB_NOTFOUND)
		return LODE_NOTFOUND;
	if (rc)
		return fail_mdb(t, rc, "read");
	*out = slice_of(v.mv_data, v.mv_size);
	return 0;
}

static void put(struct txn *t, enum db db, struct slice key, struct slice value, unsigned flags)
{
	if (t->failed)
		return;
	MDB_val k = to_mdb_val(key), v = to_mdb_val(value);
	int rc = mdb_put(t->mdb, t->env->dbi[db], &k, &v, flags);
	t->put_bytes += key.n + value.n;
	struct err e = {0};
	if (rc == MDB_KEYEXIST)
		txn_fail(t,
			err_set(&e, LODE_CORRUPT, "a new %s key exists already", key_db_name(db)),
			&e);
	else if (rc)
		fail_mdb(t, rc, "write");
}

void txn_put(struct txn *t, enum db db, struct slice key, struct slice value)
{
	put(t, db, key, value, 0);
}

void txn_put_new(struct txn *t, enum db db, struct slice key, struct slice value)
{
	put(t, db, key, value, MDB_NOOVERWRITE);
}

void txn_del(struct txn *t, enum db db, struct slice key)
{
	if (t->failed)
		return;
	MDB_val k = to_mdb_val(key);
	int rc = mdb_del(t->mdb, t->env->dbi[db], &k, NULL);
	if (rc && rc != MDB_NOTFOUND)
		fail_mdb(t, rc, "delete");
}

int txn_commit(struct txn *t, struct err *e)
{
	if (t->failed) {
		txn_abort(t);
		return err_set(e, t->failed, "%s", t->err.text);
	}
	int rc = mdb_txn_commit(t->mdb);
	t->mdb = NULL; /* LMDB freed it, committed or not */
	env_release(t->env);
	/* A short write comes back as EIO although the reason is a full disk. */
	if (rc == EIO && store_disk_is_full(t->index, t->put_bytes))
		rc = ENOSPC;
	return txn_error(rc, e, "commit");
}

void txn_abort(struct txn *t)
{
	if (!t->mdb)
		return;
	mdb_txn_abort(t->mdb);
	t->mdb = NULL;
	env_release(t->env);
}
