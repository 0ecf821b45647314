/* Private to base/http.c and its tests: which bytes are a head, and is it well-formed line by line?
 *
 * It runs over every head before llhttp sees it: llhttp 8.1.0 takes folded headers (CVE-2024-27982,
 * fixed in 8.1.2), a space before the colon, and heads of any size, parts of which (white space) it
 * never shows to a callback.  The scanner knows lines and nothing else; where the two disagree on a
 * head's end, http.c refuses the message. */
#ifndef LODESTONE_BASE_HTTP_SCAN_H
#define LODESTONE_BASE_HTTP_SCAN_H

#include "base/http.h"

/* Where in a head the next byte stands. */
enum http_place {
	HTTP_AT_BLANK, /* before the first line; empty lines are passed over */
	HTTP_AT_WORD,  /* method, or a response's version */
	HTTP_AT_URL,
	HTTP_AT_REST, /* of the first line */
	HTTP_AT_LINE, /* a header line's first byte */
	HTTP_AT_NAME,
	HTTP_AT_VALUE,
	HTTP_AT_BODY, /* the head has ended */
};

struct http_scan { /* zeroed: at the start of a message */
	enum http_place place;
	bool after_cr;
	size_t head_bytes, url_bytes;
};

/* Takes head bytes until the head ends, the bytes do, or one is bad; returns how many it took.
 * *status: 0, or what to refuse the byte after them with (400, 414, 431). */
size_t http_scan(struct http_scan *s, bool for_responses, const struct http_limits *limits,
	struct slice bytes, unsigned *status);

#endif
