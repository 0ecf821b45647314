/* Whole runs on a made-up task: they learn, repeat to the bit whatever the threads, and go on from a
 * checkpoint as if they had never stopped. */
#include "base/file.h"
#include "scorer/network.h"
#include "scorer/train/checkpoint.h"
#include "scorer/train/random.h"
#include "scorer/train/trainer.h"
#include "scorer/train/use.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <unistd.h>
#include <cmocka.h>

enum { WORDS = 96, WINDOW = 24 };

/* Id 70 stands left of the mark: negated.  Id 71 right of it: possible. */
static int made_up_example(void *self, uint64_t seed, uint64_t step, uint32_t index,
	struct arena *scratch, struct example *out)
{
	struct random r = random_for(seed, 1, step, index);
	struct window *w = &out->window;
	w->n = (uint8_t)(8 + random_below(&r, WINDOW - 8));
	w->mark = (uint8_t)(2 + random_below(&r, w->n - 4u));
	for (unsigned i = 0; i < w->n; i++)
		w->ids[i] = (uint16_t)(72 + random_below(&r, WORDS - 72));
	w->ids[w->mark] = TOK_SUB_MARK;
	memset(out->label, 0, sizeof(out->label));
	if ((out->label[0] = (uint8_t)random_below(&r, 2)))
		w->ids[random_below(&r, w->mark)] = 70;
	if ((out->label[1] = (uint8_t)random_below(&r, 2)))
		w->ids[w->mark + 1 + random_below(&r, w->n - w->mark - 1u)] = 71;
	out->weight = 1;
	return 0;
}

/* Each word is followed by the next one, so that a hole can be told from its neighbours. */
static int made_up_text(
	void *self, uint64_t seed, uint64_t step, uint32_t index, uint16_t *ids, uint32_t n)
{
	struct random r = random_for(seed, 2, step, index);
	uint32_t at = random_below(&r, WORDS - 72);
	for (uint32_t i = 0; i < n; i++)
		ids[i] = (uint16_t)(72 + (at + i) % (WORDS - 72));
	return 0;
}

static const struct supply supply = {NULL, made_up_example, made_up_text};

static struct train_options small(unsigned threads)
{
	struct train_options o = train_options_usual();
	o.shape.vocabulary = WORDS;
	o.shape.d = 32;
	o.shape.heads = 1;
	o.shape.layers = 2;
	o.shape.window = WINDOW;
	for (uint32_t l = 0; l < SHAPE_LAYERS_MAX; l++)
		o.shape.d_ff[l] = 64;
	o.text_subwords = WINDOW;
	o.objective = OBJECTIVE_MIXED;
	o.optimiser.steps = 20;
	o.optimiser.warmup = 5;
	o.optimiser.rate = 5e-3f;
	o.batch = 12;
	o.l1 = 1e-3f;
	o.threads = threads;
	return o;
}

static struct trainer *begin(const struct train_options *o)
{
	struct trainer *t = NULL;
	struct err e = {0};
	assert_int_equal(trainer_create(&t, o, &supply, &e), 0);
	return t;
}

static void steps(struct trainer *t, unsigned n, struct step_report *r)
{
	struct err e = {0};
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(trainer_step(t, r, &e), 0);
}

static void assert_same_weights(const struct trainer *a, const struct trainer *b)
{
	assert_int_equal(a->step, b->step);
	assert_memory_equal(a->weights, b->weights, a->layout.floats * sizeof(float));
	assert_memory_equal(
		a->optimiser.second, b->optimiser.second, a->layout.floats * sizeof(float));
}

static void test_threads_do_not_show(void **state)
{
	struct train_options one = small(1), two = small(2);
	struct trainer *a = begin(&one), *b = begin(&two);
	struct step_report ra, rb;
	steps(a, 20, &ra);
	steps(b, 20, &rb);
	assert_same_weights(a, b);
	assert_true(ra.loss == rb.loss && ra.norm == rb.norm);
	trainer_destroy(a);
	trainer_destroy(b);
}

static void test_seed_decides(void **state)
{
	struct train_options one = small(1), other = small(1);
	other.seed = 2;
	struct trainer *a = begin(&one), *b = begin(&other);
	assert_memory_not_equal(a->weights, b->weights, a->layout.floats * sizeof(float));
	trainer_destroy(a);
	trainer_destroy(b);
}

static void test_resume_is_exact(void **state)
{
	char path[] = "/tmp/lodestone-checkpoint-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	struct train_options o = small(1);
	struct trainer *whole = begin(&o), *first = begin(&o), *second = begin(&o);
	struct step_report r;
	struct checkpoint c;
	struct err e = {0};
	steps(whole, 20, &r);
	steps(first, 10, &r);
	assert_int_equal(checkpoint_save(first, SLICE("beside"), path, &e), 0);
	assert_int_equal(checkpoint_read(&c, path, &e), 0);
	assert_true(slice_eq(c.beside, SLICE("beside")));
	assert_int_equal(checkpoint_apply(&c, second, false, &e), 0);
	checkpoint_release(&c);
	steps(second, 10, &r);
	assert_same_weights(whole, second);

	/* any damaged byte, and a file cut short, is refused */
	struct slice map, piece;
	struct buf bytes = {0};
	assert_int_equal(file_map(path, &map, &e), 0);
	buf_put_slice(&bytes, map);
	file_unmap(map);
	for (size_t at = 0; at < bytes.n; at += bytes.n / 37) {
		bytes.p[at] ^= 4;
		piece = buf_slice(&bytes);
		assert_int_equal(file_replace(path, &piece, 1, 0666, &e), 0);
		assert_int_not_equal(checkpoint_read(&c, path, &e), 0);
		bytes.p[at] ^= 4;
		piece.n = at;
		assert_int_equal(file_replace(path, &piece, 1, 0666, &e), 0);
		assert_int_not_equal(checkpoint_read(&c, path, &e), 0);
	}
	buf_release(&bytes);
	unlink(path);
	trainer_destroy(whole);
	trainer_destroy(first);
	trainer_destroy(second);
}

/* The mean of the last steps' weights, taken up from a checkpoint to the bit, and no step is changed by it. */
static void test_average(void **state)
{
	char path[] = "/tmp/lodestone-checkpoint-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	struct train_options plain = small(1), o = small(2);
	o.average = .25f; /* steps 15 to 19 of 20 */
	struct trainer *last = begin(&plain), *t = begin(&o), *resumed = begin(&o);
	struct step_report r;
	struct checkpoint c;
	struct err e = {0};
	size_t n = t->layout.floats;
	double *sum = calloc(n, sizeof(*sum));
	assert_non_null(sum);
	assert_int_equal(trainer_averages_from(&o), 15);
	for (unsigned step = 0; step < 20; step++) {
		steps(t, 1, &r);
		for (size_t i = 0; i < n && step >= 15; i++)
			sum[i] += (double)t->weights[i];
		if (step == 16)
			assert_int_equal(checkpoint_save(t, SLICE("beside"), path, &e), 0);
	}
	steps(last, 20, &r);
	assert_same_weights(last, t);
	bool is_other = false;
	for (size_t i = 0; i < n; i++) {
		assert_true(fabs(sum[i] / 5 - (double)t->average[i]) < 1e-6);
		is_other |= t->average[i] != t->weights[i];
	}
	assert_true(is_other);

	assert_int_equal(checkpoint_read(&c, path, &e), 0);
	assert_true(slice_eq(c.beside, SLICE("beside")));
	assert_int_equal(checkpoint_apply(&c, resumed, false, &e), 0);
	steps(resumed, 3, &r);
	assert_same_weights(t, resumed);
	assert_memory_equal(t->average, resumed->average, n * sizeof(float));
	trainer_take_average(resumed);
	assert_memory_equal(t->average, resumed->weights, n * sizeof(float));
	assert_memory_equal(t->weights, resumed->average, n * sizeof(float));
	/* a mean of other steps than are asked for would be weighed wrongly, or be of nothing */
	o.average = .5f;
	struct trainer *other = begin(&o);
	assert_int_equal(checkpoint_apply(&c, other, false, &e), LODE_BADREQ);
	assert_non_null(strstr(e.text, "2 steps before it, and 7 are asked for"));
	trainer_destroy(other);
	/* a run that asks for none goes on without it; one that asks cannot make up what was not kept */
	trainer_destroy(last);
	last = begin(&plain);
	assert_int_equal(checkpoint_apply(&c, last, false, &e), 0);
	checkpoint_release(&c);
	assert_int_equal(checkpoint_save(last, SLICE(""), path, &e), 0);
	assert_int_equal(checkpoint_read(&c, path, &e), 0);
	assert_null(c.average);
	assert_int_equal(checkpoint_apply(&c, resumed, false, &e), LODE_BADREQ);
	checkpoint_release(&c);
	unlink(path);
	free(sum);
	trainer_destroy(last);
	trainer_destroy(t);
	trainer_destroy(resumed);
}

static void test_other_shape_is_refused(void **state)
{
	char path[] = "/tmp/lodestone-checkpoint-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	struct train_options o = small(1);
	struct trainer *t = begin(&o);
	struct checkpoint c;
	struct err e = {0};
	assert_int_equal(checkpoint_save(t, SLICE(""), path, &e), 0);
	trainer_destroy(t);
	o.shape.d_ff[1] = 80;
	t = begin(&o);
	assert_int_equal(checkpoint_read(&c, path, &e), 0);
	assert_int_equal(checkpoint_apply(&c, t, false, &e), LODE_BADREQ);
	checkpoint_release(&c);
	trainer_destroy(t);
	unlink(path);
	assert_int_equal(checkpoint_read(&c, path, &e), LODE_NOTFOUND);
	t = begin(&o);
	assert_int_not_equal(checkpoint_save(t, SLICE(""), "/nowhere/x", &e), 0);
	assert_non_null(strstr(e.text, "/nowhere/x"));
	trainer_destroy(t);
}

/* The same network as the one that judges: its states at the read position give the same logits. */
static void test_forward_is_the_networks(void **state)
{
	for (unsigned option = 0; option < 12; option++) {
		struct train_options o = small(1);
		o.shape.mask = option & 1 ? MASK_CAUSAL : MASK_BIDIRECTIONAL;
		o.shape.position = option & 2 ? POSITION_ROTARY : POSITION_BUCKETS;
		o.shape.activation = (enum shape_activation)(option / 4);
		struct trainer *t = begin(&o);
		struct step_report r;
		struct err e = {0};
		steps(t, 2, &r);
		assert_int_equal(trainer_draw(t, 77, 0, o.batch, &e), 0);
		trainer_measure(t, &r);
		const struct share *s = &t->shares[0];
		for (uint32_t w = 0; w < s->batch.windows; w++) {
			uint32_t first = s->batch.start[w];
			float logits[SHAPE_LOGITS];
			struct network_input in = {s->batch.ids + first,
				s->batch.start[w + 1] - first, s->batch.read[w] - first};
			assert_int_equal(
				network_reference(&t->layout.shape, t->weights, &in, logits, NULL),
				0);
			for (unsigned i = 0; i < SHAPE_LOGITS; i++)
				assert_true(fabsf(logits[i] -
						    s->pass->logits[w * SHAPE_LOGITS + i]) < 1e-4f);
		}
		trainer_destroy(t);
	}
}

static void test_bad_options_are_refused(void **state)
{
	struct trainer *t = NULL;
	struct err e = {0};
	struct train_options o = small(1);
	o.objective = OBJECTIVE_CAUSAL;
	assert_int_equal(trainer_create(&t, &o, &supply, &e), LODE_BADREQ);
	o = small(0);
	assert_int_equal(trainer_create(&t, &o, &supply, &e), LODE_BADREQ);
	o = small(1);
	o.optimiser.rate = NAN;
	assert_int_equal(trainer_create(&t, &o, &supply, &e), LODE_BADREQ);
	o = small(1);
	o.text_subwords = WINDOW + 1;
	assert_int_equal(trainer_create(&t, &o, &supply, &e), LODE_BADREQ);
}

static void test_l1_schedule(void **state)
{
	struct train_options o = small(1);
	o.l1 = 2;
	o.l1_rise = 0.5f;
	o.l1_fall = 0.25f;
	o.optimiser.steps = 100;
	assert_true(train_l1_at(&o, 0) < 0.01f);
	assert_true(fabsf(train_l1_at(&o, 24) - 1) < 0.01f);
	assert_true(train_l1_at(&o, 49) > 1.999f && train_l1_at(&o, 74) > 1.999f);
	assert_true(fabsf(train_l1_at(&o, 87) - 0.96f) < 0.01f);
	assert_true(train_l1_at(&o, 99) == 0);
	o.l1_rise = o.l1_fall = 0;
	assert_true(train_l1_at(&o, 0) == 2 && train_l1_at(&o, 99) == 2);
}

static void test_rate_schedule(void **state)
{
	struct optimiser_options o = {.rate = 1, .rate_last = 0.1f, .warmup = 10, .steps = 110};
	assert_true(fabsf(optimiser_rate(&o, 0) - 0.1f) < 1e-6f);
	assert_true(optimiser_rate(&o, 10) == 1);
	assert_true(fabsf(optimiser_rate(&o, 60) - 0.55f) < 1e-6f);
	assert_true(fabsf(optimiser_rate(&o, 200) - 0.1f) < 1e-6f);
	o.decay = RATE_COSINE;
	assert_true(fabsf(optimiser_rate(&o, 35) - (0.1f + 0.9f * 0.853553f)) < 1e-5f);
	o.decay = RATE_CONSTANT;
	assert_true(optimiser_rate(&o, 109) == 1);
}

/* The first step of AdamW moves every weight by the learning rate, but q by an eighth of it, as if scores were
 * divided by sqrt(64). */
static void test_q_moves_by_an_eighth(void **state)
{
	struct train_options o = small(1);
	o.optimiser.warmup = 0;
	o.optimiser.rate = 1e-3f;
	o.optimiser.weight_decay = 0;
	struct trainer *a = begin(&o), *b = begin(&o);
	struct step_report r;
	steps(b, 1, &r);
	float moved_q = 0, moved_k = 0;
	const struct layer_layout *at = &a->layout.layer[0];
	for (size_t i = 0; i < 32 * (size_t)SHAPE_HEAD_DIM; i++) {
		moved_q = fmaxf(moved_q, fabsf(a->weights[at->q + i] - b->weights[at->q + i]));
		moved_k = fmaxf(moved_k, fabsf(a->weights[at->k + i] - b->weights[at->k + i]));
	}
	assert_true(fabsf(moved_k - 1e-3f) < 1e-5f);
	assert_true(fabsf(moved_q - 1e-3f / 8) < 1e-6f);
	trainer_destroy(a);
	trainer_destroy(b);
}

/* What has learnt nothing answers "always affirmed", half right, and ln 24 = 3.18 nats a word. */
static void test_learns(void **state)
{
#if defined(__SANITIZE_ADDRESS__)
	enum { STEPS = 100 };
#else
	enum { STEPS = 500 };
#endif
	struct train_options o = small(1);
	o.batch = 32;
	o.l1 = 0;
	o.optimiser.steps = STEPS;
	o.optimiser.warmup = 20;
	o.optimiser.rate = 2e-3f;
	struct trainer *t = begin(&o);
	struct step_report r;
	struct err e = {0};
	double negation = 0, certainty = 0, words = 0;
	steps(t, STEPS, &r);
	for (unsigned i = 0; i < 8; i++) {
		assert_int_equal(trainer_draw(t, 99, i, o.batch, &e), 0);
		trainer_measure(t, &r);
		negation += r.right[0] / 8;
		certainty += r.right[1] / 8;
		words += r.words / 8;
	}
	print_message("negation %.2f, certainty %.2f right; %.2f nats a word\n", negation,
		certainty, words);
	assert_true(negation > 0.95 && certainty > 0.95);
	assert_true(STEPS < 500 || words < 2.9);
	trainer_destroy(t);
}

static void test_use_counts(void **state)
{
	struct train_options o = small(2);
	struct trainer *t = begin(&o);
	struct use u;
	struct err e = {0};
	assert_int_equal(use_measure(&u, t, 5, 1000, &e), 0);
	assert_true(u.tokens >= 1000 && u.tokens < 1000 + WINDOW);
	for (uint32_t l = 0; l < u.layers; l++) {
		const struct layer_use *v = &u.layer[l];
		uint64_t by_unit = 0, by_token = 0;
		for (uint32_t i = 0; i < t->layout.shape.d_ff[l]; i++)
			by_unit += v->fired[i];
		for (uint32_t i = 0; i < u.tokens; i++)
			by_token += v->active[i];
		assert_int_equal(by_unit, by_token);
		assert_true(0 < v->token && v->token <= v->sequence && v->sequence <= v->batch);
	}
	use_release(&u);
	trainer_destroy(t);
}

/* Words of a labelled window are blanked; what tells where the mention is and what it says is not. */
static void test_dropped_words(void **state)
{
	struct train_options o = small(1);
	struct arena scratch;
	unsigned blanked = 0, all = 0;
	o.objective = OBJECTIVE_HEADS;
	arena_init(&scratch, 1 << 20);
	for (uint32_t i = 0; i < 50; i++) {
		struct slot as_is, dropped;
		o.dropped = 0;
		slot_fill(&as_is, &o, &supply, 1, 0, i, &scratch);
		o.dropped = .1f;
		slot_fill(&dropped, &o, &supply, 1, 0, i, &scratch);
		assert_int_equal(dropped.rc, 0);
		assert_int_equal(as_is.n, dropped.n);
		assert_memory_equal(as_is.label, dropped.label, sizeof(as_is.label));
		for (uint32_t k = 0; k < as_is.n; k++) {
			bool is_word = as_is.ids[k] >= TOK_SUBWORD_BYTES;
			bool is_blank = is_word && dropped.ids[k] == TOK_SUB_BLANK;
			assert_true(is_blank || dropped.ids[k] == as_is.ids[k]);
			blanked += is_blank;
			all += is_word;
		}
	}
	assert_true(blanked > all / 20 && blanked < all / 6);
	arena_release(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads_do_not_show),
		cmocka_unit_test(test_seed_decides),
		cmocka_unit_test(test_resume_is_exact),
		cmocka_unit_test(test_average),
		cmocka_unit_test(test_other_shape_is_refused),
		cmocka_unit_test(test_forward_is_the_networks),
		cmocka_unit_test(test_bad_options_are_refused),
		cmocka_unit_test(test_l1_schedule),
		cmocka_unit_test(test_rate_schedule),
		cmocka_unit_test(test_q_moves_by_an_eighth),
		cmocka_unit_test(test_learns),
		cmocka_unit_test(test_use_counts),
		cmocka_unit_test(test_dropped_words),
	};
	return cmocka_run_group_tests_name("scorer/train/trainer", tests, NULL, NULL);
}
