#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "daemon/lane.h"
#include "daemon/request.h"

static struct lane lane;
static struct request requests[8];

static int open_lane(void **state)
{
	struct err e = {0};
	memset(requests, 0, sizeof(requests));
	return lane_init(&lane, "test", 2, 3, false, &e);
}

static int close_lane(void **state)
{
	lane_finish(&lane);
	return 0;
}

static void no_more_run_than_the_lane_is_wide(void **state)
{
	for (int i = 0; i < 3; i++)
		assert_true(lane_submit(&lane, &requests[i]));
	assert_ptr_equal(lane_next(&lane), &requests[0]);
	assert_ptr_equal(lane_next(&lane), &requests[1]);
	assert_null(lane_next(&lane));
	assert_ptr_not_equal(requests[0].worker, requests[1].worker);
	lane_return(&lane, requests[0].worker);
	assert_ptr_equal(lane_next(&lane), &requests[2]);
	assert_ptr_equal(requests[2].worker, requests[0].worker);
	assert_int_equal(lane.running, 2);
	assert_int_equal(lane.waiting, 0);
}

static void a_full_queue_refuses(void **state)
{
	for (int i = 0; i < 3; i++)
		assert_true(lane_submit(&lane, &requests[i]));
	assert_false(lane_submit(&lane, &requests[3]));
	assert_non_null(lane_next(&lane));
	assert_true(lane_submit(&lane, &requests[3]));
}

static void waiting_ones_can_leave_from_anywhere(void **state)
{
	for (int i = 0; i < 3; i++)
		assert_true(lane_submit(&lane, &requests[i]));
	lane_remove(&lane, &requests[1]);
	lane_remove(&lane, &requests[2]);
	assert_true(lane_submit(&lane, &requests[4]));
	lane_remove(&lane, &requests[0]);
	assert_ptr_equal(lane_next(&lane), &requests[4]);
	assert_null(lane_next(&lane));
	lane_remove(&lane, &requests[5]); /* is not there */
	assert_int_equal(lane.waiting, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			no_more_run_than_the_lane_is_wide, open_lane, close_lane),
		cmocka_unit_test_setup_teardown(a_full_queue_refuses, open_lane, close_lane),
		cmocka_unit_test_setup_teardown(
			waiting_ones_can_leave_from_anywhere, open_lane, close_lane),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
