#include "scorer/train/teacher.h"

#include "scorer/model.h"
#include "scorer/stack.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Scratch for one thread at a time, a lane for each model. */
struct seat {
	struct seat *next;
	struct scorer_lane *lane[TEACHERS_MAX];
};

struct teacher {
	struct scorer_model *model[TEACHERS_MAX];
	unsigned n;
	pthread_mutex_t lock; /* of `free` */
	struct seat *free;
};

/* ---- opening ---- */

static bool is_same_vocabulary(const struct tok_vocabulary *a, const struct tok_vocabulary *b)
{
	if (tok_vocabulary_size(a) != tok_vocabulary_size(b))
		return false;
	for (uint32_t id = TOK_SUBWORD_BYTES; id < tok_vocabulary_size(a); id++)
		if (!slice_eq(tok_subword_text(a, (uint16_t)id), tok_subword_text(b, (uint16_t)id)))
			return false;
	return true;
}

static int open_one(
	struct teacher *t, struct slice path, const struct tok_vocabulary *v, struct err *e)
{
	char name[4096];
	if (t->n == TEACHERS_MAX || path.n >= sizeof(name))
		return err_set(e, LODE_BADREQ, "at most %d teachers, paths of %zu bytes",
			TEACHERS_MAX, sizeof(name) - 1);
	memcpy(name, path.p, path.n);
	name[path.n] = '\0';
	struct scorer_model **m = &t->model[t->n];
	int rc = scorer_open(m, name, e);
	if (rc)
		return rc;
	t->n++;
	if (!model_parts(*m)->stack)
		return err_set(e, LODE_BADREQ, "%s has no stack, and a teacher needs one", name);
	if (!is_same_vocabulary(model_vocabulary(*m), v))
		return err_set(e, LODE_BADREQ, "%s has other subwords", name);
	return LODE_OK;
}

int teacher_open(
	struct teacher **out, const char *paths, const struct tok_vocabulary *v, struct err *e)
{
	struct teacher *t = calloc(1, sizeof(*t));
	if (!t)
		return err_set(e, LODE_NOMEM, "no memory for teachers");
	pthread_mutex_init(&t->lock, NULL);
	int rc = LODE_OK;
	for (const char *p = paths; rc == LODE_OK; p++) {
		size_t n = strcspn(p, ",");
		rc = open_one(t, slice_of(p, n), v, e);
		p += n;
		if (*p == '\0')
			break;
	}
	if (rc)
		teacher_close(t);
	else
		*out = t;
	return rc;
}

static void seat_destroy(struct seat *s)
{
	for (unsigned i = 0; i < TEACHERS_MAX; i++)
		scorer_lane_destroy(s->lane[i]);
	free(s);
}

void teacher_close(struct teacher *t)
{
	if (!t)
		return;
	while (t->free) {
		struct seat *s = t->free;
		t->free = s->next;
		seat_destroy(s);
	}
	for (unsigned i = 0; i < t->n; i++)
		scorer_close(t->model[i]);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

/* ---- judging ---- */

static struct seat *seat_take(struct teacher *t)
{
	pthread_mutex_lock(&t->lock);
	struct seat *s = t->free;
	if (s)
		t->free = s->next;
	pthread_mutex_unlock(&t->lock);
	if (s)
		return s;
	s = calloc(1, sizeof(*s));
	for (unsigned i = 0; s && i < t->n; i++)
		if (scorer_lane_create(&s->lane[i], NULL, NULL)) {
			seat_destroy(s);
			return NULL;
		}
	return s;
}

static void seat_give(struct teacher *t, struct seat *s)
{
	pthread_mutex_lock(&t->lock);
	s->next = t->free;
	t->free = s;
	pthread_mutex_unlock(&t->lock);
}

static void add(const struct scorer_model *m, const struct scored *s, unsigned of, double p[4][3])
{
	const struct stack *stack = model_parts(m)->stack;
	float x[STACK_FEATURES_MAX];
	for (unsigned axis = 0; axis < STACK_AXES; axis++) {
		double one[3] = {0};
		stack_features(axis, &s->rules, s->logits, s->section, x);
		stack_axis_probabilities(&stack->axis[axis], x, one);
		for (unsigned c = 0; c < stack->axis[axis].classes; c++)
			p[axis][c] += one[c] / of;
	}
}

int teacher_judge(
	struct teacher *t, const struct window *w, const struct assertion *rules, double p[4][3])
{
	struct seat *s = seat_take(t);
	int rc = s ? LODE_OK : LODE_NOMEM;
	memset(p, 0, 4 * sizeof(*p));
	for (unsigned i = 0; rc == LODE_OK && i < t->n; i++) {
		struct scored scored = {.rules = *rules}, *to = &scored;
		rc = scorer_join(s->lane[i], t->model[i], &w, 1, &to, NULL);
		if (rc == LODE_OK)
			add(t->model[i], &scored, t->n, p);
	}
	if (s)
		seat_give(t, s);
	return rc;
}
