#include "scorer/window.h"

/* WINDOW_REACH: bytes on each side beyond which not even a word of the allowed number is looked at (runs
 * of signs and words without an end cost no more than sentences do).  LEFT_LEAST: what of the left stays
 * before the right loses anything; most cues stand on the left. */
enum {
	WINDOW_REACH = 1024,
	MENTION_REACH = 256,
	MENTION_SUBWORDS = 12,
	LEFT_LEAST = 37,
	PARTIAL_MAX = 3
};

/* Where the window's parts lie in the text. */
struct parts {
	uint32_t left, left_end, right, right_end;
};

struct stretch {
	struct tok_subword *p;
	uint32_t n;
};

static bool is_inside_code_point(const struct tok_doc *d, uint32_t i)
{
	return i < d->text.n && ((unsigned char)d->text.p[i] & 0xC0) == 0x80;
}

static uint32_t reach_left(const struct tok_doc *d, uint32_t from, uint32_t bytes)
{
	uint32_t i = from > bytes ? from - bytes : 0;
	while (i < from && is_inside_code_point(d, i))
		i++;
	return i;
}

static uint32_t reach_right(const struct tok_doc *d, uint32_t from, uint32_t bytes)
{
	uint32_t n = (uint32_t)d->text.n, i = n - from > bytes ? from + bytes : n;
	while (i > from && is_inside_code_point(d, i))
		i--;
	return i;
}

/* A word that the mention only touches is hidden whole with it: what is left of "fevers" behind "fever"
 * would say what the mention is. */
static struct parts parts_of(const struct mention_context *m, bool show_mention)
{
	const struct tok_doc *d = m->doc;
	struct parts o = {.left_end = m->start, .right = m->end};
	uint32_t first = tok_word_at(d, m->start), after = first;
	while (after < d->n_words && d->words[after].start < m->end)
		after++;
	if (!show_mention && after > first) {
		if (d->words[first].start < o.left_end)
			o.left_end = d->words[first].start;
		if (d->words[after - 1].end > o.right)
			o.right = d->words[after - 1].end;
	}
	o.left = reach_left(d, o.left_end, WINDOW_REACH);
	if (first >= WINDOW_LEFT_WORDS && d->words[first - WINDOW_LEFT_WORDS].start > o.left)
		o.left = d->words[first - WINDOW_LEFT_WORDS].start;
	o.right_end = reach_right(d, o.right, WINDOW_REACH);
	if (d->n_words - after > WINDOW_RIGHT_WORDS &&
		d->words[after + WINDOW_RIGHT_WORDS - 1].end < o.right_end)
		o.right_end = d->words[after + WINDOW_RIGHT_WORDS - 1].end;
	return o;
}

/* ---- putting it together ---- */

static void add(struct window *w, unsigned id)
{
	w->ids[w->n++] = (uint16_t)id;
}

static void add_stretch(struct window *w, const struct tok_subword *p, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		add(w, p[i].id);
}

/* How much of each side fits. */
static void fit(uint32_t *left, uint32_t *right, uint32_t room)
{
	if (*left + *right <= room)
		return;
	uint32_t least = *left < LEFT_LEAST ? *left : LEFT_LEAST;
	uint32_t kept = *right < room ? room - *right : 0;
	*left = kept > least ? kept : least;
	*right = room - *left;
}

static bool begins_word(const struct tok_vocabulary *v, uint16_t id)
{
	struct slice text = tok_subword_text(v, id);
	return text.n == 0 || text.p[0] == ' ';
}

/* The left's last n subwords, without the rest of a word that lost its beginning. */
static void add_left(
	struct window *w, const struct tok_vocabulary *v, const struct stretch *left, uint32_t n)
{
	const struct tok_subword *p = left->p + (left->n - n);
	uint32_t rest = 0;
	while (rest < n && rest < PARTIAL_MAX && !begins_word(v, p[rest].id))
		rest++;
	if (n == left->n || rest == n || !begins_word(v, p[rest].id))
		rest = 0;
	add_stretch(w, p + rest, n - rest);
}

/* Borders of the heading that the hidden stretch hides. */
struct borders {
	bool begins, ends;
};

static struct borders hidden_borders(
	const struct tok_doc *d, const struct parts *o, uint32_t section)
{
	if (section >= d->n_sections)
		return (struct borders){0};
	const struct tok_section *s = &d->sections[section];
	if (s->body == s->start)
		return (struct borders){0};
	return (struct borders){s->start >= o->left_end &&
				s->start<o->right, s->body> o->left_end && s->body <= o->right};
}

static void assemble(const struct tok_vocabulary *v, const struct stretch *left,
	const struct stretch *mention, const struct stretch *right, struct borders hidden,
	struct window *w)
{
	uint32_t shown = mention->n ? mention->n : 1;
	uint32_t n_left = left->n, n_right = right->n;
	/* [CLS] class [M] [/M] [EOS] */
	fit(&n_left, &n_right, WINDOW_SUBWORDS - 5 - shown - hidden.begins - hidden.ends);
	w->n = 0;
	add(w, TOK_SUB_CLS);
	add(w, TOK_SUB_SECTION + w->section);
	add_left(w, v, left, n_left);
	if (hidden.begins)
		add(w, TOK_SUB_HEADER);
	w->mark = w->n;
	add(w, TOK_SUB_MARK);
	if (mention->n)
		add_stretch(w, mention->p, mention->n);
	else
		add(w, TOK_SUB_COND);
	add(w, TOK_SUB_UNMARK);
	if (hidden.ends)
		add(w, TOK_SUB_UNHEADER);
	add_stretch(w, right->p, n_right);
	add(w, TOK_SUB_EOS);
}

static int encode(const struct tok_vocabulary *v, const struct tok_doc *d, uint32_t start,
	uint32_t end, struct arena *a, struct stretch *out)
{
	return tok_subwords(v, d, start, end, a, &out->p, &out->n);
}

int window_cut(const struct tok_vocabulary *v, const struct mention_context *m, bool show_mention,
	struct arena *scratch, struct window *out)
{
	const struct tok_doc *d = m->doc;
	struct arena_mark mark = arena_mark(scratch);
	struct parts o = parts_of(m, show_mention);
	struct stretch left = {0}, mention = {0}, right = {0};
	struct borders hidden = {0};
	uint32_t section = tok_section_at(d, m->start);
	int rc = encode(v, d, o.left, o.left_end, scratch, &left);
	if (rc == LODE_OK)
		rc = encode(v, d, o.right, o.right_end, scratch, &right);
	if (rc == LODE_OK && show_mention) {
		uint32_t end = reach_right(d, m->start, MENTION_REACH);
		rc = encode(v, d, m->start, m->end < end ? m->end : end, scratch, &mention);
		if (mention.n > MENTION_SUBWORDS)
			mention.n = MENTION_SUBWORDS;
	}
	if (!mention.n)
		hidden = hidden_borders(d, &o, section);
	if (rc == LODE_OK) {
		out->section = section < d->n_sections ? d->sections[section].class : TOK_SEC_NONE;
		assemble(v, &left, &mention, &right, hidden, out);
	}
	arena_rewind(scratch, mark);
	return rc;
}
