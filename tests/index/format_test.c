/* The worked example of docs/index-format.md section 13, made again and compared to the letter. */
#include "tests/index/fixture.h"

#include <ctype.h>

static void dump(struct buf *out, const char *title, struct slice key, struct slice value)
{
	buf_printf(out, "%s\n  key", title);
	for (size_t i = 0; i < key.n; i++)
		buf_printf(out, " %02x", (uint8_t)key.p[i]);
	buf_put_str(out, "\n");
	for (size_t at = 0; at < value.n; at += 16) {
		size_t n = value.n - at < 16 ? value.n - at : 16;
		buf_printf(out, "  %04zx ", at);
		for (size_t i = 0; i < 16; i++)
			if (i < n)
				buf_printf(out, " %02x", (uint8_t)value.p[at + i]);
			else
				buf_put_str(out, "   ");
		buf_put_str(out, "  ");
		for (size_t i = 0; i < n; i++) {
			uint8_t c = (uint8_t)value.p[at + i];
			buf_put_byte(out, c >= 0x20 && c < 0x7f ? c : '.');
		}
		buf_put_str(out, "\n");
	}
}

static void dump_record(
	struct fixture *f, enum db db, const char *title, struct slice key, struct buf *out)
{
	struct txn t;
	struct slice v;
	struct err e = {0};
	assert_int_equal(txn_begin(f->x, TXN_READ, &t, &e), 0);
	assert_int_equal(txn_get(&t, db, key, &v), 0);
	dump(out, title, key, v);
	txn_abort(&t);
}

static struct slice documented(struct buf *page)
{
	static const char begin[] = "<!-- dump begin -->\n```\n", end[] = "```\n<!-- dump end -->";
	FILE *f = fopen(
		getenv("INDEX_FORMAT") ? getenv("INDEX_FORMAT") : "docs/index-format.md", "rb");
	if (!f)
		fail_msg("docs/index-format.md: run from the top, or set INDEX_FORMAT");
	char room[4096];
	for (size_t n; (n = fread(room, 1, sizeof(room), f)) > 0;)
		buf_put(page, room, n);
	fclose(f);
	buf_put_byte(page, 0);
	const char *from = strstr(page->p, begin), *to = from ? strstr(from, end) : NULL;
	assert_non_null(to);
	from += sizeof(begin) - 1;
	return slice_of(from, (size_t)(to - from));
}

static void dump_in_the_document_is_what_is_stored(void **state)
{
	struct fixture f;
	struct buf got = {0}, page = {0};
	fixture_init(&f);
	f.x->bundle_below = 0;
	struct note_in n[] = {note_of("p1", "n1", "Denies chest pain.\nChest clear.\n"),
		{.patient = SLICE("p1"),
			.note_id = SLICE("n2"),
			.text = SLICE(""),
			.meta = SLICE(",\"x\":1")}};
	store_notes(&f, n, 2);
	dump_record(&f, DB_PATIENT, "patient", SLICE("p1"), &got);
	dump_record(&f, DB_SEGMENT, "segment", SLICE("\0\0\0\1\0\0\0\0"), &got);
	struct slice want = documented(&page);
	if (!slice_eq(buf_slice(&got), want)) {
		printf("%.*s", (int)got.n, got.p);
		fail_msg("docs/index-format.md shows another dump");
	}
	buf_release(&got);
	buf_release(&page);
	fixture_finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dump_in_the_document_is_what_is_stored),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
