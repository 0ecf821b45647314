#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/lode-file-XXXXXX";

static int make(void **state)
{
	int fd = mkstemp(path);
	bool is_written = fd >= 0 && write(fd, "0123456789", 10) == 10;
	if (fd >= 0)
		close(fd);
	return is_written ? 0 : -1;
}

static int unmake(void **state)
{
	return unlink(path);
}

static void a_file_is_loaded_behind_what_is_there_and_up_to_the_limit(void **state)
{
	struct buf b = {.limit = 11};
	struct err e = {0};
	buf_put_byte(&b, '>');
	assert_int_equal(file_load(path, &b, &e), 0);
	assert_true(slice_eq(buf_slice(&b), SLICE(">0123456789")));
	buf_release(&b);
	b = (struct buf){.limit = 9};
	assert_int_equal(file_load(path, &b, &e), LODE_TOOBIG);
	assert_string_equal(e.text, "over 9 bytes");
	buf_release(&b);
}

static void what_is_not_there_or_a_folder_has_its_reason(void **state)
{
	struct buf b = {0};
	struct err e = {0};
	assert_int_equal(file_load("/nowhere/at/all", &b, &e), LODE_NOTFOUND);
	assert_string_equal(e.text, "No such file or directory");
	assert_int_equal(file_load("/tmp", &b, &e), LODE_IO);
	assert_string_equal(e.text, "Is a directory");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_loaded_behind_what_is_there_and_up_to_the_limit),
		cmocka_unit_test(what_is_not_there_or_a_folder_has_its_reason),
	};
	return cmocka_run_group_tests(tests, make, unmake);
}
