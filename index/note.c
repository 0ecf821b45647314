#include "index/note.h"

/* ---- dates ---- */

/* Reads n digits; -1 when one is none. */
static int digits(const char *p, size_t n)
{
	int v = 0;
	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month - 1] + (month == 2 && leap);
}

static bool is_in(int v, int lo, int hi)
{
	return v >= lo && v <= hi;
}

/* "YYYY-MM-DD" */
static bool is_day(const char *p)
{
	int year = digits(p, 4), month = digits(p + 5, 2), day = digits(p + 8, 2);
	return p[4] == '-' && p[7] == '-' && year >= 0 && is_in(month, 1, 12) &&
	       is_in(day, 1, days_in(year, month));
}

/* "HH:MM" */
static bool is_clock(const char *p)
{
	return p[2] == ':' && is_in(digits(p, 2), 0, 23) && is_in(digits(p + 3, 2), 0, 59);
}

bool note_date_is_valid(struct slice d)
{
	enum { DAY = 10, SECONDS = 19 };
	if (d.n < DAY || d.n > NOTE_DATE_MAX || !is_day(d.p))
		return false;
	if (d.n == DAY)
		return true;
	const char *p = d.p, *end = d.p + d.n;
	if (d.n <= SECONDS || (p[DAY] != 'T' && p[DAY] != 't' && p[DAY] != ' ') ||
		!is_clock(p + DAY + 1) || p[16] != ':' || !is_in(digits(p + 17, 2), 0, 60))
		return false;
	p += SECONDS;
	if (*p == '.') {
		const char *fraction = ++p;
		while (p < end && digits(p, 1) >= 0)
			p++;
		if (p == fraction)
			return false;
	}
	if (end - p == 1)
		return *p == 'Z' || *p == 'z';
	return end - p == 6 && (*p == '+' || *p == '-') && is_clock(p + 1);
}

/* ---- members ---- */

static int check_utf8(const char *member, struct slice s, struct err *e)
{
	size_t bad;
	if (s.p && s.n && tok_utf8_check(s, &bad) != 0)
		return err_set(e, LODE_BADREQ, "%s: byte %zu: %s", member, bad,
			bad < s.n && s.p[bad] == 0 ? "NUL" : "not UTF-8");
	return 0;
}

static int check_size(const char *member, struct slice s, size_t most, struct err *e)
{
	if (s.n > most)
		return err_set(
			e, LODE_TOOBIG, "%s: %zu bytes, over the limit of %zu", member, s.n, most);
	return 0;
}

/* C0, DEL, C1 (U+0080..U+009F is C2 80..C2 9F): a line of a list or a log holds ids. */
static int check_no_control(const char *member, struct slice s, struct err *e)
{
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = (uint8_t)s.p[i];
		bool c1 = c == 0xc2 && i + 1 < s.n && (uint8_t)s.p[i + 1] < 0xa0;
		if (c < 0x20 || c == 0x7f || c1)
			return err_set(
				e, LODE_BADREQ, "%s: byte %zu: control character", member, i);
	}
	return 0;
}

static int check_id(const char *member, struct slice s, struct err *e)
{
	if (!s.p)
		return err_set(e, LODE_BADREQ, "%s: missing", member);
	if (s.n == 0)
		return err_set(e, LODE_BADREQ, "%s: empty", member);
	int rc = check_size(member, s, INDEX_ID_MAX, e);
	if (rc == 0)
		rc = check_utf8(member, s, e);
	return rc ? rc : check_no_control(member, s, e);
}

static int check_field(const char *member, struct slice s, size_t most, struct err *e)
{
	int rc = check_size(member, s, most, e);
	return rc ? rc : check_utf8(member, s, e);
}

int note_check(const struct note_in *n, struct err *e)
{
	int rc = check_id("patient", n->patient, e);
	if (rc == 0)
		rc = check_id("note_id", n->note_id, e);
	if (rc == 0 && !n->text.p)
		rc = err_set(e, LODE_BADREQ, "text: missing");
	if (rc == 0)
		rc = check_field("text", n->text, NOTE_TEXT_MAX, e);
	if (rc == 0 && n->date.n && !note_date_is_valid(n->date))
		rc = err_set(e, LODE_BADREQ, "date: not an RFC 3339 date or date-time");
	if (rc == 0)
		rc = check_field("type", n->type, NOTE_FIELD_MAX, e);
	if (rc == 0)
		rc = check_field("encounter", n->encounter, NOTE_FIELD_MAX, e);
	if (rc == 0)
		rc = check_field("author_role", n->author_role, NOTE_FIELD_MAX, e);
	if (rc == 0)
		rc = check_field("meta", n->meta, NOTE_META_MAX, e);
	return rc;
}

bool note_is_same(const struct note_view *a, const struct note_view *b)
{
	return digest128_eq(a->digest, b->digest) && a->text_bytes == b->text_bytes &&
	       slice_eq(a->date, b->date) && slice_eq(a->type, b->type) &&
	       slice_eq(a->encounter, b->encounter) && slice_eq(a->author_role, b->author_role) &&
	       slice_eq(a->meta, b->meta);
}
