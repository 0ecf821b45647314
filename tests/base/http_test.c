#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/http.h"

#include <stdio.h>
#include <stdlib.h>

#define HOST "Host: x\r\n"

/* One feeding of a parser, written down as text: heads, bodies in one piece, ends, the outcome. */
struct play {
	struct http_parser *parser;
	struct buf log, body;
	const struct http_head *head;
	int stop_at_body; /* what on_body returns */
};

static const struct http_limits small = {.head_bytes = 512, .url_bytes = 64};

static void log_slice(struct play *p, const char *name, struct slice s)
{
	if (s.p)
		buf_printf(&p->log, " %s=%.*s", name, (int)s.n, s.p);
}

static int note_head(void *arg, const struct http_head *h)
{
	static const char *const methods[] = {"GET", "POST", "PUT", "DELETE", "OTHER"};
	struct play *p = arg;
	p->head = h;
	if (h->is_response)
		buf_printf(&p->log, "%u", h->status);
	else
		buf_printf(&p->log, "%s", methods[h->method]);
	log_slice(p, "path", h->path);
	log_slice(p, "query", h->query);
	log_slice(p, "type", h->content_type);
	log_slice(p, "coding", h->content_encoding);
	log_slice(p, "accept", h->accept);
	log_slice(p, "agent", h->user_agent);
	if (h->has_length)
		buf_printf(&p->log, " length=%llu", (unsigned long long)h->content_length);
	buf_printf(&p->log, "%s%s%s", h->keep_alive ? "" : " close",
		h->expect_continue ? " continue" : "", h->is_http10 ? " 1.0" : "");
	return 0;
}

static int note_body(void *arg, struct slice piece)
{
	struct play *p = arg;
	buf_put_slice(&p->body, piece);
	return p->stop_at_body;
}

static void log_body(struct play *p)
{
	if (p->body.n)
		buf_printf(&p->log, " [%.*s]", (int)p->body.n, p->body.p);
	buf_clear(&p->body);
}

static int note_end(void *arg)
{
	struct play *p = arg;
	log_body(p);
	buf_put_str(&p->log, ".");
	if (!p->head->is_response && (p->head->url.n == 0 || p->head->url.p[0] != '/'))
		buf_put_str(&p->log, " HEAD LOST");
	return 0;
}

static int feed_all(struct play *p, struct slice bytes, struct err *e)
{
	while (bytes.n) {
		size_t used = 0;
		int rc = http_feed(p->parser, bytes, &used, e);
		if (rc != 0)
			return rc;
		assert_true(used <= bytes.n);
		if (used < bytes.n || (p->log.n && p->log.p[p->log.n - 1] == '.')) {
			assert_true(used > 0);
			http_next(p->parser);
			buf_put_str(&p->log, "\n");
		}
		bytes = slice_of(bytes.p + used, bytes.n - used);
	}
	return 0;
}

/* Feeds text in steps of so many bytes, each step a block of its own so that ASan guards its ends,
 * closes, and returns what happened.  The caller releases p->log. */
static void play(struct play *p, bool for_responses, struct slice text, size_t step)
{
	static const struct http_events events = {note_head, note_body, note_end};
	struct err e = {0};
	int rc = 0;
	assert_int_equal(http_create(for_responses, small, &events, p, &p->parser), 0);
	for (size_t at = 0; at < text.n && rc == 0; at += step) {
		size_t n = text.n - at < step ? text.n - at : step;
		char *block = malloc(n);
		memcpy(block, text.p + at, n);
		rc = feed_all(p, slice_of(block, n), &e);
		free(block);
	}
	if (rc == 0)
		rc = http_finish(p->parser, &e);
	log_body(p);
	if (rc != 0) {
		size_t used;
		assert_int_equal(e.code, rc);
		assert_int_equal(http_feed(p->parser, SLICE("GET"), &used, &e), rc);
		assert_int_equal(used, 0);
		buf_printf(&p->log, "!%u", http_status(p->parser));
	} else if (!http_is_idle(p->parser) && p->log.n && p->log.p[p->log.n - 1] != '.') {
		buf_put_str(&p->log, "?");
	}
	http_destroy(p->parser);
	buf_put(&p->log, "", 1);
	buf_release(&p->body);
}

static void check(bool for_responses, struct slice text, const char *want)
{
	static const size_t steps[] = {1, 2, 3, 7, 64};
	struct play whole = {0};
	play(&whole, for_responses, text, text.n);
	assert_string_equal(whole.log.p, want);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct play cut = {0};
		play(&cut, for_responses, text, steps[i]);
		assert_string_equal(cut.log.p, want);
		buf_release(&cut.log);
	}
	buf_release(&whole.log);
}

#define REQUEST(text, want)  check(false, SLICE(text), want)
#define RESPONSE(text, want) check(true, SLICE(text), want)
#define REFUSED(text)        check(false, SLICE(text), "!400")

static void get_without_body_is_taken(void **state)
{
	REQUEST("GET /v1/stats?a=b HTTP/1.1\r\nHost: lodestone\r\nAccept: */*\r\n"
		"User-Agent: curl/7.88.1\r\n\r\n",
		"GET path=/v1/stats query=a=b accept=*/* agent=curl/7.88.1.\n");
}

static void empty_lines_before_a_request_are_passed_over(void **state)
{
	REQUEST("\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n\r\n", "GET path=/.\n");
}

static void post_with_length_is_taken(void **state)
{
	REQUEST("POST /v1/notes HTTP/1.1\r\n" HOST
		"Content-Type: Application/X-NDJSON ; charset=utf-8\r\nCONTENT-ENCODING:\tGZIP \r\n"
		"Content-Length: 5\r\n\r\nhello",
		"POST path=/v1/notes type=application/x-ndjson coding=gzip length=5 [hello].\n");
}

static void chunked_body_arrives_without_its_chunks(void **state)
{
	REQUEST("PUT /m HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n"
		"5\r\nhello\r\n1;ext=\"v\"\r\n \r\n005\r\nworld\r\n0\r\n\r\n",
		"PUT path=/m [hello world].\n");
}

static void pipelined_requests_end_one_by_one(void **state)
{
	REQUEST("DELETE /a HTTP/1.1\r\n" HOST "\r\nPOST /b HTTP/1.1\r\n" HOST
		"Content-Length: 2\r\n\r\nhiPOST /c HTTP/1.1\r\n" HOST
		"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\nGET /d HTTP/1.1\r\n" HOST
		"\r\n",
		"DELETE path=/a.\nPOST path=/b length=2 [hi].\nPOST path=/c [x].\nGET path=/d.\n");
}

static void other_methods_are_reported_as_other(void **state)
{
	REQUEST("HEAD / HTTP/1.1\r\n" HOST "\r\n", "OTHER path=/.\n");
	REQUEST("OPTIONS /x HTTP/1.1\r\n" HOST "\r\n", "OTHER path=/x.\n");
	REQUEST("PATCH /x HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\ny",
		"OTHER path=/x length=1 [y].\n");
	REFUSED("BREW /pot HTTP/1.1\r\n" HOST "\r\n");
	REFUSED("get / HTTP/1.1\r\n" HOST "\r\n");
}

static void keep_alive_follows_version_and_connection(void **state)
{
	REQUEST("GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", "GET path=/ close.\n");
	REQUEST("GET / HTTP/1.0\r\n\r\n", "GET path=/ close 1.0.\n");
	REQUEST("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "GET path=/ 1.0.\n");
}

static void expect_continue_is_reported(void **state)
{
	REQUEST("POST / HTTP/1.1\r\n" HOST "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\nx",
		"POST path=/ length=1 continue [x].\n");
	REQUEST("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx",
		"POST path=/ length=1 close 1.0 [x].\n");
}

static void length_and_chunked_together_are_refused(void **state)
{
	REFUSED("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
		"0\r\n\r\n");
	REFUSED("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n"
		"0\r\n\r\n");
}

static void two_lengths_are_refused(void **state)
{
	REFUSED("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx");
	REFUSED("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\ncontent-length: 2\r\n\r\nx");
	REFUSED("POST / HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n\r\nx");
}

static void bad_lengths_are_refused(void **state)
{
	REFUSED("POST / HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551616\r\n\r\n");
	REFUSED("POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n");
	REFUSED("POST / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\nx");
	REFUSED("POST / HTTP/1.1\r\n" HOST "Content-Length: 0x1\r\n\r\nx");
	REFUSED("POST / HTTP/1.1\r\n" HOST "Content-Length: \r\n\r\n");
	REFUSED("POST / HTTP/1.1\r\n" HOST "Content-Length: 1 2\r\n\r\nx");
}

static void bare_cr_and_bare_lf_are_refused(void **state)
{
	REFUSED("GET / HTTP/1.1\r\nHost: x\ry\r\n\r\n");
	REFUSED("GET / HTTP/1.1\rHost: x\r\n\r\n");
	REFUSED("GET / HTTP/1.1\nHost: x\n\n");
	REFUSED("GET / HTTP/1.1\r\nHost: x\n\r\n");
	REFUSED("GET / HTTP/1.1\r\nHost: x\r\n\n");
	REFUSED("GET / HTTP/1.1\r\n" HOST "\rX");
}

static void odd_transfer_encodings_are_refused(void **state)
{
	REFUSED("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunkedchunked\r\n\r\n0\r\n\r\n");
	REFUSED("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n");
	REFUSED("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
	REFUSED("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n");
	REFUSED("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n\r\n");
	REFUSED("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: "
		"chunked\r\n\r\n0\r\n\r\n");
	REFUSED("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
}

static void bad_chunks_are_refused(void **state)
{
#define CHUNKED "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
	REQUEST(CHUNKED "FFFFFFFFFFFFFFFFF\r\nx", "POST path=/!400");
	REQUEST(CHUNKED "-1\r\nx", "POST path=/!400");
	REQUEST(CHUNKED "\r\nx", "POST path=/!400");
	REQUEST(CHUNKED "g\r\nx", "POST path=/!400");
	REQUEST(CHUNKED "1\r\nxy\r\n0\r\n\r\n", "POST path=/ [x]!400");
	REQUEST(CHUNKED "1\nx\r\n0\r\n\r\n", "POST path=/!400");
}

static void space_before_the_colon_is_refused(void **state)
{
	REFUSED("GET / HTTP/1.1\r\nHost : x\r\n\r\n");
	REFUSED("POST / HTTP/1.1\r\n" HOST "Content-Length : 1\r\n\r\nx");
	REFUSED("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n");
	REFUSED("GET / HTTP/1.1\r\n" HOST "X Y: z\r\n\r\n");
}

static void folded_headers_are_refused(void **state)
{
	REFUSED("POST / HTTP/1.1\r\n" HOST "X: y\r\n Content-Length: 5\r\n\r\nhello");
	REFUSED("POST / HTTP/1.1\r\n" HOST "X: y\r\n\tz\r\n\r\n");
	REFUSED("POST / HTTP/1.1\r\n Host: x\r\n\r\n");
	REFUSED("POST / HTTP/1.1\r\n" HOST "X:\r\n y\r\n\r\n");
	REFUSED(" GET / HTTP/1.1\r\n" HOST "\r\n");
}

static void lines_that_are_no_header_are_refused(void **state)
{
	REFUSED("GET / HTTP/1.1\r\n" HOST "nocolon\r\n\r\n");
	REFUSED("GET / HTTP/1.1\r\n" HOST ": novalue\r\n\r\n");
	REFUSED("GET / HTTP/1.1\r\n" HOST "X\x01: y\r\n\r\n");
	REFUSED("GET / HTTP/1.1\r\n" HOST "X: \x01\r\n\r\n");
	REFUSED("GET / HTTP/1.1\r\n" HOST "X(: y\r\n\r\n");
	REFUSED("GET / HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n");
}

static void nul_in_the_url_is_refused(void **state)
{
	REFUSED("GET /a\0b HTTP/1.1\r\n" HOST "\r\n");
}

static void targets_that_are_no_path_are_refused(void **state)
{
	REFUSED("GET * HTTP/1.1\r\n" HOST "\r\n");
	REFUSED("GET http://x/ HTTP/1.1\r\n" HOST "\r\n");
	REFUSED("GET x HTTP/1.1\r\n" HOST "\r\n");
	REFUSED("GET /a#b HTTP/1.1\r\n" HOST "\r\n");
	REFUSED("GET  /a HTTP/1.1\r\n" HOST "\r\n");
	REFUSED("GET /a\tb HTTP/1.1\r\n" HOST "\r\n");
	REFUSED("GET /\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n");
}

static void other_versions_are_refused(void **state)
{
	REFUSED("GET / HTTP/9.9\r\n" HOST "\r\n");
	REFUSED("GET / HTTP/2.0\r\n" HOST "\r\n");
	REFUSED("GET / HTTP/0.9\r\n" HOST "\r\n");
	REFUSED("GET /\r\n\r\n");
	REFUSED("GET / ICE/1.0\r\n" HOST "\r\n");
	REFUSED("GET / HTTP/1.1 \r\n" HOST "\r\n");
}

static void binary_junk_is_refused(void **state)
{
	REFUSED("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03");
	REFUSED("\0\0\0\0");
	REFUSED("\xff\xfe\xfd");
}

static void request_without_host_or_with_two_is_refused(void **state)
{
	REFUSED("GET / HTTP/1.1\r\n\r\n");
	REFUSED("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
	REQUEST("GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET path=/.\n");
}

static void connect_is_answered_405(void **state)
{
	REQUEST("CONNECT example.com:443 HTTP/1.1\r\n" HOST "\r\nwhatever", "!405");
}

static void http2_preface_is_answered_400(void **state)
{
	REFUSED("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
}

static void upgrade_is_ignored(void **state)
{
	REQUEST("GET /a HTTP/1.1\r\n" HOST "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
		"GET /b HTTP/1.1\r\n" HOST "\r\n",
		"GET path=/a.\nGET path=/b.\n");
	REQUEST("POST /a HTTP/1.1\r\n" HOST "Connection: Upgrade\r\nUpgrade: h2c\r\n"
		"Content-Length: 2\r\n\r\nhi",
		"POST path=/a length=2 [hi].\n");
}

/* A request whose part at %s is `n` times `fill`. */
static void check_long(const char *format, char fill, int n, const char *want)
{
	char *long_part = calloc(1, (size_t)n + 1);
	struct buf text = {0};
	memset(long_part, fill, (size_t)n);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	buf_printf(&text, format, long_part);
#pragma GCC diagnostic pop
	check(false, buf_slice(&text), want);
	buf_release(&text);
	free(long_part);
}

static void endless_url_is_answered_414(void **state)
{
	check_long("GET /%s", 'a', 100000, "!414");
	check_long("GET /%s HTTP/1.1\r\n" HOST "\r\n", 'a', (int)small.url_bytes, "!414");
}

static void endless_head_is_answered_431(void **state)
{
	check_long("GET / HTTP/1.1\r\n" HOST "X: %s", 'a', 100000, "!431");
	check_long("GET / HTTP/1.1\r\n" HOST "X:%s", ' ', 100000, "!431");
	check_long("GET / HTTP/1.1\r\n" HOST "%s", 'a', 100000, "!431");
	check_long("GET / %s", ' ', 100000, "!431");
	check_long("%s", 'G', 100000, "!400");
}

static void head_of_just_the_limit_is_taken(void **state)
{
	const char *format = "GET / HTTP/1.1\r\n" HOST "X: %s\r\n\r\n";
	int n = (int)(small.head_bytes - (strlen(format) - 2));
	check_long(format, 'a', n, "GET path=/.\n");
	check_long(format, 'a', n + 1, "!431");
}

static void trailers_are_ignored_up_to_the_head_limit(void **state)
{
	REQUEST(CHUNKED "1\r\nx\r\n0\r\nHost: y\r\nX-Sum: 7\r\n\r\n", "POST path=/ [x].\n");
	check_long(CHUNKED "1\r\nx\r\n0\r\nX: %s\r\n\r\n", 'a', 400, "POST path=/ [x].\n");
	check_long(CHUNKED "1\r\nx\r\n0\r\nX: %s\r\n\r\n", 'a', 600, "POST path=/ [x]!431");
	check_long(CHUNKED "1\r\nx\r\n0\r\nX:%s", ' ', 100000, "POST path=/ [x]!431");
}

static void endless_chunk_heads_are_answered_431(void **state)
{
	check_long(CHUNKED "1\r\nx\r\n%s1\r\ny\r\n0\r\n\r\n", '0', 100000, "POST path=/ [x]!431");
	check_long(CHUNKED "1;%s\r\ny\r\n0\r\n\r\n", 'a', 100000, "POST path=/!431");
}

static void receiver_can_stop_the_parser(void **state)
{
	static const struct {
		int rc;
		const char *want;
	} cases[] = {{LODE_TOOBIG, "POST path=/ length=1 [x]!413"},
		{LODE_BADREQ, "POST path=/ length=1 [x]!400"},
		{LODE_IO, "POST path=/ length=1 [x]!500"}};
	for (size_t i = 0; i < 3; i++) {
		struct play p = {.stop_at_body = cases[i].rc};
		play(&p, false, SLICE("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx"),
			100);
		assert_string_equal(p.log.p, cases[i].want);
		buf_release(&p.log);
	}
}

static void closing_inside_a_message_is_an_error(void **state)
{
	REFUSED("G");
	REFUSED("GET / HTTP/1.1\r\n" HOST);
	REQUEST("POST / HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nx",
		"POST path=/ length=2 [x]!400");
	REQUEST(CHUNKED "1\r\nx\r\n", "POST path=/ [x]!400");
	RESPONSE("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx", "200 length=2 [x]!400");
	REQUEST("", "");
	REQUEST("\r\n", "");
}

static void response_bodies_by_length_chunks_and_close(void **state)
{
	RESPONSE("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
		 "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
		"200 type=application/json length=2 [{}].\n404 [{}].\n");
	RESPONSE("HTTP/1.1 200\r\n\r\nup to the end\r\n", "200 close [up to the end\r\n].");
	RESPONSE("HTTP/1.0 200 OK\r\n\r\n", "200 close 1.0.");
}

static void interim_responses_are_skipped(void **state)
{
	RESPONSE("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Wait\r\nContent-Length: 3\r\n\r\n"
		 "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
		"200 length=1 [x].\n");
	RESPONSE("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
		"!400");
}

static void responses_without_body_end_at_once(void **state)
{
	RESPONSE("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n"
		 "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
		"204.\n304 length=9.\n200 length=0.\n");
}

static void malformed_responses_are_refused(void **state)
{
	RESPONSE("HTTP/1.1 abc\r\n\r\n", "!400");
	RESPONSE("GET / HTTP/1.1\r\n\r\n", "!400");
	RESPONSE("HTTP/1.1 200 OK\r\nX: y\r\n folded\r\n\r\n", "!400");
	RESPONSE("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "!400");
	RESPONSE("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
		"!400");
	RESPONSE("HTTP/1.1 099 OK\r\n\r\n", "!400");
}

static void unescape_decodes_and_refuses(void **state)
{
	char room[8];
	struct slice out = {0};
	assert_int_equal(http_unescape(SLICE("a%20b+%c3%A9"), room, 8, &out), 0);
	assert_true(slice_eq(out, SLICE("a b+\xc3\xa9")));
	assert_int_equal(http_unescape(SLICE(""), room, 0, &out), 0);
	assert_int_equal(out.n, 0);
	static const char *const bad[] = {"%", "%2", "a%", "%zz", "%2g", "%00", "%%20"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(http_unescape(slice_str(bad[i]), room, 8, &out), LODE_BADREQ);
	assert_int_equal(http_unescape(SLICE("a\0"), room, 8, &out), LODE_BADREQ);
	assert_int_equal(http_unescape(SLICE("123456789"), room, 8, &out), LODE_TOOBIG);
	assert_int_equal(http_unescape(SLICE("1234567%38"), room, 8, &out), 0);
}

static void escape_and_unescape_are_inverse(void **state)
{
	char all[255], back[255];
	struct buf escaped = {0};
	struct slice out;
	for (int i = 0; i < 255; i++)
		all[i] = (char)(i + 1);
	http_escape(&escaped, slice_of(all, 255));
	for (size_t i = 0; i < escaped.n; i++)
		assert_non_null(
			strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
			       "-._~%",
				escaped.p[i]));
	assert_int_equal(http_unescape(buf_slice(&escaped), back, 255, &out), 0);
	assert_memory_equal(back, all, 255);
	buf_release(&escaped);
}

static void query_get_finds_whole_names(void **state)
{
	struct slice q = SLICE("ab=1&a=2&flag&e=&x=y=z");
	assert_true(slice_eq(http_query_get(q, "a"), SLICE("2")));
	assert_true(slice_eq(http_query_get(q, "ab"), SLICE("1")));
	assert_true(slice_eq(http_query_get(q, "x"), SLICE("y=z")));
	assert_non_null(http_query_get(q, "flag").p);
	assert_int_equal(http_query_get(q, "flag").n, 0);
	assert_non_null(http_query_get(q, "e").p);
	assert_null(http_query_get(q, "b").p);
	assert_null(http_query_get((struct slice){0}, "a").p);
	assert_null(http_query_get(SLICE("&&"), "a").p);
}

static void written_responses_parse_back(void **state)
{
	struct buf b = {0};
	http_write_head(&b, 100, NULL, 0, true, NULL);
	http_write_head(&b, 200, "application/json", 2, true, "X-A: b\r\n");
	buf_put_str(&b, "{}");
	http_write_head(&b, 503, "application/x-ndjson", -1, false, "Retry-After: 1\r\n");
	http_write_chunk(&b, SLICE("0123456789abcdefg"));
	http_write_chunk(&b, SLICE(""));
	check(true, buf_slice(&b),
		"200 type=application/json length=2 [{}].\n"
		"503 type=application/x-ndjson close [0123456789abcdefg].\n");
	buf_release(&b);
}

static void written_requests_parse_back(void **state)
{
	struct buf b = {0};
	http_write_request(&b, "GET", SLICE("/v1/stats"), NULL, NULL, "application/json", 0);
	http_write_request(
		&b, "POST", SLICE("/v1/notes?x=1"), "application/x-ndjson", "zstd", NULL, -1);
	http_write_chunk(&b, SLICE("hello"));
	http_write_chunk(&b, SLICE(""));
	http_write_request(&b, "POST", SLICE("/e"), "application/json", NULL, NULL, 0);
	check(false, buf_slice(&b),
		"GET path=/v1/stats accept=application/json agent=lodestone/" LODESTONE_VERSION
		".\n"
		"POST path=/v1/notes query=x=1 type=application/x-ndjson coding=zstd "
		"agent=lodestone/" LODESTONE_VERSION " [hello].\n"
		"POST path=/e type=application/json agent=lodestone/" LODESTONE_VERSION
		" length=0.\n");
	buf_release(&b);
}

#define T cmocka_unit_test

int main(void)
{
	const struct CMUnitTest tests[] = {T(get_without_body_is_taken),
		T(empty_lines_before_a_request_are_passed_over), T(post_with_length_is_taken),
		T(chunked_body_arrives_without_its_chunks), T(pipelined_requests_end_one_by_one),
		T(other_methods_are_reported_as_other),
		T(keep_alive_follows_version_and_connection), T(expect_continue_is_reported),
		T(length_and_chunked_together_are_refused), T(two_lengths_are_refused),
		T(bad_lengths_are_refused), T(bare_cr_and_bare_lf_are_refused),
		T(odd_transfer_encodings_are_refused), T(bad_chunks_are_refused),
		T(space_before_the_colon_is_refused), T(folded_headers_are_refused),
		T(lines_that_are_no_header_are_refused), T(nul_in_the_url_is_refused),
		T(targets_that_are_no_path_are_refused), T(other_versions_are_refused),
		T(binary_junk_is_refused), T(request_without_host_or_with_two_is_refused),
		T(connect_is_answered_405), T(http2_preface_is_answered_400), T(upgrade_is_ignored),
		T(endless_url_is_answered_414), T(endless_head_is_answered_431),
		T(head_of_just_the_limit_is_taken), T(trailers_are_ignored_up_to_the_head_limit),
		T(endless_chunk_heads_are_answered_431), T(receiver_can_stop_the_parser),
		T(closing_inside_a_message_is_an_error),
		T(response_bodies_by_length_chunks_and_close), T(interim_responses_are_skipped),
		T(responses_without_body_end_at_once), T(malformed_responses_are_refused),
		T(unescape_decodes_and_refuses), T(escape_and_unescape_are_inverse),
		T(query_get_finds_whole_names), T(written_responses_parse_back),
		T(written_requests_parse_back)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
