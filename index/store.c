#include "index/store.h"

#include "base/bytes.h"
#include "index/codec.h"
#include "index/watermark.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

enum { DEFAULT_READERS = 126 };
static const uint64_t DEFAULT_MAP_BYTES = UINT64_C(256) << 30;

static int io_error(struct err *e, const char *doing, const char *path)
{
	int n = errno, code = n == ENOSPC || n == EDQUOT ? LODE_FULL : LODE_IO;
	if (n == EACCES || n == EPERM)
		code = LODE_DENIED;
	return err_set(e, code, "%s %s: %s", doing, path, strerror(n));
}

static int no_memory(struct err *e)
{
	err_set(e, LODE_NOMEM, "no memory to open the index");
	return LODE_NOMEM;
}

static char *path_join(const char *dir, const char *name)
{
	char *p;
	return asprintf(&p, "%s/%s", dir, name) < 0 ? NULL : p;
}

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
				       : io_error(e, "open", path);
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
static int check_length(struct index *x, const char *path, struct err *e)
{
	MDB_envinfo info;
	MDB_stat stat_env;
	struct stat st;
	mdb_env_info(x->env, &info);
	mdb_env_stat(x->env, &stat_env);
	x->page_bytes = stat_env.ms_psize;
	if (stat(path, &st) != 0)
		return io_error(e, "stat", path);
	uint64_t need = ((uint64_t)info.me_last_pgno + 1) * x->page_bytes;
	if ((uint64_t)st.st_size < need)
		return err_set(e, LODE_CORRUPT, "%s: cut short, %lld bytes of %llu", path,
			(long long)st.st_size, (unsigned long long)need);
	return 0;
}

/* ---- open ---- */

static int open_env(struct index *x, const struct index_options *o, struct err *e)
{
	MDB_env *env;
	int rc = mdb_env_create(&env);
	if (rc)
		return txn_error(rc, e, "create environment");
	x->env = env;
	rc = mdb_env_set_mapsize(env, o->map_bytes ? o->map_bytes : DEFAULT_MAP_BYTES);
	if (!rc)
		rc = mdb_env_set_maxdbs(env, DB_COUNT);
	if (!rc)
		rc = mdb_env_set_maxreaders(env, o->readers ? o->readers : DEFAULT_READERS);
	if (!rc)
		rc = mdb_env_open(env, x->folder, MDB_NOTLS | MDB_NORDAHEAD, 0600);
	int dead;
	if (!rc)
		rc = mdb_reader_check(env, &dead);
	return txn_error(rc, e, "open environment");
}

static int open_dbs(struct index *x, unsigned flags, struct txn *t, struct err *e)
{
	for (unsigned i = 0; i < DB_COUNT; i++) {
		int rc = mdb_dbi_open(t->mdb, key_db_name(i), flags, &x->dbi[i]);
		if (rc == MDB_NOTFOUND)
			return err_set(e, LODE_CORRUPT, "database %s is missing", key_db_name(i));
		/* Ours have none; a flipped bit here would be another order of keys. */
		unsigned kept = 0;
		if (!rc)
			rc = mdb_dbi_flags(t->mdb, x->dbi[i], &kept);
		if (rc)
			return txn_error(rc, e, "open database");
		if (kept)
			return err_set(
				e, LODE_CORRUPT, "database %s has flags %#x", key_db_name(i), kept);
	}
	return 0;
}

static struct index *new_index(const char *folder, const struct index_options *o)
{
	struct index *x = calloc(1, sizeof(*x));
	if (!x)
		return NULL;
	x->folder = strdup(folder);
	x->max_db_bytes = o->max_db_bytes;
	x->mark_fd = -1;
	if (!x->folder) {
		free(x);
		return NULL;
	}
	return x;
}

static int write_first_records(struct index *x, struct err *e)
{
	struct txn t;
	int rc = txn_begin(x, TXN_WRITE, &t, e);
	if (rc)
		return rc;
	struct format f = {.version = FORMAT_VERSION,
		.tok_version = TOK_VERSION,
		.chunk_target = TOK_CHUNK_TARGET,
		.chunk_max = TOK_CHUNK_MAX,
		.created = (uint64_t)time(NULL)};
	struct state s = {.txn_id = txn_id(&t), .next_patient = 1};
	struct buf b = {0};
	if (getrandom(f.uuid, sizeof(f.uuid), 0) != (ssize_t)sizeof(f.uuid))
		rc = io_error(e, "read", "random bytes");
	f.uuid[6] = (uint8_t)((f.uuid[6] & 0x0f) | 0x40); /* RFC 4122: version 4, variant 1 */
	f.uuid[8] = (uint8_t)((f.uuid[8] & 0x3f) | 0x80);
	if (rc == 0)
		rc = open_dbs(x, MDB_CREATE, &t, e);
	if (rc == 0) {
		format_encode(&f, &b);
		txn_put(&t, DB_META, key_format, buf_slice(&b));
		state_encode(&s, &b);
		txn_put(&t, DB_META, key_state, buf_slice(&b));
		rc = b.failed ? err_set(e, LODE_NOMEM, "no memory for the first records") : 0;
	}
	if (rc == 0)
		rc = txn_commit(&t, e);
	else
		txn_abort(&t);
	buf_release(&b);
	return rc;
}

static int sync_folder(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return io_error(e, "open", path);
	int rc = fsync(fd) == 0 ? 0 : io_error(e, "sync", path);
	close(fd);
	return rc;
}

/* Removes what an earlier creation left behind when it was interrupted. */
static void clear_leftover(const char *folder)
{
	static const char *const names[] = {"data.mdb", "lock.mdb"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *p = path_join(folder, names[i]);
		if (p)
			unlink(p);
		free(p);
	}
	rmdir(folder);
}

/* x: not opened yet, its folder is the temporary one. */
static int make_env(struct index *x, const struct index_options *o, struct err *e)
{
	clear_leftover(x->folder);
	if (mkdir(x->folder, 0700) != 0)
		return io_error(e, "create", x->folder);
	int rc = open_env(x, o, e);
	return rc ? rc : write_first_records(x, e);
}

static int move_folder(const char *dir, const char *from, const char *to, struct err *e)
{
	int rc = sync_folder(from, e);
	if (rc)
		return rc;
	if (rename(from, to) != 0)
		return io_error(e, "rename", from);
	return sync_folder(dir, e);
}

/* Made under another name and renamed: DIR/index either does not exist or is whole, so that a
 * missing or empty data file inside it is damage, never a new index. */
static int create(const char *dir, const char *folder, const struct index_options *o, struct err *e)
{
	char *fresh = path_join(dir, "index.new");
	if (!fresh)
		return no_memory(e);
	struct index *x = new_index(fresh, o);
	int rc = x ? make_env(x, o, e) : no_memory(e);
	index_close(x);
	if (rc == 0)
		rc = move_folder(dir, fresh, folder, e);
	free(fresh);
	return rc;
}

static int load(struct index *x, bool lenient, struct err *e)
{
	struct txn t;
	struct slice value;
	struct state s = {0};
	int rc = txn_begin(x, TXN_READ, &t, e);
	if (rc)
		return rc;
	rc = open_dbs(x, 0, &t, e);
	if (rc == 0) {
		rc = txn_get(&t, DB_META, key_format, &value);
		rc = rc ? err_set(e, LODE_CORRUPT, "format record: missing")
			: format_decode(value, &x->format, e);
	}
	x->no_writes = x->format.compatible != 0;
	if (rc == 0)
		rc = store_state(&t, &s, e);
	if (rc == 0) {
		rc = codec_load(x, &t, s.dict_id, e);
		if (rc == 0)
			rc = store_walk_patients(&t, &s, NULL, NULL, e);
		if (rc == 0)
			rc = watermark_check(x, s.revision, e);
		if (rc == LODE_CORRUPT && lenient)
			rc = 0;
	}
	/* Handles opened in a read transaction stay only if it commits. */
	if (rc == 0)
		rc = txn_commit(&t, e);
	else
		txn_abort(&t);
	return rc;
}

static int open_existing(
	struct index *x, const struct index_options *o, bool lenient, struct err *e)
{
	char *data = path_join(x->folder, "data.mdb");
	if (!data)
		return no_memory(e);
	int rc = check_meta_pages(data, e);
	if (rc == 0)
		rc = open_env(x, o, e);
	if (rc == 0)
		rc = check_length(x, data, e);
	if (rc == 0)
		rc = load(x, lenient, e);
	free(data);
	return rc;
}

static int open_folder(const char *dir, const char *folder, const struct index_options *options,
	bool lenient, struct index **out, struct err *e)
{
	struct stat st;
	int rc = 0;
	if (stat(folder, &st) != 0)
		rc = errno == ENOENT ? create(dir, folder, options, e)
				     : io_error(e, "stat", folder);
	if (rc)
		return rc;
	struct index *x = new_index(folder, options);
	if (!x)
		return no_memory(e);
	rc = open_existing(x, options, lenient, e);
	if (rc)
		index_close(x);
	else
		*out = x;
	return rc;
}

int store_open(const char *dir, const struct index_options *options, bool lenient,
	struct index **out, struct err *e)
{
	char *folder = path_join(dir, "index");
	if (!folder)
		return no_memory(e);
	int rc = open_folder(dir, folder, options, lenient, out, e);
	free(folder);
	return rc;
}

int index_open(
	const char *dir, const struct index_options *options, struct index **out, struct err *e)
{
	return store_open(dir, options, false, out, e);
}

void index_close(struct index *x)
{
	if (!x)
		return;
	codec_unload(x);
	if (x->env)
		mdb_env_close(x->env);
	if (x->mark_fd >= 0)
		close(x->mark_fd);
	free(x->folder);
	free(x);
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
	txn_abort(&t);
	if (rc)
		return rc;
	mdb_env_info(x->env, &info);
	uint64_t pages = (uint64_t)info.me_last_pgno + 1;
	*file = pages * x->page_bytes;
	*used = (pages - (unused < pages ? unused : pages)) * x->page_bytes;
	return 0;
}

int store_room(struct index *x, uint64_t need, struct err *e)
{
	uint64_t file, used;
	if (x->max_db_bytes == 0)
		return 0;
	/* The free list is walked only when the file itself has no room left under the limit. */
	MDB_envinfo info;
	mdb_env_info(x->env, &info);
	if (((uint64_t)info.me_last_pgno + 1) * x->page_bytes + need <= x->max_db_bytes)
		return 0;
	int rc = store_file_bytes(x, &file, &used, e);
	if (rc)
		return rc;
	if (used + need > x->max_db_bytes)
		return err_set(e, LODE_FULL,
			"max_db_bytes reached: %llu used, %llu wanted, %llu allowed",
			(unsigned long long)used, (unsigned long long)need,
			(unsigned long long)x->max_db_bytes);
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

int store_walk_patients(struct txn *t, const struct state *s,
	int (*each)(void *arg, struct slice id, struct slice value), void *arg, struct err *e)
{
	struct cursor c;
	struct slice id, value;
	uint64_t n = 0, sum = 0;
	struct reader r;
	int stop = 0, rc = cursor_open(t, DB_PATIENT, &c, e);
	if (rc)
		return rc;
	for (rc = cursor_seek(&c, (struct slice){0}, &id, &value, e); rc == 0 && stop == 0;
		rc = cursor_next(&c, &id, &value, e)) {
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
