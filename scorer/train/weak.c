#include "scorer/train/weak.h"

#include "scorer/cue_scan.h"
#include "scorer/train/files.h"
#include "scorer/train/paraphrase.h"
#include "scorer/train/phrases.h"
#include "scorer/train/typo.h"

#include <math.h>
#include <stdlib.h>

enum { CLASSES = 36, SCRATCH = 64 << 20, ID_TEXT_MIN = 24 };

struct seen {
	struct window window;
	uint8_t label[4];
	uint8_t cue_kind; /* enum cue_kind of what decided */
	bool is_resolved;
};

struct weak {
	struct seen *list; /* in order of class once built */
	size_t n, cap;
	size_t first[CLASSES + 1];
	double reach[CLASSES]; /* sums of the classes' shares, up to 1 */
	uint16_t *ids;         /* of all texts, end to end */
	size_t n_ids, ids_cap;
	size_t *starts; /* [n_texts + 1] */
	size_t n_texts, starts_cap;
	struct teacher *teacher;
};

struct building {
	struct weak *out;
	const struct weak_needs *needs;
	struct phrases phrases;
	struct arena arena;
	struct random random;
	struct buf edited;
	struct err *e;
};

static int grow(void **list, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap)
		return 0;
	size_t to = *cap ? 2 * *cap : 1024;
	while (to < need)
		to *= 2;
	void *p = realloc(*list, to * size);
	if (!p)
		return LODE_NOMEM;
	*list = p;
	*cap = to;
	return 0;
}

static unsigned class_of(const uint8_t label[4])
{
	return label[0] + 2u * (label[1] + 3u * (label[2] + 2u * label[3]));
}

/* ---- one mention ---- */

static void label_of(const struct cue_verdict *v, uint8_t label[4])
{
	label[0] = (uint8_t)v->negation.value;
	label[1] = (uint8_t)v->certainty.value;
	label[2] = (uint8_t)v->experiencer.value;
	label[3] = (uint8_t)v->temporality.value;
}

static int keep(struct building *b, const struct mention_context *m, const struct cue_verdict *v,
	struct arena *a)
{
	struct assertion said;
	struct weak *w = b->out;
	void *list = w->list;
	int rc = grow(&list, &w->cap, w->n + 1, sizeof(*w->list));
	w->list = list;
	if (rc)
		return rc;
	struct seen *s = &w->list[w->n];
	label_of(v, s->label);
	cue_conclude(v, &said);
	s->cue_kind = (uint8_t)said.cue_kind;
	s->is_resolved = said.is_resolved;
	rc = window_cut(
		b->needs->vocabulary, m, random_percent(&b->random, SHOWN_PERCENT), a, &s->window);
	w->n += rc == 0;
	return rc;
}

/* Slips of the keyboard come after the judging: the rules may lose a misspelt cue, the model must not. */
static int keep_misspelt(struct building *b, const struct mention_context *m,
	const struct cue_verdict *v, struct arena *a)
{
	struct mention_context n = *m;
	struct tok_doc doc;
	struct buf text = {.p = NULL};
	int rc = typo_text(m->doc->text, 12, &b->random, &n.start, &n.end, &text);
	if (rc == 0)
		rc = tok_scan(b->needs->tokenizer, buf_slice(&text), a, &doc, b->e);
	n.doc = &doc;
	if (rc == 0)
		rc = keep(b, &n, v, a);
	buf_release(&text);
	return rc;
}

/* The mention in a small note of its own: its heading, perhaps without, some text around it, its cue perhaps
 * in other words; only where the rules still say the same. */
static int keep_edited(struct building *b, const struct mention_context *m,
	const struct cue_verdict *v, struct arena *a, bool *kept)
{
	struct mention_context n = *m;
	struct tok_doc doc;
	struct paraphrase how = {.drop_heading = random_percent(&b->random, 50),
		.other_words = random_percent(&b->random, 55)};
	int rc = paraphrase(m, v, &how, &b->random, &b->edited, &n.start, &n.end);
	if (rc == 0)
		rc = tok_scan(b->needs->tokenizer, buf_slice(&b->edited), a, &doc, b->e);
	if (rc)
		return rc;
	n.doc = &doc;
	struct cue_view view;
	struct cue_verdict again;
	uint8_t label[4], now[4];
	cue_look(b->needs->cues, &n, &view);
	cue_decide(&view, &again);
	label_of(v, label);
	label_of(&again, now);
	*kept = memcmp(now, label, 4) == 0;
	if (!*kept)
		return 0;
	if (random_percent(&b->random, 22))
		return keep_misspelt(b, &n, &again, a);
	return keep(b, &n, &again, a);
}

static int mention(struct building *b, const struct tok_doc *d, uint32_t first, uint32_t n)
{
	struct mention_context m = {
		d, d->words[first].start, d->words[first + n - 1].end, {NULL, 0}};
	struct cue_view view;
	struct cue_verdict v;
	cue_look(b->needs->cues, &m, &view);
	cue_decide(&view, &v);
	struct arena a;
	bool kept = false;
	int rc = 0;
	arena_init(&a, SCRATCH);
	if (random_percent(&b->random, 65))
		rc = keep_edited(b, &m, &v, &a, &kept);
	if (rc == 0 && !kept)
		rc = keep(b, &m, &v, &a);
	arena_release(&a);
	return rc;
}

/* ---- one text ---- */

/* A word that may stand for a condition: what "no" or "history of" says of it holds whatever it means. */
static bool is_content(const struct tok_doc *d, uint32_t i)
{
	static const char *const dull[] = {"with", "that", "this", "have", "been", "were", "from",
		"patient", "which", "there", "their", "also", "will", "would", "could", "should",
		"some", "denies", "denied", "history", "without", "evidence", "possible",
		"positive", "negative", "when", "than", "then", "they", "most", "more", "after",
		"before", "into", "very"};
	struct slice term = tok_term(d, &d->words[i]);
	if (term.n < 4 || d->words[i].kind != TOK_WORD_PLAIN)
		return false;
	for (unsigned k = 0; k < sizeof(dull) / sizeof(dull[0]); k++)
		if (slice_eq(term, slice_str(dull[k])))
			return false;
	return true;
}

static int sentence_mentions(
	struct building *b, const struct tok_doc *d, uint32_t first, uint32_t last)
{
	int rc = 0;
	for (uint32_t i = first; rc == 0 && i <= last; i++) {
		unsigned n = phrases_at(&b->phrases, d, i, last);
		if (n)
			rc = mention(b, d, i, n);
		else if (random_percent(&b->random, 6) && is_content(d, i))
			rc = mention(b, d, i, i < last && random_percent(&b->random, 40) ? 2 : 1);
		i += n ? n - 1 : 0;
	}
	return rc;
}

static int text_ids(struct building *b, const struct tok_doc *d)
{
	struct weak *w = b->out;
	struct tok_subword *subwords;
	uint32_t n = 0;
	int rc = tok_subwords(
		b->needs->vocabulary, d, 0, (uint32_t)d->text.n, &b->arena, &subwords, &n);
	void *ids = w->ids, *starts = w->starts;
	if (rc == 0)
		rc = grow(&ids, &w->ids_cap, w->n_ids + n, sizeof(*w->ids));
	w->ids = ids;
	if (rc == 0)
		rc = grow(&starts, &w->starts_cap, w->n_texts + 2, sizeof(*w->starts));
	w->starts = starts;
	if (rc || n < ID_TEXT_MIN)
		return rc;
	for (uint32_t i = 0; i < n; i++)
		w->ids[w->n_ids + i] = subwords[i].id;
	w->starts[w->n_texts++] = w->n_ids;
	w->n_ids += n;
	w->starts[w->n_texts] = w->n_ids;
	return 0;
}

static int visit(void *arg, const struct slice *values)
{
	struct building *b = arg;
	struct tok_doc d;
	if (!values[1].p || ids_have(b->needs->excluded, b->needs->n_excluded, values[0]))
		return 0;
	arena_reset(&b->arena);
	int rc = tok_scan(b->needs->tokenizer, values[1], &b->arena, &d, b->e);
	if (rc == 0)
		rc = text_ids(b, &d);
	uint32_t i = 0;
	for (uint32_t s = 0; rc == 0 && s < d.n_sentences; s++) {
		uint32_t first = i;
		while (i < d.n_words && d.words[i].start < d.sentences[s].end)
			i++;
		bool is_heading =
			d.sentences[s].start == d.sections[d.sentences[s].section].start &&
			d.sentences[s].end == d.sections[d.sentences[s].section].body;
		if (i > first && !is_heading)
			rc = sentence_mentions(b, &d, first, i - 1);
	}
	return rc;
}

/* ---- all ---- */

/* Puts the windows in order of class. */
static int order(struct weak *w)
{
	struct seen *sorted = malloc((w->n ? w->n : 1) * sizeof(*sorted));
	if (!sorted)
		return LODE_NOMEM;
	size_t n = 0;
	double sum = 0;
	for (unsigned c = 0; c < CLASSES; c++) {
		w->first[c] = n;
		for (size_t i = 0; i < w->n; i++)
			if (class_of(w->list[i].label) == c)
				sorted[n++] = w->list[i];
		sum += sqrt((double)(n - w->first[c]));
		w->reach[c] = sum;
	}
	w->first[CLASSES] = n;
	for (unsigned c = 0; c < CLASSES; c++)
		w->reach[c] /= sum > 0 ? sum : 1;
	free(w->list);
	w->list = sorted;
	w->cap = w->n;
	return 0;
}

int weak_build(struct weak **out, const struct weak_needs *needs, struct err *e)
{
	struct building b = {.out = calloc(1, sizeof(struct weak)), .needs = needs, .e = e};
	struct arena tables;
	arena_init(&tables, 16 << 20);
	arena_init(&b.arena, (size_t)1 << 30);
	if (b.out)
		b.out->teacher = needs->teacher;
	b.random = random_for(needs->seed, RANDOM_WEAK, 0, 0);
	if (!b.out)
		return err_set(e, LODE_NOMEM, "weak labels");
	int rc = phrases_make(needs->tokenizer, needs->names, &tables, &b.phrases, e);
	for (unsigned i = 0; rc == 0 && i < needs->n_texts; i++)
		rc = texts_each(&needs->texts[i], visit, &b, e);
	if (rc == 0)
		rc = order(b.out);
	if (rc == 0 && (b.out->n == 0 || b.out->n_texts == 0))
		rc = err_set(e, LODE_BADREQ, "the training texts hold no mention");
	arena_release(&b.arena);
	arena_release(&tables);
	buf_release(&b.edited);
	if (rc) {
		weak_destroy(b.out);
		return e && e->code ? rc : err_set(e, rc, "weak labels: %s", err_words(rc));
	}
	*out = b.out;
	return 0;
}

void weak_destroy(struct weak *w)
{
	if (!w)
		return;
	free(w->list);
	free(w->ids);
	free(w->starts);
	free(w);
}

uint32_t weak_windows(const struct weak *w)
{
	return (uint32_t)w->n;
}

uint64_t weak_subwords(const struct weak *w)
{
	return w->n_ids;
}

/* By the teacher's probabilities: over many draws a soft label. */
static int relabel(const struct weak *w, const struct seen *s, struct random *r, uint8_t label[4])
{
	const struct assertion rules = {
		.negation = (enum negation)s->label[0],
		.certainty = (enum certainty)s->label[1],
		.experiencer = (enum experiencer)s->label[2],
		.temporality = (enum temporality)s->label[3],
		.is_resolved = s->is_resolved,
		.cue_kind = (enum cue_kind)s->cue_kind,
	};
	double p[4][3];
	int rc = teacher_judge(w->teacher, &s->window, &rules, p);
	for (unsigned axis = 0; rc == 0 && axis < 4; axis++) {
		double at = (double)random_unit(r);
		uint8_t c = 0;
		while (c + 1u < scorer_axis_classes(axis) && at >= p[axis][c])
			at -= p[axis][c++];
		label[axis] = c;
	}
	return rc;
}

int weak_draw(const struct weak *w, struct random *r, struct example *out)
{
	double at = (double)random_next(r) * 0x1p-64;
	unsigned c = 0;
	while (c + 1 < CLASSES && at >= w->reach[c])
		c++;
	while (c > 0 && w->first[c + 1] == w->first[c])
		c--;
	size_t n = w->first[c + 1] - w->first[c];
	const struct seen *s = &w->list[w->first[c] + random_below(r, (uint32_t)n)];
	out->window = s->window;
	memcpy(out->label, s->label, 4);
	out->source = EXAMPLE_WEAK;
	out->weight = 1;
	return w->teacher ? relabel(w, s, r, out->label) : 0;
}

void weak_draw_text(const struct weak *w, struct random *r, uint16_t *ids, uint32_t n)
{
	size_t start = 0, end = 0;
	/* by length: the text that holds a random id; a short one is drawn again */
	for (unsigned tries = 0; tries < 32; tries++) {
		size_t at = (size_t)(random_next(r) % w->n_ids), low = 0, high = w->n_texts;
		while (high - low > 1) {
			size_t mid = (low + high) / 2;
			*(w->starts[mid] <= at ? &low : &high) = mid;
		}
		start = w->starts[low];
		end = w->starts[low + 1];
		if (end - start >= n)
			break;
	}
	size_t room = end - start;
	if (room > n)
		start += (size_t)(random_next(r) % (room - n + 1));
	for (uint32_t i = 0; i < n; i++)
		ids[i] = start + i < end ? w->ids[start + i] : TOK_SUB_PAD;
}
