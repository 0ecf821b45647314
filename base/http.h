/* HTTP/1.1 messages over llhttp, for both ends: limits, header checks, bodies in pieces.
 *
 * llhttp 8.1.0 (Debian's node-llhttp) has no size caps and accepts folded headers, a space before
 * the colon, CONNECT and the HTTP/2 preface; all of these are refused here (see http.c). */
#ifndef LODESTONE_BASE_HTTP_H
#define LODESTONE_BASE_HTTP_H

#include "base/buf.h"
#include "base/err.h"

enum http_method { HTTP_M_GET, HTTP_M_POST, HTTP_M_PUT, HTTP_M_DELETE, HTTP_M_OTHER };

struct http_limits {
	size_t head_bytes; /* request line + headers; 431 past it */
	size_t url_bytes;  /* 414 past it */
};

/* A parsed head.  Slices are valid until the message ends (http_next) or the parser is released. */
struct http_head {
	bool is_response;
	enum http_method method;
	unsigned status;   /* responses */
	struct slice url;  /* as sent: path?query */
	struct slice path; /* before '?' */
	struct slice query;
	struct slice content_type;     /* lower-cased, parameters cut */
	struct slice content_encoding; /* lower-cased */
	struct slice accept;
	struct slice user_agent;
	bool is_http10; /* knows no chunked bodies */
	bool keep_alive;
	bool expect_continue; /* answer 100 before the body comes */
	bool has_length;
	uint64_t content_length;
};

struct http_parser;

/* Callbacks run inside http_feed, on its thread.  A negative return stops the parser. */
struct http_events {
	int (*on_head)(void *arg, const struct http_head *head);
	int (*on_body)(void *arg, struct slice piece); /* borrowed until it returns */
	int (*on_end)(void *arg);                      /* the parser pauses after it */
};

int http_create(bool for_responses, struct http_limits limits, const struct http_events *events,
	void *arg, struct http_parser **out);
void http_destroy(struct http_parser *p); /* NULL is fine */

/* Feeds bytes; *used says how many were taken: all of them, or up to the end of a message
 * (call http_next before feeding the rest).  On LODE_BADREQ/LODE_TOOBIG, http_status says which
 * status code to answer (400, 405, 413, 414, 431) before closing.  A callback's own code comes back
 * as it is, with status 413 for LODE_TOOBIG, 400 for LODE_BADREQ, else 500.  on_end may call
 * http_next; no callback may destroy the parser. */
int http_feed(struct http_parser *p, struct slice bytes, size_t *used, struct err *e);
int http_finish(struct http_parser *p, struct err *e); /* the peer closed its side */
void http_next(struct http_parser *p);                 /* ready for the next message */
unsigned http_status(const struct http_parser *p);
bool http_is_idle(const struct http_parser *p); /* between messages: nothing half read */

/* Percent-decodes one path segment or query value ('+' stays '+') into room (n bytes at most).
 * LODE_BADREQ on a bad escape or NUL, LODE_TOOBIG when it does not fit. */
int http_unescape(struct slice in, char *room, size_t room_bytes, struct slice *out);
void http_escape(struct buf *out, struct slice segment); /* percent-encodes all but unreserved */
/* Value of ?name=..., still escaped; p == NULL when absent. */
struct slice http_query_get(struct slice query, const char *name);

/* Appends a response head.  length < 0: chunked. */
void http_write_head(struct buf *out, unsigned status, const char *content_type, int64_t length,
	bool keep_alive, const char *extra_headers /* NULL or "A: b\r\n" lines */);
void http_write_chunk(struct buf *out, struct slice piece); /* empty: the last chunk */
/* Appends a request head.  length < 0: chunked. */
void http_write_request(struct buf *out, const char *method, struct slice url,
	const char *content_type, const char *content_encoding, const char *accept, int64_t length);
const char *http_reason(unsigned status);

#endif
