/* Judging sentences whose mention is marked with [[ ]], for the tests of cues. */
#ifndef LODESTONE_TESTS_SCORER_JUDGED_H
#define LODESTONE_TESTS_SCORER_JUDGED_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "scorer/cue_scan.h"

struct fixture {
	struct tokenizer *tokenizer;
	struct cue_engine *engine;
};

struct judged {
	struct assertion a;
	char cue[64]; /* the deciding cue's words */
};

/* Of a test group: one tokenizer and one engine, in struct fixture. */
int judged_set_up(void **state);
int judged_tear_down(void **state);

struct judged judge(void **state, const char *marked);

/* Check many sentences, NULL behind the last, and name the one that failed. */
void judged_all_are(void **state, enum assertion_class class, const char *const *sentences);
void judged_all_times_are(void **state, enum temporality time, const char *const *sentences);

#define ALL_ARE(class, ...) judged_all_are(state, class, (const char *const[]){__VA_ARGS__, NULL})
#define ALL_TIMES_ARE(time, ...) \
	judged_all_times_are(state, time, (const char *const[]){__VA_ARGS__, NULL})

#endif
