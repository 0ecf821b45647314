#include "daemon/audit.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/conn.h"
#include "daemon/request.h"
#include "daemon/route.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	TAIL = 8192, /* longer than any line */
	SYNC_MS = 1000,
};

struct audit {
	char *path;
	int fd;
	uint64_t seq;          /* of the next line: a gap shows that lines were lost */
	struct digest128 prev; /* of the last line in the file, without its line end */
	bool has_prev, is_cut; /* is_cut: the file ends inside a line */
	bool is_write_failing, is_sync_failing;
	unsigned long failures;
	struct buf line;

	uv_timer_t timer; /* runs from the first line after a sync: an idle daemon sleeps */
	uv_fs_t sync;
	bool is_syncing, is_dirty, wants_reopen;
};

/* ---- to disk ---- */

static void on_timer(uv_timer_t *t);

static void sync_later(struct audit *a)
{
	a->is_dirty = true;
	if (!uv_is_active((uv_handle_t *)&a->timer))
		uv_timer_start(&a->timer, on_timer, SYNC_MS, 0);
}

static void sync_failed(struct audit *a, const char *why)
{
	a->failures++;
	a->is_sync_failing = true;
	log_error("audit.ndjson: fdatasync: %s", why);
}

static void on_synced(uv_fs_t *req)
{
	struct audit *a = req->data;
	struct err e = {0};
	a->is_syncing = false;
	if (req->result < 0)
		sync_failed(a, uv_strerror((int)req->result));
	else
		a->is_sync_failing = false;
	uv_fs_req_cleanup(req);
	if (a->wants_reopen && audit_reopen(a, &e))
		log_error("%s", e.text);
	if (a->is_dirty && !uv_is_closing((uv_handle_t *)&a->timer))
		sync_later(a);
}

/* One sync at a time, on the pool's spare thread: a slow disk must not stop the loop. */
static void on_timer(uv_timer_t *t)
{
	struct audit *a = t->data;
	if (a->is_syncing)
		return; /* on_synced starts the timer again */
	a->is_dirty = false;
	a->sync.data = a;
	int rc = uv_fs_fdatasync(t->loop, &a->sync, a->fd, on_synced);
	a->is_syncing = rc == 0;
	if (rc)
		sync_failed(a, uv_strerror(rc));
}

/* ---- open ---- */

/* Goes on where the file stops: after its last line, whole or cut off by a crash. */
static int read_tail(struct audit *a, struct err *e)
{
	char tail[TAIL + 1];
	off_t size = lseek(a->fd, 0, SEEK_END);
	off_t from = size > TAIL ? size - TAIL : 0;
	ssize_t n = size < 0 ? -1 : pread(a->fd, tail, (size_t)(size - from), from);
	if (n < 0)
		return err_set(e, LODE_IO, "audit.ndjson: %s", strerror(errno));
	tail[n] = '\0';
	a->is_cut = n > 0 && tail[n - 1] != '\n';
	size_t end = (size_t)n - (n > 0 && !a->is_cut);
	const char *before = end ? memrchr(tail, '\n', end) : NULL;
	const char *last = before ? before + 1 : tail;
	a->has_prev = n > 0;
	if (a->has_prev)
		a->prev = digest128(slice_of(last, (size_t)(tail + end - last)));
	static const char start[] = "{\"seq\":";
	for (const char *p = tail; (p = strstr(p, start)) != NULL; p += sizeof(start) - 1)
		if ((p == tail || p[-1] == '\n') && !(a->is_cut && p >= last))
			a->seq = strtoull(p + sizeof(start) - 1, NULL, 10) + 1;
	a->seq += a->is_cut; /* the cut one has had its number */
	return 0;
}

static int open_file(const char *path, struct err *e)
{
	struct stat st;
	assert(path);
	int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_set(e, LODE_IO, "audit.ndjson: %s", strerror(errno));
	int rc = 0;
	if (fstat(fd, &st))
		rc = err_set(e, LODE_IO, "audit.ndjson: %s", strerror(errno));
	else if (!S_ISREG(st.st_mode) || (st.st_mode & 077))
		rc = err_set(e, LODE_DENIED, "audit.ndjson: must be a file of mode 0600");
	if (rc == 0)
		return fd;
	close(fd);
	return rc;
}

int audit_open(const char *dir, uv_loop_t *loop, struct audit **out, struct err *e)
{
	struct audit *a = calloc(1, sizeof(*a));
	if (!a)
		return err_set(e, LODE_NOMEM, "out of memory");
	a->fd = -1;
	a->seq = 1;
	int rc = 0;
	if (asprintf(&a->path, "%s/audit.ndjson", dir) < 0) {
		a->path = NULL;
		rc = err_set(e, LODE_NOMEM, "out of memory");
	}
	if (rc == 0)
		rc = a->fd = open_file(a->path, e);
	if (rc >= 0)
		rc = read_tail(a, e);
	if (rc) {
		audit_close(a);
		return rc;
	}
	uv_timer_init(loop, &a->timer);
	uv_unref((uv_handle_t *)&a->timer);
	a->timer.data = a;
	*out = a;
	return 0;
}

int audit_reopen(struct audit *a, struct err *e)
{
	struct stat have, want;
	a->wants_reopen =
		a->is_syncing; /* the pool has the descriptor: on_synced comes here again */
	if (a->is_syncing)
		return 0;
	if (fstat(a->fd, &have) == 0 && stat(a->path, &want) == 0 && have.st_ino == want.st_ino &&
		have.st_dev == want.st_dev)
		return 0;
	int fd = open_file(a->path, e);
	if (fd < 0)
		return fd;
	if (fdatasync(a->fd))
		sync_failed(a, strerror(errno));
	close(a->fd);
	a->fd = fd;
	/* seq and prev stay: the chain crosses the files. */
	a->is_cut = fstat(fd, &have) == 0 && have.st_size > 0;
	return 0;
}

void audit_close(struct audit *a)
{
	if (!a)
		return;
	if (a->fd >= 0) {
		fdatasync(a->fd);
		close(a->fd);
	}
	buf_release(&a->line);
	free(a->path);
	free(a);
}

unsigned long audit_failures(const struct audit *a)
{
	return a->failures;
}

bool audit_is_failing(const struct audit *a)
{
	return a->is_write_failing || a->is_sync_failing;
}

/* ---- lines ---- */

static void put_time(struct json_writer *w)
{
	struct timespec now;
	struct tm tm;
	char text[48];
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	size_t n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + n, sizeof(text) - n, ".%03uZ", (unsigned)(now.tv_nsec / 1000000));
	json_kv_str(w, "time", text);
}

static void put_line(struct audit *a, const struct request *r)
{
	struct json_writer w;
	char id[33], route[128];
	json_init(&w, &a->line);
	json_begin_object(&w);
	json_kv_uint(&w, "seq", a->seq);
	if (a->has_prev) {
		digest128_hex(a->prev, id);
		json_kv_str(&w, "prev", id);
	}
	put_time(&w);
	snprintf(id, sizeof(id), "%016llx", (unsigned long long)r->id);
	json_kv_str(&w, "id", id);
	json_kv_uint(&w, "uid", r->conn->peer.uid);
	json_kv_uint(&w, "gid", r->conn->peer.gid);
	json_kv_uint(&w, "pid", (uint64_t)r->conn->peer.pid);
	snprintf(route, sizeof(route), "%s %s",
		r->route ? route_method_name(r->route->method) : "-",
		r->route ? r->route->path : "-");
	json_kv_str(&w, "route", route);
	if (r->patient.p)
		json_kv_string(&w, "patient", r->patient);
	if (r->note.p)
		json_kv_string(&w, "note", r->note);
	json_kv_uint(&w, "status", r->status);
	json_key(&w, "ms");
	json_double(&w, (double)(now_ns() - r->start_ns) / 1e6, 3);
	if (r->patients_seen)
		json_kv_uint(&w, "patients", r->patients_seen);
	json_kv_uint(&w, "notes", r->notes_seen);
	if (r->identifiers)
		json_kv_uint(&w, "identifiers", r->identifiers);
	if (r->has_query_digest) {
		digest128_hex(r->query_digest, id);
		json_kv_str(&w, "query_digest", id);
	}
	json_end_object(&w);
	buf_put_byte(&a->line, '\n');
}

/* What stands in the file after a write of n of the line's bytes; skip: a leading line end. */
static void account_write(struct audit *a, size_t n, size_t skip)
{
	if (n <= skip) {
		a->is_cut = a->is_cut && n < skip;
		return;
	}
	a->is_cut = n < a->line.n;
	a->prev = digest128(slice_of(a->line.p + skip, n - skip - !a->is_cut));
	a->has_prev = true;
	sync_later(a);
}

int audit_request(struct audit *a, const struct request *r)
{
	size_t skip = a->is_cut;
	buf_clear(&a->line);
	if (a->is_cut)
		buf_put_byte(&a->line, '\n');
	put_line(a, r);
	/* One write of one line: O_APPEND keeps it whole. */
	ssize_t n = a->line.failed ? -1 : write(a->fd, a->line.p, a->line.n);
	a->seq++;
	a->is_write_failing = n != (ssize_t)a->line.n;
	if (a->is_write_failing) {
		a->failures++;
		log_error("audit line %llu was not written: %s", (unsigned long long)(a->seq - 1),
			n < 0 ? strerror(errno) : "disk full?");
	}
	account_write(a, n > 0 ? (size_t)n : 0, skip);
	return a->is_write_failing ? LODE_IO : 0;
}

/* ---- check ---- */

struct chain {
	void (*say)(void *arg, const char *problem);
	void *arg;
	int64_t problems;
	uint64_t number, seq; /* of the line before, 0: none */
	struct digest128 prev;
};

__attribute__((format(printf, 2, 3))) static void problem(struct chain *c, const char *fmt, ...)
{
	char text[160];
	va_list ap;
	va_start(ap, fmt);
	int n = snprintf(text, sizeof(text), "audit line %llu: ", (unsigned long long)c->number);
	vsnprintf(text + n, sizeof(text) - (size_t)n, fmt, ap);
	va_end(ap);
	c->problems++;
	c->say(c->arg, text);
}

static void check_members(struct chain *c, const struct json *line)
{
	int64_t seq;
	char expected[33];
	const struct json *at = json_get(line, "seq"), *prev = json_get(line, "prev");
	if (!at || json_int(at, 1, INT64_MAX, &seq)) {
		problem(c, "has no number");
		return;
	}
	if (c->seq && (uint64_t)seq != c->seq + 1)
		problem(c, "has number %lld after %llu", (long long)seq,
			(unsigned long long)c->seq);
	c->seq = (uint64_t)seq;
	digest128_hex(c->prev, expected);
	if (c->number > 1 &&
		!(prev && prev->type == JSON_STRING && slice_eq(prev->str, slice_of(expected, 32))))
		problem(c, "does not follow the line before it");
}

static void check_line(struct chain *c, struct slice line)
{
	struct arena a;
	struct json *tree;
	struct err e = {0};
	c->number++;
	arena_init(&a, 1 << 16);
	if (json_parse(line, &a, &tree, &e)) {
		problem(c, "is cut off or no JSON");
		c->seq += c->seq > 0;
	} else {
		check_members(c, tree);
	}
	arena_release(&a);
	c->prev = digest128(line);
}

int64_t audit_check(
	const char *path, void (*say)(void *arg, const char *problem), void *arg, struct err *e)
{
	struct chain c = {.say = say, .arg = arg};
	char *line = NULL;
	size_t room = 0;
	FILE *f = fopen(path, "re");
	if (!f)
		return err_set(e, LODE_IO, "%.120s: %s", path, strerror(errno));
	ssize_t n;
	while ((n = getline(&line, &room, f)) > 0)
		check_line(&c, slice_of(line, (size_t)n - (line[n - 1] == '\n')));
	int rc = ferror(f) ? err_set(e, LODE_IO, "%.120s: %s", path, strerror(errno)) : 0;
	free(line);
	fclose(f);
	return rc ? rc : c.problems;
}
