/* index_open: a new index is made under another name and renamed, an old one is looked through. */
#include "index/bundle.h"
#include "index/codec.h"
#include "index/watermark.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- paths ---- */

int path_error(struct err *e, const char *doing, const char *path)
{
	int n = errno, code = n == ENOSPC || n == EDQUOT ? LODE_FULL : LODE_IO;
	if (n == EACCES || n == EPERM)
		code = LODE_DENIED;
	return err_set(e, code, "%s %s: %s", doing, path, strerror(n));
}

char *path_join(const char *dir, const char *name)
{
	char *p;
	return asprintf(&p, "%s/%s", dir, name) < 0 ? NULL : p;
}

int path_sync(const char *path, bool is_folder, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | (is_folder ? O_DIRECTORY : 0));
	if (fd < 0)
		return path_error(e, "open", path);
	int rc = fsync(fd) == 0 ? 0 : path_error(e, "sync", path);
	close(fd);
	return rc;
}

void path_remove_index(const char *folder)
{
	static const char *const names[] = {"data.mdb", "lock.mdb", "revision"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *p = path_join(folder, names[i]);
		if (p)
			unlink(p);
		free(p);
	}
	rmdir(folder);
}

int path_exchange(const char *dir, const char *fresh, const char *folder, struct err *e)
{
	int rc = path_sync(fresh, true, e);
	if (rc)
		return rc;
	if (renameat2(AT_FDCWD, fresh, AT_FDCWD, folder, RENAME_EXCHANGE) != 0)
		return path_error(e, "exchange", fresh);
	return path_sync(dir, true, e);
}

static int no_memory(struct err *e)
{
	err_set(e, LODE_NOMEM, "no memory to open the index");
	return LODE_NOMEM;
}

/* ---- creation ---- */

static struct index *new_index(const char *dir, const char *name, const struct index_options *o)
{
	struct index *x = calloc(1, sizeof(*x));
	if (!x)
		return NULL;
	x->dir = strdup(dir);
	x->folder = path_join(dir, name);
	x->options = *o;
	x->bundle_below = BUNDLE_SEGMENT_MAX;
	x->retire_waits = SHRINK_WAIT_MS;
	x->mark_fd = -1;
	x->futile_revision = UINT64_MAX;
	if (!x->dir || !x->folder) {
		index_close(x);
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
	struct state s = {.txn_id = txn_id(&t), .next_patient = 1, .next_bundle = 1, .next_run = 1};
	struct buf b = {0};
	if (getrandom(f.uuid, sizeof(f.uuid), 0) != (ssize_t)sizeof(f.uuid))
		rc = path_error(e, "read", "random bytes");
	f.uuid[6] = (uint8_t)((f.uuid[6] & 0x0f) | 0x40); /* RFC 4122: version 4, variant 1 */
	f.uuid[8] = (uint8_t)((f.uuid[8] & 0x3f) | 0x80);
	if (rc == 0)
		rc = env_open_dbs(t.env, &t, true, e);
	if (rc == 0) {
		format_encode(&f, &b);
		txn_put(&t, DB_META, key_format, buf_slice(&b));
		runs_encode(NULL, 0, &b);
		s.runs_sum = record_checksum(buf_slice(&b));
		txn_put(&t, DB_META, key_runs, buf_slice(&b));
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

/* x: not opened yet, its folder is the temporary one. */
static int make_env(struct index *x, struct err *e)
{
	path_remove_index(x->folder);
	if (mkdir(x->folder, 0700) != 0)
		return path_error(e, "create", x->folder);
	int rc = env_open(&x->envs[0], x->folder, &x->options, true, e);
	return rc ? rc : write_first_records(x, e);
}

static int move_folder(const char *dir, const char *from, const char *to, struct err *e)
{
	int rc = path_sync(from, true, e);
	if (rc)
		return rc;
	if (rename(from, to) != 0)
		return path_error(e, "rename", from);
	return path_sync(dir, true, e);
}

/* Made under another name and renamed: DIR/index either does not exist or is whole, so that a
 * missing or empty data file inside it is damage, never a new index. */
static int create(const char *dir, const char *folder, const struct index_options *o, struct err *e)
{
	struct index *x = new_index(dir, "index.new", o);
	if (!x)
		return no_memory(e);
	int rc = make_env(x, e);
	env_close(&x->envs[0]);
	if (rc == 0)
		rc = move_folder(dir, x->folder, folder, e);
	index_close(x);
	return rc;
}

/* ---- an index that is there ---- */

static int load(struct index *x, enum store_mode mode, struct err *e)
{
	struct txn t;
	struct slice value;
	struct state s = {0};
	int rc = txn_begin(x, TXN_READ, &t, e);
	if (rc)
		return rc;
	rc = env_open_dbs(t.env, &t, false, e);
	if (rc == 0) {
		rc = txn_get(&t, DB_META, key_format, &value);
		rc = rc ? err_set(e, LODE_CORRUPT, "format record: missing")
			: format_decode(value, &x->format, e);
		if (rc == 0 && mode != STORE_ANY_TOKENIZER)
			rc = format_check_tokenizer(&x->format, e);
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
		if (rc == LODE_CORRUPT && mode == STORE_LENIENT)
			rc = 0;
	}
	/* Handles opened in a read transaction stay only if it commits. */
	if (rc == 0)
		rc = txn_commit(&t, e);
	else
		txn_abort(&t);
	return rc;
}

/* What a creation or a shrinking left behind when it was interrupted: never the index itself, for that
 * is renamed or exchanged when it is whole. */
static void clear_leftover(const char *dir)
{
	char *left = path_join(dir, "index.new");
	if (left)
		path_remove_index(left);
	free(left);
}

static int open_there(struct index *x, enum store_mode mode, struct err *e)
{
	struct stat st;
	int rc = 0;
	if (mode == STORE_FRESH)
		rc = make_env(x, e);
	else if (stat(x->folder, &st) != 0)
		rc = errno == ENOENT && !x->options.is_beside
			     ? create(x->dir, x->folder, &x->options, e)
			     : path_error(e, "stat", x->folder);
	env_close(&x->envs[0]);
	if (rc == 0)
		rc = env_open(&x->envs[0], x->folder, &x->options, false, e);
	return rc ? rc : load(x, mode, e);
}

int store_open(const char *dir, const struct index_options *options, enum store_mode mode,
	struct index **out, struct err *e)
{
	bool is_fresh = mode == STORE_FRESH;
	struct index *x = new_index(dir, is_fresh ? "index.new" : "index", options);
	if (!x)
		return no_memory(e);
	int rc = open_there(x, mode, e);
	if (rc) {
		index_close(x);
		return rc;
	}
	if (!is_fresh && !options->is_beside)
		clear_leftover(dir);
	*out = x;
	return 0;
}

int index_open(
	const char *dir, const struct index_options *options, struct index **out, struct err *e)
{
	return store_open(dir, options, STORE_STRICT, out, e);
}

void index_close(struct index *x)
{
	if (!x)
		return;
	codec_unload(x);
	roster_release(&x->roster);
	env_close(&x->envs[0]);
	env_close(&x->envs[1]);
	if (x->mark_fd >= 0)
		close(x->mark_fd);
	free(x->folder);
	free(x->dir);
	free(x);
}
