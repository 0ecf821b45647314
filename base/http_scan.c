#include "base/http_scan.h"

/* The byte after a CR. */
static unsigned line_end(struct http_scan *s, char c)
{
	if (c != '\n')
		return 400;
	s->after_cr = false;
	if (s->place == HTTP_AT_LINE)
		s->place = HTTP_AT_BODY;
	else if (s->place != HTTP_AT_BLANK)
		s->place = HTTP_AT_LINE;
	return 0;
}

static unsigned url_byte(struct http_scan *s, const struct http_limits *limits, bool is_space)
{
	if (!is_space)
		return ++s->url_bytes > limits->url_bytes ? 414 : 0;
	s->place = HTTP_AT_REST;
	return s->url_bytes == 0 ? 400 : 0;
}

/* Takes one byte: 0, or the status to refuse it with. */
static unsigned head_byte(
	struct http_scan *s, bool for_responses, const struct http_limits *limits, char c)
{
	bool is_space = c == ' ' || c == '\t';
	if (s->after_cr)
		return line_end(s, c);
	if (c == '\r') {
		s->after_cr = true;
		return s->place == HTTP_AT_NAME || s->place == HTTP_AT_URL ? 400 : 0;
	}
	if (((unsigned char)c < ' ' && c != '\t') || c == 0x7f)
		return 400;
	switch (s->place) {
	case HTTP_AT_BLANK: s->place = HTTP_AT_WORD; return is_space ? 400 : 0;
	case HTTP_AT_WORD:
		if (is_space)
			s->place = for_responses ? HTTP_AT_REST : HTTP_AT_URL;
		return 0;
	case HTTP_AT_URL: return url_byte(s, limits, is_space);
	case HTTP_AT_LINE: s->place = HTTP_AT_NAME; return is_space || c == ':' ? 400 : 0;
	case HTTP_AT_NAME:
		if (c == ':')
			s->place = HTTP_AT_VALUE;
		return is_space ? 400 : 0;
	default: return 0;
	}
}

size_t http_scan(struct http_scan *s, bool for_responses, const struct http_limits *limits,
	struct slice bytes, unsigned *status)
{
	size_t n = 0;
	*status = 0;
	while (n < bytes.n && s->place != HTTP_AT_BODY) {
		*status = s->head_bytes < limits->head_bytes
				  ? head_byte(s, for_responses, limits, bytes.p[n])
				  : 431;
		if (*status)
			break;
		s->head_bytes++;
		n++;
	}
	return n;
}
