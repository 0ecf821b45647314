/* Rules and model joined: scorer_judge and the stack. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "scorer/kept.h"
#include "scorer/stack.h"
#include "scorer/window.h"
#include "tests/scorer/model_fixture.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

enum { MENTIONS = 19 };

static const char note[] =
	"HISTORY OF PRESENT ILLNESS: No fever. Possible fever. Mother had fever. "
	"Return if fever.\nPAST MEDICAL HISTORY: fever, fever resolved.\n"
	"PLAN: watch for fever. Denies fever but had fever last year; fever, fever "
	"and fever. No cough or fever. Brother denies fever. fever fever fever fever "
	"fever fever\n";

struct bench {
	struct tokenizer *tok;
	struct cue_engine *cues;
	struct scorer_lane *lane;
	struct arena arena;
	struct tok_doc doc;
	struct mention_context mentions[MENTIONS];
	uint32_t n;
};

static void bench_init(struct bench *b)
{
	struct err e = {0};
	*b = (struct bench){0};
	arena_init(&b->arena, 64 << 20);
	assert_int_equal(tok_create(&b->tok, &e), 0);
	assert_int_equal(cue_engine_create(&b->cues, &e), 0);
	assert_int_equal(scorer_lane_create(&b->lane, b->cues, &e), 0);
	struct slice text = slice_str(note);
	assert_int_equal(tok_scan(b->tok, text, &b->arena, &b->doc, &e), 0);
	for (const char *at = note; b->n < MENTIONS && (at = strstr(at, "fever")); at += 5) {
		uint32_t start = (uint32_t)(at - note);
		b->mentions[b->n++] =
			(struct mention_context){&b->doc, start, start + 5, {NULL, 0}};
	}
	assert_int_equal(b->n, MENTIONS);
}

static void bench_finish(struct bench *b)
{
	scorer_lane_destroy(b->lane);
	cue_engine_destroy(b->cues);
	tok_destroy(b->tok);
	arena_release(&b->arena);
}

static struct scorer_model *open_model(
	const struct stack *stack, uint64_t seed, enum shape_mask mask)
{
	struct model_fixture f;
	struct shape s = model_fixture_shape();
	struct scorer_model *m = NULL;
	struct buf image = {0};
	struct err e = {0};
	s.mask = mask;
	model_fixture_init(&f, &s, seed, false);
	f.parts.stack = stack;
	assert_int_equal(model_image(&f.parts, true, &image, &e), 0);
	if (scorer_open_bytes(&m, buf_slice(&image), &e) != 0)
		fail_msg("%s", e.text);
	buf_release(&image);
	model_fixture_finish(&f);
	return m;
}

static void without_a_model_the_rules_answer(void **state)
{
	struct bench b;
	struct scored out[MENTIONS];
	struct scorer_use use = {0};
	bench_init(&b);
	assert_int_equal(scorer_judge(b.lane, NULL, b.mentions, b.n, &b.arena, out, &use), 0);
	for (uint32_t i = 0; i < b.n; i++) {
		struct assertion want;
		assert_int_equal(cue_judge(b.cues, &b.mentions[i], &b.arena, &want), 0);
		assert_memory_equal(&out[i].answer, &want, sizeof(want));
		assert_false(out[i].has_model || out[i].has_stack || out[i].is_unsure);
	}
	assert_int_equal(out[0].answer.negation, NEG_NEGATED);
	assert_int_equal(use.tokens, 0);
	bench_finish(&b);
}

static void without_a_stack_the_model_is_only_shown(void **state)
{
	struct bench b;
	struct scored out[MENTIONS];
	struct scorer_use use = {0};
	bench_init(&b);
	struct scorer_model *m = open_model(NULL, 1, MASK_BIDIRECTIONAL);
	assert_int_equal(scorer_judge(b.lane, m, b.mentions, b.n, &b.arena, out, &use), 0);
	unsigned disagree = 0;
	for (uint32_t i = 0; i < b.n; i++) {
		assert_memory_equal(&out[i].answer, &out[i].rules, sizeof(struct assertion));
		assert_true(out[i].has_model);
		assert_false(out[i].has_stack || out[i].is_unsure);
		disagree += out[i].disagree;
	}
	assert_in_range(disagree, 1, MENTIONS); /* the weights are random */
	assert_in_range(use.tokens, MENTIONS * 5, MENTIONS * WINDOW_SUBWORDS);
	assert_int_equal(use.layers, 2);
	assert_int_equal(use.of[0], use.tokens * 16);
	assert_int_equal(use.of[1], MENTIONS * 32); /* of the last layer the read position alone */
	assert_in_range(use.fired[0], 1, use.of[0]);
	scorer_close(m);
	bench_finish(&b);
}

/* Alone or together, and by a lane that served another model before. */
static void a_mention_has_its_answer_in_any_company(void **state)
{
	struct bench b;
	struct scored together[MENTIONS], alone;
	bench_init(&b);
	for (int mask = 0; mask < 2; mask++) {
		struct stack stack = model_fixture_rule_stack(3);
		struct scorer_model *m = open_model(&stack, 2, (enum shape_mask)mask);
		struct scorer_model *other = open_model(NULL, 3, MASK_BIDIRECTIONAL);
		assert_int_equal(
			scorer_judge(b.lane, m, b.mentions, b.n, &b.arena, together, NULL), 0);
		for (uint32_t i = 0; i < b.n; i++) {
			assert_int_equal(scorer_judge(b.lane, other, &b.mentions[i], 1, &b.arena,
						 &alone, NULL),
				0);
			assert_int_equal(
				scorer_judge(b.lane, m, &b.mentions[i], 1, &b.arena, &alone, NULL),
				0);
			assert_memory_equal(alone.logits, together[i].logits, sizeof(alone.logits));
			assert_true(alone.answer.p_present == together[i].answer.p_present);
			assert_int_equal(alone.answer.class, together[i].answer.class);
		}
		scorer_close(m);
		scorer_close(other);
	}
	bench_finish(&b);
}

static void the_stack_answers_with_its_probabilities(void **state)
{
	struct bench b;
	struct scored out[MENTIONS];
	struct stack sure = model_fixture_rule_stack(9), unsure = model_fixture_rule_stack(1);
	uint32_t others = 0;
	bench_init(&b);
	struct scorer_model *m = open_model(&sure, 4, MASK_BIDIRECTIONAL);
	assert_int_equal(scorer_judge(b.lane, m, b.mentions, b.n, &b.arena, out, NULL), 0);
	double p = 1 / (1 + exp(-9.0));
	for (uint32_t i = 0; i < b.n; i++) {
		assert_true(out[i].has_stack);
		assert_int_equal(out[i].answer.class, out[i].rules.class);
		assert_int_equal(out[i].answer.cue_kind, out[i].rules.cue_kind);
		assert_true(fabs(out[i].answer.p_negation - p) < 1e-6);
		assert_false(out[i].is_unsure);
	}
	assert_true(out[0].answer.p_present < 0.01); /* "No fever" */
	scorer_close(m);
	m = open_model(&unsure, 4, MASK_BIDIRECTIONAL);
	assert_int_equal(scorer_judge(b.lane, m, b.mentions, b.n, &b.arena, out, NULL), 0);
	assert_true(out[0].is_unsure);
	for (uint32_t i = 0; i < b.n; i++) {
		const struct assertion *s = &out[i].answer;
		bool is_anothers = s->experiencer == EXP_OTHER;
		double own = is_anothers ? 1 - s->p_experiencer : 1,
		       bound = fmin(s->p_present, own);
		assert_int_equal(out[i].is_unsure,
			bound > (double)unsure.abstain_low && bound < (double)unsure.abstain_high);
		others += is_anothers;
	}
	assert_true(others > 0);
	scorer_close(m);
	/* Surely somebody else's, and yet not surely absent: no doubt about the patient. */
	unsure = model_fixture_rule_stack(9);
	unsure.present[4] = 0;
	unsure.present[0] = unsure.present[1] = unsure.present[2] = unsure.present[3] = 0;
	m = open_model(&unsure, 4, MASK_BIDIRECTIONAL);
	assert_int_equal(scorer_judge(b.lane, m, b.mentions, b.n, &b.arena, out, NULL), 0);
	for (uint32_t i = 0; i < b.n; i++)
		assert_int_equal(out[i].is_unsure, out[i].answer.experiencer == EXP_PATIENT);
	scorer_close(m);
	bench_finish(&b);
}

static void features_are_what_their_names_say(void **state)
{
	struct assertion rules = {.certainty = CERT_POSSIBLE, .cue_kind = CUE_POSSIBLE};
	/* negation even; certainty: possible three times as likely as each of the others */
	float logits[STACK_MODEL_LOGITS] = {0, 0, 0, logf(3), 0, 1, -1, 0, 50, 0};
	float f[STACK_FEATURES_MAX];
	for (unsigned axis = 0; axis < STACK_AXES; axis++) {
		char names[STACK_FEATURES_MAX][64];
		uint32_t n = stack_n_features(axis);
		assert_in_range(n, 1, STACK_FEATURES_MAX);
		for (uint32_t i = 0; i < n; i++) {
			stack_feature_name(axis, i, names[i]);
			for (uint32_t k = 0; k < i; k++)
				assert_string_not_equal(names[i], names[k]);
		}
	}
	stack_features(HEAD_CERTAINTY, &rules, logits, TOK_SEC_FAMILY, f);
	for (uint32_t i = 0; i < stack_n_features(HEAD_CERTAINTY); i++) {
		char name[64];
		double want = 0;
		stack_feature_name(HEAD_CERTAINTY, i, name);
		if (!strcmp(name, "model possible") ||
			!strcmp(name, "rule possible x model possible"))
			want = log(0.6);
		else if (strstr(name, "model") && (name[0] == 'm' || strstr(name, "rule possible")))
			want = log(0.2);
		else if (!strcmp(name, "rule possible") || !strcmp(name, "cue possible") ||
			 !strcmp(name, "section family"))
			want = 1;
		if (fabs(f[i] - want) > 1e-6)
			fail_msg("%s is %g, not %g", name, (double)f[i], want);
	}
	stack_features(HEAD_TEMPORALITY, &rules, logits, TOK_SEC_NONE, f);
	assert_true(f[0] == -12); /* cut: the model is all but certain of another class */
	assert_int_equal(stack_model_class(HEAD_TEMPORALITY, logits), TIME_HISTORICAL);
	assert_int_equal(stack_model_class(HEAD_NEGATION, logits), NEG_AFFIRMED);
}

static void present_is_a_weighted_sum_of_log_odds(void **state)
{
	struct stack s = {.present = {2, 1, 0.5f, 3, -1}};
	double p[STACK_AXES][3] = {{0.9, 0.1}, {0.8, 0.1, 0.1}, {0.5, 0.5}, {0.2, 0.3, 0.5}};
	double z = 2 * log(9) + log(4) - 1;
	assert_true(fabs(stack_present(&s, p) - 1 / (1 + exp(-z))) < 1e-9);
	double sure[STACK_AXES][3] = {{0, 1}, {1, 0, 0}, {1, 0}, {0, 0, 1}};
	assert_true(isfinite(stack_present(&s, sure)));
}

static void refuse(const struct shape *s, const struct stack *stack, int want, const char *words)
{
	struct model_fixture f;
	struct scorer_model *m = NULL;
	struct buf image = {0};
	struct err e = {0};
	model_fixture_init(&f, s, 1, false);
	f.parts.stack = stack;
	assert_int_equal(model_image(&f.parts, true, &image, &e), 0);
	assert_int_equal(scorer_open_bytes(&m, buf_slice(&image), &e), want);
	assert_non_null(strstr(e.text, words));
	buf_release(&image);
	model_fixture_finish(&f);
}

static void whole_models_that_cannot_judge_are_refused(void **state)
{
	struct shape s = model_fixture_shape();
	struct stack stack = model_fixture_rule_stack(1);
	s.has_heads = false;
	refuse(&s, NULL, LODE_BADREQ, "heads");
	s = model_fixture_shape(), s.window = WINDOW_SUBWORDS - 1;
	refuse(&s, NULL, LODE_BADREQ, "window");
	s = model_fixture_shape(), stack.layout = STACK_LAYOUT + 1;
	refuse(&s, &stack, LODE_VERSION, "layout");
	stack = model_fixture_rule_stack(1), stack.axis[2].features--;
	refuse(&s, &stack, LODE_CORRUPT, "experiencer");
	stack = model_fixture_rule_stack(1), stack.abstain_low = 0.95f;
	refuse(&s, &stack, LODE_CORRUPT, "band");
}

static void near(double a, double b)
{
	assert_true(fabs(a - b) < 1e-6);
}

/* The threshold a model's file names; 0: none. */
static double doubt_of(const char *training)
{
	struct model_fixture f;
	struct shape s = model_fixture_shape();
	struct buf image = {0};
	struct scorer_model *m;
	struct err e = {0};
	double threshold = 0;
	model_fixture_init(&f, &s, 1, false);
	f.parts.training = slice_str(training);
	assert_int_equal(model_image(&f.parts, false, &image, &e), 0);
	assert_int_equal(scorer_open_bytes(&m, buf_slice(&image), &e), 0);
	assert_true(scorer_doubt(m, &threshold) == (threshold > 0));
	scorer_close(m);
	buf_release(&image);
	model_fixture_finish(&f);
	return threshold;
}

static void a_file_may_name_its_threshold_of_doubt(void **state)
{
	near(doubt_of("{\"recipe\":\"test\",\"doubt\":0.25}"), 0.25);
	near(doubt_of("{\"recipe\":\"test\"}"), 0);
	near(doubt_of("{\"doubt\":\"0.25\"}"), 0);
	near(doubt_of("{\"doubt\":1.5}"), 0);
	near(doubt_of(""), 0);
}

static void the_model_alone_votes_by_its_logits(void **state)
{
	double present, neither;
	/* negated or affirmed even, certain, the patient's, recent: all but sure */
	struct scored s = {.has_model = true, .logits = {0, 0, 30, 0, 0, 30, 0, 30, 0, 0}};
	scorer_model_vote(&s, &present, &neither);
	near(present, 0.5);
	near(neither, 0);
	s.logits[6] = 60; /* somebody else's */
	scorer_model_vote(&s, &present, &neither);
	near(present, 0);
	near(neither, 1);
}

static void the_card_is_json(void **state)
{
	struct stack stack = model_fixture_rule_stack(1);
	struct scorer_model *m = open_model(&stack, 5, MASK_CAUSAL);
	struct buf card = {0};
	assert_int_equal(scorer_card(m, &card), 0);
	buf_put_byte(&card, 0);
	assert_non_null(strstr(card.p, "\"mask\":\"causal\""));
	assert_non_null(strstr(card.p, "\"abstain\":[0.100000001,0.899999976]"));
	assert_non_null(strstr(card.p, "\"training\":null"));
	buf_release(&card);
	scorer_close(m);
}

/* ---- what is kept ---- */

static struct scored *judge_all(
	struct bench *b, const struct scorer_model *m, struct scorer_use *use)
{
	struct scored *out = arena_array(&b->arena, struct scored, MENTIONS);
	assert_non_null(out);
	assert_int_equal(scorer_judge(b->lane, m, b->mentions, MENTIONS, &b->arena, out, use), 0);
	return out;
}

/* Logits and answers to the last bit. */
static void check_same(const struct scored *a, const struct scored *b)
{
	for (unsigned i = 0; i < MENTIONS; i++) {
		assert_memory_equal(a[i].logits, b[i].logits, sizeof(a[i].logits));
		assert_int_equal(a[i].answer.class, b[i].answer.class);
		assert_true(a[i].answer.p_present == b[i].answer.p_present);
		assert_int_equal(a[i].is_unsure, b[i].is_unsure);
	}
}

static void what_is_kept_is_what_would_be_answered(void **state)
{
	struct bench b;
	struct stack stack = model_fixture_rule_stack(3);
	struct scorer_model *keeps, *forgets, *plain;
	struct scorer_use once = {0}, again = {0};
	struct scorer_kept kept;
	bench_init(&b);
	plain = open_model(&stack, 2, MASK_BIDIRECTIONAL);
	keeps = open_model(&stack, 2, MASK_BIDIRECTIONAL);
	forgets = open_model(&stack, 2, MASK_BIDIRECTIONAL);
	assert_int_equal(scorer_keep(keeps, 0), LODE_BADREQ);
	assert_int_equal(scorer_keep(keeps, 1 << 20), 0);
	assert_int_equal(scorer_keep(forgets, 256), 0); /* four windows */
	const struct scored *want = judge_all(&b, plain, &once);
	scorer_kept(plain, &kept);
	assert_int_equal(kept.bytes, 0);
	for (unsigned round = 0; round < 3; round++) {
		check_same(want, judge_all(&b, forgets, NULL));
		check_same(want, judge_all(&b, keeps, round == 2 ? &again : NULL));
	}
	scorer_kept(forgets, &kept);
	assert_int_equal(kept.windows, 4);
	assert_true(kept.found < 3U * MENTIONS);
	scorer_kept(keeps, &kept);
	assert_int_equal(kept.asked, 3U * MENTIONS);
	assert_true(kept.found >= 2U * MENTIONS);
	assert_in_range(kept.windows, 2, MENTIONS);
	/* The same subwords were read, none of them by the network. */
	assert_int_equal(again.tokens, once.tokens);
	assert_int_equal(again.of[0], 0);
	scorer_close(plain);
	scorer_close(keeps);
	scorer_close(forgets);
	bench_finish(&b);
}

/* Many threads, few slots: whatever is found is whole. */
enum { THREADS = 4, KEYS = 64, TURNS = 20000 };

static void *meet(void *arg)
{
	struct kept *k = arg;
	for (unsigned i = 0; i < TURNS; i++) {
		uint64_t key = i * 7 % KEYS;
		float logits[SCORER_LOGITS];
		if (kept_find(k, (struct digest128){key, key}, logits)) {
			for (unsigned n = 0; n < SCORER_LOGITS; n++)
				if (logits[n] != (float)key)
					return arg;
			continue;
		}
		for (unsigned n = 0; n < SCORER_LOGITS; n++)
			logits[n] = (float)key;
		kept_put(k, (struct digest128){key, key}, logits);
	}
	return NULL;
}

static void threads_that_meet_read_whole_answers(void **state)
{
	struct kept *k;
	pthread_t thread[THREADS];
	assert_int_equal(kept_create(&k, 1024), 0);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, meet, k), 0);
	for (unsigned i = 0; i < THREADS; i++) {
		void *torn;
		pthread_join(thread[i], &torn);
		assert_null(torn);
	}
	kept_destroy(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_model_the_rules_answer),
		cmocka_unit_test(without_a_stack_the_model_is_only_shown),
		cmocka_unit_test(a_mention_has_its_answer_in_any_company),
		cmocka_unit_test(the_stack_answers_with_its_probabilities),
		cmocka_unit_test(features_are_what_their_names_say),
		cmocka_unit_test(present_is_a_weighted_sum_of_log_odds),
		cmocka_unit_test(whole_models_that_cannot_judge_are_refused),
		cmocka_unit_test(a_file_may_name_its_threshold_of_doubt),
		cmocka_unit_test(the_model_alone_votes_by_its_logits),
		cmocka_unit_test(the_card_is_json),
		cmocka_unit_test(what_is_kept_is_what_would_be_answered),
		cmocka_unit_test(threads_that_meet_read_whole_answers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
