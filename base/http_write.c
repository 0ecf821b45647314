#include "base/http.h"

#include <inttypes.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int http_unescape(struct slice in, char *room, size_t room_bytes, struct slice *out)
{
	size_t n = 0;
	for (size_t i = 0; i < in.n; i++) {
		char c = in.p[i];
		if (c == '%') {
			int high = in.n - i > 2 ? hex_digit(in.p[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(in.p[i + 2]) : -1;
			if (low < 0)
				return LODE_BADREQ;
			c = (char)(high << 4 | low);
			i += 2;
		}
		if (c == '\0')
			return LODE_BADREQ;
		if (n == room_bytes)
			return LODE_TOOBIG;
		room[n++] = c;
	}
	*out = slice_of(room, n);
	return 0;
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

void http_escape(struct buf *out, struct slice segment)
{
	for (size_t i = 0; i < segment.n; i++) {
		if (is_unreserved(segment.p[i]))
			buf_put_byte(out, (uint8_t)segment.p[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)segment.p[i]);
	}
}

struct slice http_query_get(struct slice query, const char *name)
{
	if (query.n == 0)
		return (struct slice){0};
	size_t n = strlen(name);
	const char *past = query.p + query.n, *end;
	for (const char *p = query.p; p <= past; p = end + 1) {
		end = memchr(p, '&', (size_t)(past - p));
		if (!end)
			end = past;
		size_t left = (size_t)(end - p);
		if (left < n || memcmp(p, name, n) != 0)
			continue;
		if (left == n)
			return slice_of(end, 0);
		if (p[n] == '=')
			return slice_of(p + n + 1, left - n - 1);
	}
	return (struct slice){0};
}

const char *http_reason(unsigned status)
{
	switch (status) {
	case 100: return "Continue";
	case 200: return "OK";
	case 201: return "Created";
	case 202: return "Accepted";
	case 204: return "No Content";
	case 304: return "Not Modified";
	case 400: return "Bad Request";
	case 403: return "Forbidden";
	case 404: return "Not Found";
	case 405: return "Method Not Allowed";
	case 406: return "Not Acceptable";
	case 408: return "Request Timeout";
	case 409: return "Conflict";
	case 411: return "Length Required";
	case 413: return "Content Too Large";
	case 414: return "URI Too Long";
	case 415: return "Unsupported Media Type";
	case 417: return "Expectation Failed";
	case 421: return "Misdirected Request";
	case 422: return "Unprocessable Content";
	case 429: return "Too Many Requests";
	case 431: return "Request Header Fields Too Large";
	case 500: return "Internal Server Error";
	case 501: return "Not Implemented";
	case 503: return "Service Unavailable";
	case 504: return "Gateway Timeout";
	case 507: return "Insufficient Storage";
	default: return "Unknown";
	}
}

static void put_header(struct buf *out, const char *name, const char *value)
{
	if (value)
		buf_printf(out, "%s: %s\r\n", name, value);
}

static void put_length(struct buf *out, int64_t length)
{
	if (length < 0)
		buf_put_str(out, "Transfer-Encoding: chunked\r\n");
	else
		buf_printf(out, "Content-Length: %" PRId64 "\r\n", length);
}

void http_write_head(struct buf *out, unsigned status, const char *content_type, int64_t length,
	bool keep_alive, const char *extra_headers)
{
	buf_printf(out, "HTTP/1.1 %u %s\r\n", status, http_reason(status));
	put_header(out, "Content-Type", content_type);
	if (status >= 200 && status != 204 && status != 304) /* these have no body */
		put_length(out, length);
	if (!keep_alive)
		put_header(out, "Connection", "close");
	buf_put_str(out, extra_headers ? extra_headers : "");
	buf_put_str(out, "\r\n");
}

void http_write_chunk(struct buf *out, struct slice piece)
{
	buf_printf(out, "%zx\r\n", piece.n);
	buf_put_slice(out, piece);
	buf_put_str(out, "\r\n");
}

void http_write_request(struct buf *out, const char *method, struct slice url,
	const char *content_type, const char *content_encoding, const char *accept, int64_t length)
{
	bool has_body = length != 0 || method[0] == 'P'; /* POST and PUT always say their length */
	buf_printf(out, "%s ", method);
	buf_put_slice(out, url);
	buf_put_str(out,
		" HTTP/1.1\r\nHost: lodestone\r\nUser-Agent: lodestone/" LODESTONE_VERSION "\r\n");
	put_header(out, "Accept", accept);
	put_header(out, "Content-Type", content_type);
	put_header(out, "Content-Encoding", content_encoding);
	if (has_body)
		put_length(out, length);
	buf_put_str(out, "\r\n");
}
