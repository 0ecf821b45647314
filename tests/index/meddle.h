/* Damage done through the index's own transactions. */
#ifndef LODESTONE_TESTS_INDEX_MEDDLE_H
#define LODESTONE_TESTS_INDEX_MEDDLE_H

#include "tests/index/fixture.h"

/* Replaces a stored value (NULL: removes it) in a transaction whose state record is right. */
static inline void meddle(
	struct fixture *f, enum db db, struct slice key, const struct slice *value)
{
	struct txn t;
	struct state s;
	struct buf b = {0};
	struct err e = {0};
	assert_int_equal(txn_begin(f->x, TXN_WRITE, &t, &e), 0);
	assert_int_equal(store_state(&t, &s, &e), 0);
	s.txn_id = txn_id(&t);
	state_encode(&s, &b);
	txn_put(&t, DB_META, key_state, buf_slice(&b));
	if (value)
		txn_put(&t, db, key, *value);
	else
		txn_del(&t, db, key);
	assert_int_equal(txn_commit(&t, &e), 0);
	buf_release(&b);
}

static inline void fetch(struct fixture *f, enum db db, struct slice key, struct buf *out)
{
	struct txn t;
	struct slice v;
	struct err e = {0};
	buf_clear(out);
	assert_int_equal(txn_begin(f->x, TXN_READ, &t, &e), 0);
	assert_int_equal(txn_get(&t, db, key, &v), 0);
	buf_put_slice(out, v);
	txn_abort(&t);
}

#endif
