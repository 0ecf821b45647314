#include "index/store.h"

#include "base/bytes.h"

#include <assert.h>
#include <lmdb.h>

int cursor_open(struct txn *t, enum db db, struct cursor *c, struct err *e)
{
	MDB_cursor *mdb;
	int rc = mdb_cursor_open(t->mdb, t->env->dbi[db], &mdb);
	if (rc)
		return txn_error(rc, e, "open cursor");
	*c = (struct cursor){t, mdb};
	return 0;
}

void cursor_close(struct cursor *c)
{
	if (c->mdb)
		mdb_cursor_close(c->mdb);
	c->mdb = NULL;
}

static int move(struct cursor *c, MDB_val *k, MDB_cursor_op op, struct slice *key,
	struct slice *value, struct err *e)
{
	MDB_val v;
	int rc = mdb_cursor_get(c->mdb, k, &v, op);
	if (rc == MDB_NOTFOUND)
		return LODE_NOTFOUND;
	if (rc)
		return txn_error(rc, e, "walk");
	*key = slice_of(k->mv_data, k->mv_size);
	*value = slice_of(v.mv_data, v.mv_size);
	return 0;
}

int cursor_seek(
	struct cursor *c, struct slice from, struct slice *key, struct slice *value, struct err *e)
{
	char room[KEY_MAX]; /* LMDB's type is not const, so it gets a copy */
	assert(from.n < sizeof(room));
	if (from.n)
		memcpy(room, from.p, from.n);
	MDB_val k = {from.n, room};
	return move(c, &k, from.n ? MDB_SET_RANGE : MDB_FIRST, key, value, e);
}

int cursor_next(struct cursor *c, struct slice *key, struct slice *value, struct err *e)
{
	MDB_val k;
	return move(c, &k, MDB_NEXT, key, value, e);
}

int cursor_free_pages(struct txn *t, uint64_t *pages, struct err *e)
{
	enum { FREE_LIST_DBI = 0 }; /* mdb.c: each value is a count and that many page numbers */
	MDB_cursor *mdb;
	MDB_val k, v;
	uint64_t n = 0;
	int rc = mdb_cursor_open(t->mdb, FREE_LIST_DBI, &mdb);
	if (rc)
		return txn_error(rc, e, "open the free list");
	while ((rc = mdb_cursor_get(mdb, &k, &v, MDB_NEXT)) == 0)
		n += v.mv_size >= sizeof(uint64_t) ? load_le64(v.mv_data) : 0;
	mdb_cursor_close(mdb);
	if (rc != MDB_NOTFOUND)
		return txn_error(rc, e, "walk the free list");
	*pages = n;
	return 0;
}
