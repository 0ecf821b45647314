/* "MI or stroke?" asks for two conditions, and no verdict is an answer to both; "pericardial or pleural effusion"
 * is one question, whose words share their head.  What it is must not depend on the chart, so the
 * lexicons say it: two, where each side is a name by itself and no name takes a share of both. */
#include "daemon/ask_state.h"
#include "daemon/question.h"

enum { WORDS_MAX = 16 };

struct either {
	struct request *r;
	struct ask *q;
	struct slice left[WORDS_MAX], right[WORDS_MAX];
	uint32_t n_left, n_right;
};

static uint32_t split(struct slice s, struct slice *words)
{
	uint32_t n = 0;
	for (size_t i = 0; i < s.n && n < WORDS_MAX;) {
		size_t from = i;
		while (i < s.n && s.p[i] != ' ')
			i++;
		if (i > from)
			words[n++] = slice_of(s.p + from, i - from);
		i++;
	}
	return n;
}

/* Are the first so many words of the left side and the last so many of the right one, together, a name? */
static int is_name(struct either *t, uint32_t n_left, uint32_t n_right, bool *out, struct err *e)
{
	char room[2 * ASK_CONDITION_MAX];
	size_t n = 0;
	for (uint32_t i = 0; i < n_left + n_right; i++) {
		struct slice word =
			i < n_left ? t->left[i] : t->right[t->n_right - n_right + i - n_left];
		if (n + word.n + 1 > sizeof(room))
			return 0;
		if (i > 0)
			room[n++] = ' ';
		memcpy(room + n, word.p, word.n);
		n += word.n;
	}
	return names_is_known(
		&t->q->names_options, slice_of(room, n), t->r->worker->tok, &t->q->memory, out, e);
}

/* "pulmonary infiltrate or edema": pulmonary edema; "sensory or motor deficit": sensory deficit. */
static int share_words(struct either *t, bool *out, struct err *e)
{
	int rc = 0;
	for (uint32_t i = 1; i < t->n_left && rc == 0 && !*out; i++)
		rc = is_name(t, i, t->n_right, out, e);
	for (uint32_t i = 1; i < t->n_right && rc == 0 && !*out; i++)
		rc = is_name(t, t->n_left, i, out, e);
	return rc;
}

int ask_names_two(struct request *r, struct ask *q, bool *out, struct err *e)
{
	const struct ask_question *asked = &q->questions[q->current];
	struct either t = {.r = r, .q = q};
	struct slice left, right;
	bool whole = false, one = false, other = false, shared = false;
	*out = false;
	if (!asked->text.p || !question_either(asked->condition, &left, &right))
		return 0;
	t.n_left = split(left, t.left);
	t.n_right = split(right, t.right);
	int rc = names_is_known(
		&q->names_options, asked->condition, r->worker->tok, &q->memory, &whole, e);
	if (rc == 0)
		rc = is_name(&t, t.n_left, 0, &one, e);
	if (rc == 0 && one)
		rc = is_name(&t, 0, t.n_right, &other, e);
	if (rc == 0 && one && other && !whole)
		rc = share_words(&t, &shared, e);
	if (rc == 0)
		*out = one && other && !whole && !shared;
	return rc;
}
