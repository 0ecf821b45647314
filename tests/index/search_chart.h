/* A chart in a temporary folder, for the tests of search: one patient, notes put one by one. */
#ifndef LODESTONE_TESTS_SEARCH_CHART_H
#define LODESTONE_TESTS_SEARCH_CHART_H

#include "index/index.h"

struct test_chart {
	char dir[64];
	struct index *index;
	struct tokenizer *tokenizer;
	struct batch *batch;
	struct snapshot *snapshot; /* between open and close */
	struct arena arena;
	struct chart *chart;
	struct err err;
};

void test_chart_init(struct test_chart *t);
void test_chart_finish(struct test_chart *t);
void test_chart_put(
	struct test_chart *t, const char *id, const char *date, const char *type, const char *text);
/* As put, of any bytes, into the open batch; commit makes them visible. */
void test_chart_add(struct test_chart *t, const char *id, const char *date, struct slice text);
void test_chart_add_typed(struct test_chart *t, const char *id, const char *date, const char *type,
	struct slice text);
void test_chart_commit(struct test_chart *t);
void test_chart_delete(struct test_chart *t, const char *id);
void test_chart_open(struct test_chart *t);
int test_chart_try_open(struct test_chart *t); /* close it whatever it returns */
void test_chart_close(struct test_chart *t);

/* The last place in the data file where these bytes stand; turns over one byte of the file. */
long test_chart_locate(struct test_chart *t, const char *bytes);
void test_chart_flip(struct test_chart *t, long at);

#endif
