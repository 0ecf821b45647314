#include "daemon/audit.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/conn.h"
#include "daemon/request.h"
#include "daemon/route.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct audit {
	int fd;
	uint64_t seq; /* of the next line: a gap shows that lines were lost */
	unsigned long failures;
	struct buf line;
};

enum { TAIL = 8192 }; /* longer than any line */

/* Goes on counting where the last whole line stopped.  A line that a crash cut off is ended first. */
static int read_tail(struct audit *a, struct err *e)
{
	char tail[TAIL + 1];
	off_t size = lseek(a->fd, 0, SEEK_END);
	off_t from = size > TAIL ? size - TAIL : 0;
	ssize_t n = size < 0 ? -1 : pread(a->fd, tail, (size_t)(size - from), from);
	if (n < 0)
		return err_set(e, LODE_IO, "audit.ndjson: %s", strerror(errno));
	tail[n] = '\0';
	if (n > 0 && tail[n - 1] != '\n' && write(a->fd, "\n", 1) != 1)
		return err_set(e, LODE_IO, "audit.ndjson: %s", strerror(errno));
	static const char start[] = "{\"seq\":";
	for (char *p = tail; (p = strstr(p, start)) != NULL; p += sizeof(start) - 1)
		if (p == tail || p[-1] == '\n')
			a->seq = strtoull(p + sizeof(start) - 1, NULL, 10) + 1;
	return 0;
}

int audit_open(const char *dir, struct audit **out, struct err *e)
{
	char path[4096];
	struct stat st;
	if ((size_t)snprintf(path, sizeof(path), "%s/audit.ndjson", dir) >= sizeof(path))
		return err_set(e, LODE_TOOBIG, "the data folder's path is too long");
	struct audit *a = calloc(1, sizeof(*a));
	if (!a)
		return err_set(e, LODE_NOMEM, "out of memory");
	a->seq = 1;
	a->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	int rc = 0;
	if (a->fd < 0 || fstat(a->fd, &st))
		rc = err_set(e, LODE_IO, "audit.ndjson: %s", strerror(errno));
	else if (!S_ISREG(st.st_mode) || (st.st_mode & 077))
		rc = err_set(e, LODE_DENIED, "audit.ndjson: must be a file of mode 0600");
	else
		rc = read_tail(a, e);
	if (rc) {
		audit_close(a);
		return rc;
	}
	*out = a;
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
	free(a);
}

unsigned long audit_failures(const struct audit *a)
{
	return a->failures;
}

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
	buf_clear(&a->line);
	json_init(&w, &a->line);
	json_begin_object(&w);
	json_kv_uint(&w, "seq", a->seq);
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
	json_kv_uint(&w, "notes", r->notes_seen);
	if (r->has_query_digest) {
		digest128_hex(r->query_digest, id);
		json_kv_str(&w, "query_digest", id);
	}
	json_end_object(&w);
	buf_put_byte(&a->line, '\n');
}

void audit_request(struct audit *a, const struct request *r)
{
	put_line(a, r);
	/* One write of one line: O_APPEND keeps it whole.  A short write is ended with the next line's
	 * own start, so say so and count it. */
	ssize_t n = a->line.failed ? -1 : write(a->fd, a->line.p, a->line.n);
	a->seq++;
	if (n == (ssize_t)a->line.n)
		return;
	a->failures++;
	log_error("audit line %llu was not written: %s", (unsigned long long)(a->seq - 1),
		n < 0 ? strerror(errno) : "disk full?");
	if (n > 0 && write(a->fd, "\n", 1) != 1)
		a->failures++;
}
