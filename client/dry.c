#include "client/dry.h"

#include "base/arena.h"
#include "base/json.h"

#include <stdlib.h>

enum {
	LINE_MAX_BYTES = 8 * 1024 * 1024, /* the daemon's default max_ingest_line */
	ID_MAX_BYTES = 256,
};

struct dry {
	struct buf line;
	struct arena arena;
	uint64_t number; /* of the line in hand, from 1 */
	bool is_too_long;
};

int dry_create(struct dry **out)
{
	struct dry *d = calloc(1, sizeof(*d));
	if (!d)
		return LODE_NOMEM;
	d->number = 1;
	arena_init(&d->arena, (size_t)4 * LINE_MAX_BYTES);
	*out = d;
	return 0;
}

void dry_destroy(struct dry *d)
{
	if (!d)
		return;
	buf_release(&d->line);
	arena_release(&d->arena);
	free(d);
}

static bool is_blank(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\r')
			return false;
	return true;
}

/* The daemon refuses C0, DEL and C1 (C2 80 .. C2 9F) in ids. */
static bool is_id(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c < 0x20 || c == 0x7f)
			return false;
		if (c == 0xc2 && i + 1 < s.n && (unsigned char)s.p[i + 1] < 0xa0)
			return false;
	}
	return s.n > 0 && s.n <= ID_MAX_BYTES;
}

static void check_line(struct dry *d, struct report *r, const char *file)
{
	struct json_field fields[] = {
		{.key = "patient", .required = true},
		{.key = "note_id", .required = true},
		{.key = "text", .required = true},
		{.key = "date"},
		{.key = "type"},
		{.key = "encounter"},
		{.key = "author_role"},
	};
	struct slice meta;
	struct err e = {0};
	r->lines++;
	r->sent_lines++;
	if (d->is_too_long)
		err_set(&e, LODE_TOOBIG, "the line is over %d bytes", LINE_MAX_BYTES);
	else if (json_scan_object(buf_slice(&d->line), fields, 7, &d->arena, &meta, &e) == 0 &&
		 (!is_id(fields[0].value) || !is_id(fields[1].value)))
		err_set(&e, LODE_BADREQ, "an id has 1 to %d bytes, no control characters",
			ID_MAX_BYTES);
	if (e.code)
		report_reject(r, file, d->number, slice_str(e.text));
	arena_release(&d->arena);
}

static void end_line(struct dry *d, struct report *r, const char *file)
{
	if (d->is_too_long || !is_blank(buf_slice(&d->line)))
		check_line(d, r, file);
	buf_clear(&d->line);
	d->is_too_long = false;
	d->number++;
}

int dry_feed(struct dry *d, struct report *r, const char *file, struct slice piece)
{
	r->text_bytes += piece.n;
	while (piece.n) {
		const char *end = memchr(piece.p, '\n', piece.n);
		size_t n = end ? (size_t)(end - piece.p) : piece.n;
		if (d->line.n + n > LINE_MAX_BYTES)
			d->is_too_long = true;
		else
			buf_put(&d->line, piece.p, n);
		if (d->line.failed)
			return LODE_NOMEM;
		if (end)
			end_line(d, r, file);
		n += end ? 1 : 0;
		piece = slice_of(piece.p + n, piece.n - n);
	}
	return 0;
}

int dry_end(struct dry *d, struct report *r, const char *file)
{
	if (d->line.n || d->is_too_long)
		end_line(d, r, file);
	d->number = 1;
	return 0;
}
