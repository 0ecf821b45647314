/* index_shrink: a compact copy beside the index, exchanged with it in one step, then the old one goes.
 * Whatever moment a crash comes at, DIR/index is a whole index; what is left over goes at the next
 * start. */
#include "index/store.h"
#include "index/watermark.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

/* LMDB's copy renumbers its transactions, and with id 1 the guard against stale trees is blind: one
 * more commit sets it right.  The lists are walked, as at any opening. */
static int renew_state(struct index *x, struct env *fresh, uint64_t *revision, struct err *e)
{
	struct txn t;
	struct state s = {0};
	struct buf b = {0};
	int rc = txn_begin_on(x, fresh, TXN_WRITE, &t, e);
	if (rc)
		return rc;
	rc = env_open_dbs(fresh, &t, false, e);
	if (rc == 0)
		rc = store_state(&t, &s, e);
	if (rc == 0)
		rc = store_walk_patients(&t, &s, NULL, NULL, e);
	if (rc == 0) {
		s.txn_id = txn_id(&t);
		state_encode(&s, &b);
		if (b.failed)
			rc = err_set(e, LODE_NOMEM, "no memory for the state record");
		txn_put(&t, DB_META, key_state, buf_slice(&b));
	}
	if (rc == 0)
		rc = txn_commit(&t, e);
	else
		txn_abort(&t);
	buf_release(&b);
	*revision = s.revision;
	return rc;
}

static int make_copy(struct index *x, struct env *fresh, const char *folder, struct err *e)
{
	uint64_t revision = 0;
	path_remove_index(folder);
	if (mkdir(folder, 0700) != 0)
		return path_error(e, "create", folder);
	struct env *now = env_acquire(x);
	int rc = env_copy(now, folder, e);
	env_release(now);
	if (rc == 0)
		rc = env_open(fresh, folder, &x->options, false, e);
	if (rc == 0)
		rc = renew_state(x, fresh, &revision, e);
	if (rc == 0)
		rc = watermark_carry(x, folder, revision, e);
	return rc;
}

static void wait_for_readers(struct index *x)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	for (unsigned i = 0; i < x->retire_waits && !env_retire(x); i++)
		nanosleep(&pause, NULL);
}

static int shrink(struct index *x, const char *folder, struct err *e)
{
	struct env *fresh = &x->envs[(atomic_load(&x->generation) + 1) & 1];
	if (!env_retire(x))
		return err_set(e, LODE_BUSY, "the file before this one is still read from");
	int rc = make_copy(x, fresh, folder, e);
	if (rc == 0)
		rc = path_exchange(x->dir, folder, x->folder, e);
	if (rc) {
		env_close(fresh);
		path_remove_index(folder);
		return rc;
	}
	watermark_forget(x);
	atomic_fetch_add(&x->generation, 1);
	path_remove_index(folder); /* the old one by now; who has it mapped reads on */
	wait_for_readers(x);
	return 0;
}

int index_shrink(struct index *x, struct err *e)
{
	if (x->no_writes)
		return err_set(e, LODE_VERSION,
			"the index was written by a newer build: this one may only read it");
	char *folder = path_join(x->dir, "index.new");
	if (!folder)
		return err_set(e, LODE_NOMEM, "no memory to shrink the index");
	int rc = shrink(x, folder, e);
	free(folder);
	return rc;
}
