/* The door to LMDB's environments: opening, copying, how full they are.  And the records that every
 * transaction looks at: state, patient list, runs, numbers. */
#include "index/store.h"

#include "base/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { DEFAULT_READERS = 126 };
static const uint64_t DEFAULT_MAP_BYTES = UINT64_C(256) << 30;

/* ---- what LMDB itself does not look at ---- */

/* Head of an LMDB 0.9 meta page on a 64-bit machine (mdb.c: MDB_page, MDB_meta). */
enum {
	META_MAGIC_AT = 16,
	META_PAGE_BYTES_AT = 40,
	META_TXN_AT = 144,
	META_BYTES = 152,
};
static const uint32_t META_MAGIC = 0xBEEFC0DE;

static int read_meta(int fd, off_t at, uint32_t *page_bytes, uint64_t *txn)
{
	uint8_t m[META_BYTES];
	if (pread(fd, m, sizeof(m), at) != (ssize_t)sizeof(m) ||
		load_le32(m + META_MAGIC_AT) != META_MAGIC)
		return LODE_CORRUPT;
	*page_bytes = load_le32(m + META_PAGE_BYTES_AT);
	*txn = load_le64(m + META_TXN_AT);
	return 0;
}

/* Commits alternate between the two meta pages, so their transaction ids are neighbours; otherwise
 * a flipped bit would let LMDB take the older tree for the newest. */
static int check_meta_pages(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? err_set(e, LODE_CORRUPT, "%s is missing", path)
				       : path_error(e, "open", path);
	uint32_t page_bytes = 0, again = 0;
	uint64_t first = 0, second = 0;
	int rc = read_meta(fd, 0, &page_bytes, &first);
	if (rc == 0 && (page_bytes < 512 || page_bytes > 65536))
		rc = LODE_CORRUPT;
	if (rc == 0)
		rc = read_meta(fd, page_bytes, &again, &second);
	close(fd);
	if (rc)
		return err_set(e, rc, "%s: no whole LMDB meta pages", path);
	uint64_t apart = first > second ? first - second : second - first;
	/* Even ids stand on the first page; a fresh environment has 0 on both. */
	bool misplaced = first % 2 != 0 || (second % 2 == 0 && second != 0);
	if (apart > 1 || misplaced || again != page_bytes)
		return err_set(e, LODE_CORRUPT, "%s: meta pages out of step", path);
	return 0;
}

/* A file shorter than its last used page would be a SIGBUS later. */
static int check_length(struct env *v, const char *path, struct err *e)
{
	MDB_envinfo info;
	struct stat st;
	mdb_env_info(v->mdb, &info);
	if (stat(path, &st) != 0)
		return path_error(e, "stat", path);
	uint64_t need = ((uint64_t)info.me_last_pgno + 1) * v->page_bytes;
	if ((uint64_t)st.st_size < need)
		return err_set(e, LODE_CORRUPT, "%s: cut short, %lld bytes of %llu", path,
			(long long)st.st_size, (unsigned long long)need);
	return 0;
}

/* ---- environments ---- */

static int open_mdb(struct env *v, const char *folder, const struct index_options *o, struct err *e)
{
	int dead, rc = mdb_env_create(&v->mdb);
	if (rc)
		return txn_error(rc, e, "create environment");
	rc = mdb_env_set_mapsize(v->mdb, o->map_bytes ? o->map_bytes : DEFAULT_MAP_BYTES);
	if (!rc)
		rc = mdb_env_set_maxdbs(v->mdb, DB_COUNT);
	if (!rc)
		rc = mdb_env_set_maxreaders(v->mdb, o->readers ? o->readers : DEFAULT_READERS);
	if (!rc)
		rc = mdb_env_open(v->mdb, folder, MDB_NOTLS | MDB_NORDAHEAD, 0600);
	if (!rc)
		rc = mdb_reader_check(v->mdb, &dead);
	MDB_stat st;
	if (!rc)
		rc = mdb_env_stat(v->mdb, &st);
	if (!rc)
		v->page_bytes = st.ms_psize;
	return txn_error(rc, e, "open environment");
}

/* Each of these would be waited for alone; a hint to the kernel, so failures are of no account. */
static void fetch_file(const char *folder, const char *name, off_t front, off_t back)
{
	char *path = path_join(folder, name);
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	struct stat st;
	if (fd >= 0 && fstat(fd, &st) == 0) {
		posix_fadvise(fd, 0, front, POSIX_FADV_WILLNEED);
		if (back && st.st_size > back)
			posix_fadvise(fd, st.st_size - back, back, POSIX_FADV_WILLNEED);
	}
	if (fd >= 0)
		close(fd);
	free(path);
}

static void fetch_ahead(const char *folder)
{
	/* After a compaction the small databases lie in front: dictionary, patients, runs; the top of the tree
	 * of segments and what the last commit wrote at the end. */
	enum { SMALL = 4096, FRONT = 256 << 10, BACK = 64 << 10 };
	fetch_file(folder, "revision", SMALL, 0);
	fetch_file(folder, "lock.mdb", SMALL, 0);
	fetch_file(folder, "data.mdb", FRONT, BACK);
}

int env_open(struct env *v, const char *folder, const struct index_options *o, bool is_new,
	struct err *e)
{
	char *data = path_join(folder, "data.mdb");
	if (!data)
		return err_set(e, LODE_NOMEM, "no memory to open the index");
	if (!is_new)
		fetch_ahead(folder);
	int rc = is_new ? 0 : check_meta_pages(data, e);
	if (rc == 0)
		rc = open_mdb(v, folder, o, e);
	if (rc == 0 && !is_new)
		rc = check_length(v, data, e);
	if (rc)
		env_close(v);
	free(data);
	return rc;
}

int env_open_dbs(struct env *v, struct txn *t, bool create, struct err *e)
{
	for (unsigned i = 0; i < DB_COUNT; i++) {
		int rc = mdb_dbi_open(t->mdb, key_db_name(i), create ? MDB_CREATE : 0, &v->dbi[i]);
		if (rc == MDB_NOTFOUND)
			return err_set(e, LODE_CORRUPT, "database %s is missing", key_db_name(i));
		/* Ours have none; a flipped bit here would be another order of keys. */
		unsigned kept = 0;
		if (!rc)
			rc = mdb_dbi_flags(t->mdb, v->dbi[i], &kept);
		if (rc)
			return txn_error(rc, e, "open database");
		if (kept)
			return err_set(
				e, LODE_CORRUPT, "database %s has flags %#x", key_db_name(i), kept);
	}
	return 0;
}

void env_close(struct env *v)
{
	if (v->mdb)
		mdb_env_close(v->mdb);
	v->mdb = NULL;
}

void env_read_ahead(const struct env *v, struct slice bytes)
{
	uintptr_t before = (uintptr_t)bytes.p % v->page_bytes;
	union {
		const char *in;
		void *out; /* madvise has no const; it writes nothing */
	} p = {.in = bytes.p - before};
	madvise(p.out, bytes.n + before, MADV_WILLNEED);
}

int env_copy(struct env *v, const char *folder, struct err *e)
{
	char *data = path_join(folder, "data.mdb");
	if (!data)
		return err_set(e, LODE_NOMEM, "no memory to copy the index");
	int rc = txn_error(mdb_env_copy2(v->mdb, folder, MDB_CP_COMPACT), e, "copy");
	if (rc == 0 && chmod(data, 0600) != 0)
		rc = path_error(e, "change the mode of", data);
	if (rc == 0)
		rc = path_sync(data, false, e);
	free(data);
	return rc;
}

struct env *env_acquire(struct index *x)
{
	for (;;) {
		unsigned generation = atomic_load(&x->generation);
		struct env *v = &x->envs[generation & 1];
		atomic_fetch_add(&v->holders, 1);
		if (atomic_load(&x->generation) == generation)
			return v;
		env_release(v);
	}
}

bool env_retire(struct index *x)
{
	struct env *old = &x->envs[(atomic_load(&x->generation) + 1) & 1];
	if (old->mdb && atomic_load(&old->holders) > 0)
		return false;
	env_close(old);
	return true;
}

/* ---- room ---- */

int store_file_bytes(struct index *x, uint64_t *file, uint64_t *used, struct err *e)
{
	MDB_envinfo info;
	struct txn t;
	uint64_t unused = 0;
	int rc = txn_begin(x, TXN_READ, &t, e);
	if (rc)
		return rc;
	rc = cursor_free_pages(&t, &unused, e);
	mdb_env_info(t.env->mdb, &info);
	uint64_t pages = (uint64_t)info.me_last_pgno + 1;
	if (rc == 0) {
		*file = pages * t.env->page_bytes;
		*used = (pages - (unused < pages ? unused : pages)) * t.env->page_bytes;
	}
	txn_abort(&t);
	return rc;
}

int store_room(struct index *x, uint64_t need, struct err *e)
{
	uint64_t file, used, most = x->options.max_db_bytes;
	if (most == 0)
		return 0;
	/* The free list is walked only when the file itself has no room left under the limit. */
	MDB_envinfo info;
	struct env *v = env_acquire(x);
	mdb_env_info(v->mdb, &info);
	file = ((uint64_t)info.me_last_pgno + 1) * v->page_bytes;
	env_release(v);
	if (file + need <= most)
		return 0;
	int rc = store_file_bytes(x, &file, &used, e);
	if (rc)
		return rc;
	if (used + need > most)
		return err_set(e, LODE_FULL,
			"max_db_bytes reached: %llu used, %llu wanted, %llu allowed",
			(unsigned long long)used, (unsigned long long)need,
			(unsigned long long)most);
	return 0;
}

bool store_disk_is_full(const struct index *x, uint64_t need)
{
	struct statvfs v;
	const uint64_t slack = 1 << 20; /* pages around the values, rounded up */
	return statvfs(x->folder, &v) == 0 && (uint64_t)v.f_bavail * v.f_frsize < need + slack;
}

/* ---- state and patient list ---- */

int store_state(struct txn *t, struct state *out, struct err *e)
{
	struct slice value;
	struct state s;
	int rc = txn_get(t, DB_META, key_state, &value);
	if (rc == LODE_NOTFOUND)
		return err_set(e, LODE_CORRUPT, "state record: missing");
	if (rc)
		return err_set(e, rc, "%s", t->err.text);
	rc = state_decode(value, &s, e);
	if (rc)
		return rc;
	/* A write transaction sees the state of the one before.  1: a compacting copy, which renumbers. */
	uint64_t last = txn_id(t) - t->is_write;
	if (last != 1 && s.txn_id != last)
		return err_set(e, LODE_CORRUPT, "state record: stale (transaction %llu of %llu)",
			(unsigned long long)s.txn_id, (unsigned long long)last);
	*out = s;
	return 0;
}

/* A walk's pages mostly lie one behind the other: where it comes to a new place, the next pages are read too. */
struct ahead {
	const char *from, *to;
};

static void walk_ahead(const struct txn *t, struct ahead *a, const char *at)
{
	enum { AHEAD = 64 << 10 };
	if (at >= a->from && at < a->to)
		return;
	/* From the page's start: within a page the walk goes down. */
	const char *page = at - (uintptr_t)at % t->env->page_bytes;
	*a = (struct ahead){page, page + AHEAD};
	env_read_ahead(t->env, slice_of(page, AHEAD));
}

int store_walk_patients(struct txn *t, const struct state *s,
	int (*each)(void *arg, struct slice id, struct slice value), void *arg, struct err *e)
{
	struct cursor c;
	struct slice id, value;
	uint64_t n = 0, sum = 0;
	struct reader r;
	struct ahead ahead = {0};
	int stop = 0, rc = cursor_open(t, DB_PATIENT, &c, e);
	if (rc)
		return rc;
	for (rc = cursor_seek(&c, (struct slice){0}, &id, &value, e); rc == 0 && stop == 0;
		rc = cursor_next(&c, &id, &value, e)) {
		walk_ahead(t, &ahead, value.p);
		stop = record_open(DB_PATIENT, id, value, &r, e);
		if (stop == 0 && each)
			stop = each(arg, id, value);
		n++;
		sum += record_checksum(value);
	}
	cursor_close(&c);
	if (stop)
		return stop;
	if (rc != LODE_NOTFOUND)
		return rc;
	if (n != s->patients || sum != s->patient_sum)
		return err_set(e, LODE_CORRUPT, "patient list: %llu records found, %llu expected%s",
			(unsigned long long)n, (unsigned long long)s->patients,
			n == s->patients ? ", one is stale" : "");
	return 0;
}

int store_runs(struct txn *t, const struct state *s, struct arena *a, struct run_entry **out,
	uint32_t *n, struct err *e)
{
	struct slice value;
	int rc = txn_get(t, DB_META, key_runs, &value);
	if (rc == LODE_NOTFOUND)
		return err_set(e, LODE_CORRUPT, "runs record: missing");
	if (rc)
		return err_set(e, rc, "%s", t->err.text);
	if (record_checksum(value) != s->runs_sum)
		return err_set(e, LODE_CORRUPT, "runs record: stale");
	return runs_decode(value, a, out, n, e);
}

int store_number(struct txn *t, uint32_t number, struct slice *id, struct err *e)
{
	char room[KEY_U32_BYTES];
	struct slice value;
	int rc = txn_get(t, DB_NUMBER, key_u32(room, number), &value);
	if (rc == LODE_NOTFOUND)
		return rc;
	if (rc)
		return err_set(e, rc, "%s", t->err.text);
	return number_decode(number, value, id, e);
}
