/* Collections of texts: lines and tables, packed or not, with documents left out. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/compress.h"
#include "scorer/train/texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct place {
	char folder[64], path[128], skip[128];
};

static void put_file(const char *path, struct slice bytes)
{
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	assert_int_equal(fclose(f), 0);
}

static void place_init(struct place *p, const char *name, struct slice bytes, const char *skip)
{
	strcpy(p->folder, "/tmp/texts_test.XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->path, sizeof(p->path), "%s/%s", p->folder, name);
	snprintf(p->skip, sizeof(p->skip), "%s/skip", p->folder);
	put_file(p->path, bytes);
	put_file(p->skip, slice_str(skip ? skip : ""));
}

static void place_finish(struct place *p)
{
	unlink(p->path);
	unlink(p->skip);
	rmdir(p->folder);
}

static int collect(void *arg, const struct slice *values)
{
	return buf_printf(arg, "%.*s=%.*s|", (int)values[0].n, values[0].p, (int)values[1].n,
		values[1].n ? values[1].p : "");
}

static int read_as(const struct place *p, const char *skip, struct buf *got, struct err *e)
{
	char arg[300];
	struct texts t;
	snprintf(arg, sizeof(arg), "%s%s%s", p->path, skip ? ":" : "", skip ? skip : "");
	texts_named(arg, &t);
	int rc = texts_each(&t, collect, got, e);
	buf_put_byte(got, 0);
	return rc;
}

static void expect(const char *name, struct slice bytes, const char *skip, const char *want)
{
	struct place p;
	struct buf got = {0};
	struct err e = {0};
	place_init(&p, name, bytes, skip);
	assert_int_equal(read_as(&p, skip ? p.skip : NULL, &got, &e), LODE_OK);
	assert_string_equal(got.p, want);
	buf_release(&got);
	place_finish(&p);
}

static void expect_refused(
	const char *name, const char *bytes, const char *skip, int code, const char *why)
{
	struct place p;
	struct buf got = {0};
	struct err e = {0};
	place_init(&p, name, slice_str(bytes), skip);
	assert_int_equal(read_as(&p, skip ? p.skip : NULL, &got, &e), code);
	assert_non_null(strstr(e.text, why));
	buf_release(&got);
	place_finish(&p);
}

static const char lines[] =
	"{\"id\":\"1\",\"text\":\"a\\nb\",\"n\":3}\n\n{\"text\":\"c\",\"id\":\"2\"}\r\n"
	"{\"id\":\"3\"}";

static void lines_give_their_fields(void **state)
{
	(void)state;
	expect("x.jsonl", slice_str(lines), NULL, "1=a\nb|2=c|3=|");
	expect("x.jsonl", slice_str(""), NULL, "");
}

static void packed_lines_are_the_same(void **state)
{
	(void)state;
	struct compressor *c;
	struct buf packed = {0};
	assert_int_equal(compressor_create(&c), LODE_OK);
	assert_int_equal(compress_frame(c, NULL, 3, slice_str(lines), &packed), LODE_OK);
	expect("x.jsonl.zst", buf_slice(&packed), NULL, "1=a\nb|2=c|3=|");
	compressor_destroy(c);
	buf_release(&packed);
}

static void listed_documents_are_left_out(void **state)
{
	(void)state;
	expect("x.jsonl", slice_str(lines), "3\n1\n", "2=c|");
	expect("x.jsonl", slice_str(lines), "", "1=a\nb|2=c|3=|");
}

static void a_list_of_other_texts_is_refused(void **state)
{
	(void)state;
	expect_refused("x.jsonl", lines, "1\n4\n", LODE_NOTFOUND, "does not have");
	expect_refused("x.csv", "encounter_id,note\n1,a\n", "2\n", LODE_NOTFOUND, "does not have");
}

static void tables_are_unquoted(void **state)
{
	(void)state;
	expect("x.csv", slice_str("a,note,encounter_id\n1,\"x, \"\"y\"\"\nz\",7\r\n,,8\n2,w,9"),
		"8\n", "7=x, \"y\"\nz|9=w|");
	expect("x.csv", slice_str("encounter_id,note\n1,a\n2,b"), NULL, "1=a|2=b|");
}

static void damage_is_named_by_its_record(void **state)
{
	(void)state;
	expect_refused("x.jsonl", "{\"id\":\"1\"}\n{\"id\":2}\n", NULL, LODE_BADREQ, "line 2");
	expect_refused("x.jsonl", "{\"id\":\"1\"}\n{\"text\":\"\"}\n", NULL, LODE_BADREQ,
		"record 2: no id");
	expect_refused("x.jsonl", "{\"id\":\"1\"\n", NULL, LODE_BADREQ, "line 1");
	expect_refused("x.csv", "encounter_id,note\n1,\"a\n", NULL, LODE_BADREQ, "record 1");
	expect_refused("x.csv", "encounter_id,note\n1,a\"b\n", NULL, LODE_BADREQ, "record 1");
	expect_refused("x.csv", "encounter_id,note\n1,\xff\n", NULL, LODE_BADREQ, "record 1: note");
	expect_refused("x.csv", "encounter_id,text\n1,a\n", NULL, LODE_BADREQ, "no column note");
	expect_refused("x.jsonl.zst", "\x28\xb5\x2f\xfd...", NULL, LODE_CORRUPT, "");
}

static int stop_at_second(void *arg, const struct slice *values)
{
	(void)values;
	return ++*(int *)arg == 2 ? LODE_CANCELLED : LODE_OK;
}

static void the_visitor_can_stop(void **state)
{
	(void)state;
	struct place p;
	struct texts t;
	int seen = 0;
	place_init(&p, "x.jsonl", slice_str(lines), NULL);
	texts_named(p.path, &t);
	assert_int_equal(texts_each(&t, stop_at_second, &seen, NULL), LODE_CANCELLED);
	assert_int_equal(seen, 2);
	place_finish(&p);
}

static void a_missing_file_is_said(void **state)
{
	(void)state;
	struct texts t;
	struct err e = {0};
	char arg[] = "/tmp/no/such.jsonl";
	texts_named(arg, &t);
	assert_int_equal(texts_each(&t, collect, NULL, &e), LODE_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_give_their_fields),
		cmocka_unit_test(packed_lines_are_the_same),
		cmocka_unit_test(listed_documents_are_left_out),
		cmocka_unit_test(a_list_of_other_texts_is_refused),
		cmocka_unit_test(tables_are_unquoted),
		cmocka_unit_test(damage_is_named_by_its_record),
		cmocka_unit_test(the_visitor_can_stop),
		cmocka_unit_test(a_missing_file_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
