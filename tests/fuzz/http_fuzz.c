/* However a stream of messages is cut, the parser tells the same story and ends the same way.
 * Byte 0: bit 0 requests or responses, bit 1 small limits.  Byte 1: seed of the cuts. */
#include "base/http.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct story {
	struct http_parser *parser;
	struct buf text, body;
	const struct http_head *head;
	bool has_ended;
};

static void tell(struct story *s, struct slice part)
{
	buf_printf(&s->text, "|%zu:", part.n);
	buf_put_slice(&s->text, part);
}

static int on_head(void *arg, const struct http_head *h)
{
	struct story *s = arg;
	s->head = h;
	buf_printf(&s->text, "H%d %u %d%d%d%d%llu", h->method, h->status, h->is_http10,
		h->keep_alive, h->expect_continue, h->has_length,
		(unsigned long long)h->content_length);
	tell(s, h->path);
	tell(s, h->content_type);
	tell(s, h->content_encoding);
	tell(s, h->accept);
	return 0;
}

static int on_body(void *arg, struct slice piece)
{
	struct story *s = arg;
	if (piece.n == 0)
		abort();
	return buf_put_slice(&s->body, piece);
}

static int on_end(void *arg)
{
	struct story *s = arg;
	tell(s, buf_slice(&s->body));
	tell(s, s->head->url);
	tell(s, s->head->user_agent);
	tell(s, http_query_get(s->head->query, "a"));
	buf_clear(&s->body);
	s->has_ended = true;
	return 0;
}

static int feed(struct story *s, struct slice bytes)
{
	while (bytes.n) {
		size_t used = 0;
		s->has_ended = false;
		int rc = http_feed(s->parser, bytes, &used, NULL);
		if (rc < 0)
			return rc;
		if (used > bytes.n || (used < bytes.n && !s->has_ended) || (used == 0))
			abort();
		if (s->has_ended)
			http_next(s->parser);
		bytes = slice_of(bytes.p + used, bytes.n - used);
	}
	return 0;
}

static void listen(
	struct story *s, bool for_responses, bool is_small, struct slice bytes, unsigned seed)
{
	static const struct http_events events = {on_head, on_body, on_end};
	struct http_limits limits = {is_small ? 77 : 4096, is_small ? 13 : 1024};
	int rc = http_create(for_responses, limits, &events, s, &s->parser);
	while (bytes.n && rc == 0) {
		size_t n = bytes.n;
		if (seed) {
			seed = seed * 1103515245 + 12345;
			n = 1 + (seed >> 16) % 9;
			n = n > bytes.n ? bytes.n : n;
		}
		char *block = malloc(n);
		memcpy(block, bytes.p, n);
		rc = feed(s, slice_of(block, n));
		free(block);
		bytes = slice_of(bytes.p + n, bytes.n - n);
	}
	if (rc == 0)
		rc = http_finish(s->parser, NULL);
	tell(s, buf_slice(&s->body));
	buf_printf(&s->text, " rc %d status %u", rc, http_status(s->parser));
	http_destroy(s->parser);
	buf_release(&s->body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	struct slice bytes = slice_of(data + 2, size - 2);
	struct story whole = {0}, cut = {0};
	listen(&whole, data[0] & 1, data[0] & 2, bytes, 0);
	listen(&cut, data[0] & 1, data[0] & 2, bytes, data[1] + 1u);
	if (!slice_eq(buf_slice(&whole.text), buf_slice(&cut.text))) {
		fprintf(stderr, "whole: %.*s\ncut:   %.*s\n", (int)whole.text.n, whole.text.p,
			(int)cut.text.n, cut.text.p);
		abort();
	}
	buf_release(&whole.text);
	buf_release(&cut.text);
	return 0;
}
