#include "base/http.h"

#include "base/http_scan.h"

#include <ctype.h>
#include <llhttp.h>
#include <stdlib.h>
#include <strings.h>

/* Headers whose values are kept: id, name, whether a second one is refused (or else ignored). */
#define HEADER_LIST(X)                                  \
	X(HOST, "host", true)                           \
	X(CONTENT_TYPE, "content-type", true)           \
	X(CONTENT_ENCODING, "content-encoding", true)   \
	X(CONTENT_LENGTH, "content-length", true)       \
	X(TRANSFER_ENCODING, "transfer-encoding", true) \
	X(EXPECT, "expect", true)                       \
	X(ACCEPT, "accept", false)                      \
	X(USER_AGENT, "user-agent", false)

enum header_id {
#define X(id, name, is_single) HEADER_##id,
	HEADER_LIST(X)
#undef X
		HEADER_COUNT,
	HEADER_OTHER = HEADER_COUNT
};

static const struct {
	const char *name;
	bool is_single;
} headers[] = {
#define X(id, name, is_single) {name, is_single},
	HEADER_LIST(X)
#undef X
};

enum { NAME_ROOM = 20, IDLE_BYTES = 4096 };
enum { HEAD_ONLY = 1 }; /* what on_headers_complete tells llhttp when no body follows */

enum phase { IN_HEAD, IN_BODY, ENDED, FAILED };

/* A part of `text`, by offset because text moves as it grows. */
struct range {
	size_t at, n;
	bool is_there;
};

struct http_parser {
	llhttp_t ll;
	bool for_responses;
	struct http_limits limits;
	struct http_events events;
	void *arg;

	enum phase phase;
	struct http_scan scan;
	bool has_begun, is_head_done, is_interim;
	size_t gap;       /* bytes since the last body byte: chunk sizes, extensions, trailers */
	const char *mark; /* in the bytes being fed: where `gap` is counted up to */

	struct buf text; /* url and kept values, each after a NUL */
	struct range url, values[HEADER_COUNT];
	char name
		[NAME_ROOM]; /* of the header at hand, lower-cased; cut when no known one is so long */
	size_t name_bytes;
	enum header_id at_header;
	struct http_head head;

	int code; /* FAILED: what http_feed returns */
	unsigned status;
	const char *reason;
};

static int refuse(struct http_parser *p, int code, unsigned status, const char *reason)
{
	if (p->phase != FAILED) {
		p->phase = FAILED;
		p->code = code;
		p->status = status;
		p->reason = reason;
	}
	return HPE_USER;
}

/* A callback of the caller's asked to stop. */
static int stopped(struct http_parser *p, int code)
{
	unsigned status = code == LODE_TOOBIG ? 413 : code == LODE_BADREQ ? 400 : 500;
	return refuse(p, code, status, "stopped by the receiver");
}

static int start_range(struct http_parser *p, struct range *r)
{
	if (buf_put_byte(&p->text, '\0') != 0)
		return refuse(p, LODE_NOMEM, 500, "out of memory");
	*r = (struct range){.at = p->text.n, .is_there = true};
	return HPE_OK;
}

static int add_to_range(struct http_parser *p, struct range *r, const char *at, size_t n)
{
	if (buf_put(&p->text, at, n) != 0)
		return refuse(p, LODE_NOMEM, 500, "out of memory");
	r->n += n;
	return HPE_OK;
}

static struct slice slice_of_range(const struct http_parser *p, const struct range *r)
{
	if (!r->is_there || !p->text.p)
		return (struct slice){0};
	return slice_of(p->text.p + r->at, r->n);
}

static int on_begin(llhttp_t *ll)
{
	struct http_parser *p = ll->data;
	p->has_begun = true;
	return HPE_OK;
}

static int on_url(llhttp_t *ll, const char *at, size_t n)
{
	struct http_parser *p = ll->data;
	if (!p->url.is_there && start_range(p, &p->url) != HPE_OK)
		return HPE_USER;
	return add_to_range(p, &p->url, at, n);
}

static int on_name(llhttp_t *ll, const char *at, size_t n)
{
	struct http_parser *p = ll->data;
	if (p->is_head_done) /* a trailer */
		return HPE_OK;
	for (size_t i = 0; i < n; i++, p->name_bytes++)
		if (p->name_bytes < NAME_ROOM)
			p->name[p->name_bytes] = (char)tolower((unsigned char)at[i]);
	return HPE_OK;
}

static enum header_id find_header(const struct http_parser *p)
{
	if (p->name_bytes >= NAME_ROOM)
		return HEADER_OTHER;
	for (int i = 0; i < HEADER_COUNT; i++)
		if (slice_eq(slice_of(p->name, p->name_bytes), slice_str(headers[i].name)))
			return (enum header_id)i;
	return HEADER_OTHER;
}

static int on_name_end(llhttp_t *ll)
{
	struct http_parser *p = ll->data;
	if (p->is_head_done)
		return HPE_OK;
	p->at_header = find_header(p);
	p->name_bytes = 0;
	if (p->at_header == HEADER_OTHER)
		return HPE_OK;
	if (!p->values[p->at_header].is_there)
		return start_range(p, &p->values[p->at_header]);
	if (headers[p->at_header].is_single)
		return refuse(p, LODE_BADREQ, 400, "a header that may come once comes twice");
	p->at_header = HEADER_OTHER;
	return HPE_OK;
}

static int on_value(llhttp_t *ll, const char *at, size_t n)
{
	struct http_parser *p = ll->data;
	if (p->is_head_done || p->at_header == HEADER_OTHER)
		return HPE_OK;
	return add_to_range(p, &p->values[p->at_header], at, n);
}

static void trim(struct slice *s)
{
	while (s->n && (s->p[s->n - 1] == ' ' || s->p[s->n - 1] == '\t'))
		s->n--;
}

/* The header's value without white space at its ends. */
static struct slice value_of(const struct http_parser *p, enum header_id id)
{
	struct slice s = slice_of_range(p, &p->values[id]);
	trim(&s);
	return s;
}

/* The same, lower-cased in place and cut at the first ';'. */
static struct slice plain_value_of(struct http_parser *p, enum header_id id)
{
	struct slice s = value_of(p, id);
	if (!s.p)
		return s;
	const char *semicolon = memchr(s.p, ';', s.n);
	if (semicolon)
		s.n = (size_t)(semicolon - s.p);
	trim(&s);
	char *text = p->text.p + p->values[id].at;
	for (size_t i = 0; i < s.n; i++)
		text[i] = (char)tolower((unsigned char)text[i]);
	return s;
}

static bool is_word(struct slice s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

static bool is_digits(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

/* How long the body is must be beyond doubt, whatever llhttp would make of it. */
static const char *body_doubt(const struct http_parser *p)
{
	struct slice length = value_of(p, HEADER_CONTENT_LENGTH);
	struct slice coding = value_of(p, HEADER_TRANSFER_ENCODING);
	if (length.p && coding.p)
		return "both Content-Length and Transfer-Encoding";
	if (length.p && !is_digits(length))
		return "bad Content-Length";
	if (coding.p && !is_word(coding, "chunked"))
		return "Transfer-Encoding is not chunked alone";
	if (coding.p && p->ll.http_minor == 0)
		return "Transfer-Encoding in HTTP/1.0";
	return NULL;
}

static enum http_method method_of(const llhttp_t *ll)
{
	switch (ll->method) {
	case HTTP_GET: return HTTP_M_GET;
	case HTTP_POST: return HTTP_M_POST;
	case HTTP_PUT: return HTTP_M_PUT;
	case HTTP_DELETE: return HTTP_M_DELETE;
	default: return HTTP_M_OTHER;
	}
}

static void fill_head(struct http_parser *p)
{
	struct slice url = slice_of_range(p, &p->url);
	const char *mark = url.n ? memchr(url.p, '?', url.n) : NULL;
	size_t path_bytes = mark ? (size_t)(mark - url.p) : url.n;
	p->head = (struct http_head){
		.is_response = p->for_responses,
		.method = p->for_responses ? HTTP_M_OTHER : method_of(&p->ll),
		.status = p->for_responses ? p->ll.status_code : 0,
		.url = url,
		.path = slice_of(url.p, path_bytes),
		.content_type = plain_value_of(p, HEADER_CONTENT_TYPE),
		.content_encoding = plain_value_of(p, HEADER_CONTENT_ENCODING),
		.accept = value_of(p, HEADER_ACCEPT),
		.user_agent = value_of(p, HEADER_USER_AGENT),
		.is_http10 = p->ll.http_minor == 0,
		.keep_alive = llhttp_should_keep_alive(&p->ll),
		.has_length = p->values[HEADER_CONTENT_LENGTH].is_there,
	};
	if (mark)
		p->head.query = slice_of(mark + 1, url.n - path_bytes - 1);
	if (p->head.has_length)
		p->head.content_length = p->ll.content_length;
	p->head.expect_continue =
		!p->head.is_http10 && is_word(value_of(p, HEADER_EXPECT), "100-continue");
}

static int check_request(struct http_parser *p)
{
	struct slice url = slice_of_range(p, &p->url);
	if (p->ll.method == HTTP_CONNECT)
		return refuse(p, LODE_BADREQ, 405, "no CONNECT here");
	if (url.n == 0 || url.p[0] != '/' || memchr(url.p, '#', url.n))
		return refuse(p, LODE_BADREQ, 400, "the target is no path");
	if (p->ll.http_minor > 0 && !p->values[HEADER_HOST].is_there)
		return refuse(p, LODE_BADREQ, 400, "no Host header");
	return HPE_OK;
}

/* Whatever its Content-Length says (RFC 9112 section 6.3). */
static bool has_no_body(const struct http_parser *p)
{
	return p->for_responses && (p->ll.status_code == 204 || p->ll.status_code == 304);
}

static int on_head_end(llhttp_t *ll)
{
	struct http_parser *p = ll->data;
	p->is_head_done = true;
	if (ll->http_major != 1 || ll->http_minor > 1)
		return refuse(p, LODE_BADREQ, 400, "not HTTP/1.0 or 1.1");
	const char *doubt = body_doubt(p);
	if (doubt)
		return refuse(p, LODE_BADREQ, 400, doubt);
	if (p->for_responses) {
		p->is_interim = ll->status_code < 200;
		if (ll->status_code == 101 || ll->status_code < 100)
			return refuse(p, LODE_BADREQ, 400, "unexpected status");
		if (p->is_interim)
			return HEAD_ONLY;
	} else if (check_request(p) != HPE_OK) {
		return HPE_USER;
	}
	fill_head(p);
	int rc = p->events.on_head(p->arg, &p->head);
	if (rc < 0)
		return stopped(p, rc);
	return has_no_body(p) ? HEAD_ONLY : HPE_OK;
}

static int check_gap(struct http_parser *p)
{
	if (p->gap > p->limits.head_bytes)
		return refuse(p, LODE_TOOBIG, 431, "chunk extensions or trailers too long");
	return HPE_OK;
}

static int on_body(llhttp_t *ll, const char *at, size_t n)
{
	struct http_parser *p = ll->data;
	p->gap += (size_t)(at - p->mark);
	if (check_gap(p) != HPE_OK)
		return HPE_USER;
	p->gap = 0;
	p->mark = at + n;
	int rc = p->events.on_body(p->arg, slice_of(at, n));
	return rc < 0 ? stopped(p, rc) : HPE_OK;
}

/* Pausing here is what makes one message end before the next begins. */
static int on_message_end(llhttp_t *ll)
{
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_message_begin = on_begin,
	.on_url = on_url,
	.on_header_field = on_name,
	.on_header_field_complete = on_name_end,
	.on_header_value = on_value,
	.on_headers_complete = on_head_end,
	.on_body = on_body,
	.on_message_complete = on_message_end,
};

int http_create(bool for_responses, struct http_limits limits, const struct http_events *events,
	void *arg, struct http_parser **out)
{
	struct http_parser *p = calloc(1, sizeof(*p));
	if (!p)
		return LODE_NOMEM;
	llhttp_init(&p->ll, for_responses ? HTTP_RESPONSE : HTTP_REQUEST, &settings);
	p->ll.data = p;
	p->for_responses = for_responses;
	p->limits = limits;
	p->events = *events;
	p->arg = arg;
	http_next(p);
	*out = p;
	return 0;
}

void http_destroy(struct http_parser *p)
{
	if (!p)
		return;
	buf_release(&p->text);
	free(p);
}

void http_next(struct http_parser *p)
{
	if (p->phase == FAILED)
		return;
	llhttp_reset(&p->ll);
	p->phase = IN_HEAD;
	p->scan = (struct http_scan){0};
	p->has_begun = p->is_head_done = p->is_interim = false;
	p->gap = p->name_bytes = 0;
	p->at_header = HEADER_OTHER;
	p->url = (struct range){0};
	memset(p->values, 0, sizeof(p->values));
	p->head = (struct http_head){0};
	buf_clear(&p->text);
	if (p->text.cap > IDLE_BYTES) /* a thousand idle connections keep theirs */
		buf_release(&p->text);
}

/* Runs llhttp over bytes and counts the gap; *used: up to a pause, or all. */
static void run(struct http_parser *p, struct slice bytes, size_t *used)
{
	p->mark = bytes.p;
	llhttp_errno_t rc = llhttp_execute(&p->ll, bytes.p, bytes.n);
	const char *stop = rc == HPE_OK ? bytes.p + bytes.n : llhttp_get_error_pos(&p->ll);
	*used = (size_t)(stop - bytes.p);
	if (p->phase == IN_BODY) {
		p->gap += (size_t)(stop - p->mark);
		check_gap(p);
	}
	if (rc == HPE_PAUSED && p->phase != FAILED)
		p->phase = ENDED;
	else if (rc != HPE_OK && rc != HPE_PAUSED)
		refuse(p, LODE_BADREQ, 400, llhttp_get_error_reason(&p->ll));
}

static void feed_head(struct http_parser *p, struct slice bytes, size_t *used)
{
	unsigned status;
	size_t n = http_scan(&p->scan, p->for_responses, &p->limits, bytes, &status);
	bool is_done = p->scan.place == HTTP_AT_BODY;
	/* llhttp has the bytes before the bad one first, so that how bytes are cut decides nothing. */
	if (n)
		run(p, slice_of(bytes.p, n), used);
	if (status == 431)
		refuse(p, LODE_TOOBIG, status, "head too long");
	else if (status == 414)
		refuse(p, LODE_TOOBIG, status, "URL too long");
	else if (status != 0 || p->is_head_done != is_done)
		refuse(p, LODE_BADREQ, 400, "malformed head");
	else if (p->phase == IN_HEAD && is_done)
		p->phase = IN_BODY;
}

static int failure(const struct http_parser *p, struct err *e)
{
	return err_set(e, p->code, "%s: %s", p->for_responses ? "bad response" : "bad request",
		p->reason ? p->reason : "malformed");
}

/* A message has ended: an interim response is forgotten, any other one reported. */
static void end_message(struct http_parser *p)
{
	if (p->is_interim) {
		http_next(p);
		return;
	}
	int rc = p->events.on_end(p->arg);
	if (rc < 0)
		stopped(p, rc);
}

int http_feed(struct http_parser *p, struct slice bytes, size_t *used, struct err *e)
{
	*used = 0;
	while (*used < bytes.n && (p->phase == IN_HEAD || p->phase == IN_BODY)) {
		struct slice rest = slice_of(bytes.p + *used, bytes.n - *used);
		size_t taken = 0;
		if (p->phase == IN_HEAD)
			feed_head(p, rest, &taken);
		else
			run(p, rest, &taken);
		*used += taken;
		if (p->phase != ENDED)
			continue;
		bool was_interim = p->is_interim;
		end_message(p);
		if (!was_interim)
			break;
	}
	return p->phase == FAILED ? failure(p, e) : 0;
}

int http_finish(struct http_parser *p, struct err *e)
{
	if (p->phase == FAILED)
		return failure(p, e);
	if (p->phase == ENDED || http_is_idle(p))
		return 0;
	if (p->phase == IN_BODY && p->ll.finish == HTTP_FINISH_SAFE_WITH_CB) {
		p->phase = ENDED;
		end_message(p);
	} else {
		refuse(p, LODE_BADREQ, 400, "connection closed inside a message");
	}
	return p->phase == FAILED ? failure(p, e) : 0;
}

unsigned http_status(const struct http_parser *p)
{
	return p->status;
}

bool http_is_idle(const struct http_parser *p)
{
	return p->phase == IN_HEAD && !p->has_begun;
}
