/* Words of a chart that are a slip or two away from a word of the condition.
 *
 * The chart's own vocabulary is walked once: a length and a set of letters turn most words away, the
 * rest are compared by optimal string alignment (a letter put in, left out or changed, or two
 * neighbours swapped, each once; Damerau 1964). */
#include "index/chart.h"
#include "index/lexicon.h"
#include "index/names_walk.h"
#include "index/run.h"
#include "index/scope.h"

enum {
	WORD_LEAST = 5,   /* bytes; shorter words are too near to one another */
	TWO_LEAST = 8,    /* ... and two edits need so many */
	FIRST_LEAST = 7,  /* under it the first letter is never wrong */
	SURE_LEAST = 6,   /* one edit in so long a word is no hint but a mention */
	WORDS_MAX = 24,   /* that are looked for at once */
	FORMS_MAX = 12,   /* found for one of them in a chart */
	NAMES_TRIED = 6,  /* of the condition */
	SPELLED_MAX = 48, /* names made for a chart */
	/* the same for all charts: past it nobody can be left out */
	ALL_FORMS_MAX = 1024,
	ALL_SPELLED_MAX = 4096,
	STOP_TERMS = 4096, /* walked between two looks at the clock */
};

struct form {
	struct slice term;
	unsigned edits;
};

struct wanted {
	struct slice word;
	uint32_t letters;
	unsigned edits_max;
	struct inflections *other; /* its forms: no slips, and matched as they are */
	struct form *forms;
	uint32_t n_forms;
	size_t cap_forms;
};

struct look {
	const struct names_options *o;
	struct arena *a;
	struct wanted words[WORDS_MAX];
	uint32_t n;
	size_t least, most; /* bytes of a term that may be one */
	uint32_t forms_most, spelled_most;
	bool is_cut; /* there are more */
};

/* A bit per letter, the rest together. */
static uint32_t letters_of(struct slice s)
{
	uint32_t bits = 0;
	for (size_t i = 0; i < s.n; i++)
		bits |= s.p[i] >= 'a' && s.p[i] <= 'z' ? 1U << (s.p[i] - 'a') : 1U << 26;
	return bits;
}

static unsigned least3(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;
	return least < c ? least : c;
}

unsigned spelling_distance(struct slice a, struct slice b, unsigned most)
{
	unsigned rows[3][TOK_TERM_MAX + 1];
	size_t apart = a.n > b.n ? a.n - b.n : b.n - a.n;
	if (apart > most || a.n > TOK_TERM_MAX || b.n > TOK_TERM_MAX)
		return most + 1;
	for (size_t j = 0; j <= b.n; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned *now = rows[i % 3], best = (unsigned)i;
		const unsigned *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b.n; j++) {
			unsigned change = before[j - 1] + (a.p[i - 1] != b.p[j - 1]);
			now[j] = least3(change, before[j] + 1, now[j - 1] + 1);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
				a.p[i - 2] == b.p[j - 1] && earlier[j - 2] + 1 < now[j])
				now[j] = earlier[j - 2] + 1;
			best = now[j] < best ? now[j] : best;
		}
		if (best > most)
			return most + 1;
	}
	unsigned edits = rows[a.n % 3][b.n];
	return edits > most ? most + 1 : edits;
}

/* A word of any name in any lexicon that is on, or a form of one, is no slip. */
static bool is_known(const struct look *l, struct slice term)
{
	struct inflections other;
	inflect(term, &other);
	for (uint32_t i = 0; i <= l->o->n_lexicons; i++) {
		const struct lexicon *lex =
			i < l->o->n_lexicons ? l->o->lexicons[i] : lexicon_builtin();
		if (lexicon_word(lex, term) != LEXICON_NONE)
			return true;
		for (uint32_t k = 0; k < other.n; k++)
			if (lexicon_word(lex, other.at[k]) != LEXICON_NONE)
				return true;
	}
	return false;
}

static bool is_form(const struct wanted *w, struct slice term)
{
	for (uint32_t i = 0; i < w->other->n; i++)
		if (slice_eq(w->other->at[i], term))
			return true;
	return false;
}

static bool has_digit(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return true;
	return false;
}

static int add_form(struct look *l, struct wanted *w, struct slice term, unsigned edits)
{
	for (uint32_t i = 0; i < w->n_forms; i++)
		if (slice_eq(w->forms[i].term, term))
			return 0;
	if (w->n_forms == l->forms_most) {
		l->is_cut = true;
		return 0;
	}
	struct slice copy = arena_slice(l->a, term);
	struct form *forms = arena_grow(l->a, w->forms, w->n_forms, sizeof(*forms), &w->cap_forms);
	if (!copy.p || !forms)
		return LODE_NOMEM;
	w->forms = forms;
	w->forms[w->n_forms++] = (struct form){copy, edits};
	return 0;
}

static int on_term(void *arg, struct slice term, uint32_t df)
{
	struct look *l = arg;
	if (term.n < l->least || term.n > l->most)
		return 0;
	uint32_t letters = letters_of(term);
	for (uint32_t i = 0; i < l->n; i++) {
		struct wanted *w = &l->words[i];
		size_t apart = term.n > w->word.n ? term.n - w->word.n : w->word.n - term.n;
		if (apart > w->edits_max ||
			(unsigned)__builtin_popcount(letters ^ w->letters) > 2 * w->edits_max ||
			(w->word.n < FIRST_LEAST && term.p[0] != w->word.p[0]))
			continue;
		unsigned edits = spelling_distance(w->word, term, w->edits_max);
		if (edits == 0 || edits > w->edits_max || term.n < WORD_LEAST - 1 ||
			has_digit(term) || is_form(w, term) || is_known(l, term))
			continue;
		int rc = add_form(l, w, term, edits);
		if (rc)
			return rc;
	}
	return 0;
}

static struct wanted *want(struct look *l, struct slice term)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (slice_eq(l->words[i].word, term))
			return &l->words[i];
	if (l->n == WORDS_MAX || term.n < WORD_LEAST || term.n > TOK_TERM_MAX - 2 ||
		has_digit(term))
		return NULL;
	struct inflections *other = arena_alloc(l->a, sizeof(*other));
	if (!other)
		return NULL;
	inflect(term, other);
	struct wanted *w = &l->words[l->n++];
	*w = (struct wanted){.word = term,
		.other = other,
		.letters = letters_of(term),
		.edits_max = term.n >= TWO_LEAST ? 2 : 1};
	size_t low = term.n - w->edits_max, high = term.n + w->edits_max;
	l->least = low < l->least ? low : l->least;
	l->most = high > l->most ? high : l->most;
	return w;
}

static int walk_chart(struct chart *c, struct look *l, struct err *e)
{
	for (uint32_t i = 0; i < c->n_segments; i++) {
		struct err why = {0};
		if (c->segments[i].damaged)
			continue;
		int rc = segment_terms(&c->segments[i].seg, SLICE(""), on_term, l, &why);
		if (rc == LODE_CORRUPT)
			chart_damage(c, i, why.text);
		else if (rc < 0)
			return err_set(e, rc, "no memory for other spellings");
	}
	return 0;
}

static int walk_run(
	const struct run *r, struct look *l, const struct search_stop *stop, struct err *e)
{
	struct run_walk w = run_walk_of(r);
	int more = 1, rc = 0;
	for (uint32_t n = 1; rc == 0 && (more = run_walk_next(&w, e)) > 0; n++) {
		rc = on_term(l, run_walk_term(&w), 0);
		if (rc)
			return err_set(e, rc, "no memory for other spellings");
		if (n % STOP_TERMS == 0)
			rc = scope_stop(stop, e);
	}
	return rc ? rc : more;
}

static int walk_runs(struct snapshot *s, struct look *l, const struct search_stop *stop,
	struct arena *scratch, struct err *e)
{
	struct run *runs = NULL;
	uint32_t n = 0;
	int rc = runs_open(s, false, scratch, &runs, &n, e);
	for (uint32_t i = 0; i < n && rc == 0; i++)
		rc = walk_run(&runs[i], l, stop, e);
	return rc;
}

/* The name with one word replaced by a form found. */
static int add_spelled(struct look *l, const struct tok_doc *d, uint32_t word,
	const struct wanted *w, struct names *out)
{
	for (uint32_t i = 0; i < w->n_forms; i++) {
		const struct form *f = &w->forms[i];
		if (out->n == l->spelled_most) {
			l->is_cut = true;
			break;
		}
		size_t start = d->words[word].start, end = d->words[word].end;
		size_t n = d->text.n - (end - start) + f->term.n;
		char *room = arena_alloc(l->a, n);
		if (!room)
			return LODE_NOMEM;
		memcpy(room, d->text.p, start);
		memcpy(room + start, f->term.p, f->term.n);
		memcpy(room + start + f->term.n, d->text.p + end, d->text.n - end);
		out->at[out->n++] = (struct name){.text = slice_of(room, n),
			.via = VIA_SPELLING,
			.as_spelled = true,
			.is_ambiguous = f->edits > 1 || w->word.n < SURE_LEAST,
			.lexicon = NAME_NO_LEXICON};
	}
	return 0;
}

/* ---- both together ---- */

/* The names whose words are looked for. */
struct tried {
	struct tok_doc docs[NAMES_TRIED];
	uint32_t n;
};

static int look_create(const struct names_options *o, uint32_t forms_most, uint32_t spelled_most,
	struct arena *a, struct look **out)
{
	struct look *l = arena_new(a, struct look);
	if (!l)
		return LODE_NOMEM;
	l->o = o;
	l->a = a;
	l->least = SIZE_MAX;
	l->forms_most = forms_most;
	l->spelled_most = spelled_most;
	*out = l;
	return 0;
}

static int want_names(struct look *l, const struct names *names, struct tokenizer *t,
	struct tried *tried, struct err *e)
{
	int rc = 0;
	tried->n = 0;
	for (uint32_t i = 0; i < names->n_full && tried->n < NAMES_TRIED && rc == 0; i++) {
		const struct name *name = &names->at[i];
		struct tok_doc *d = &tried->docs[tried->n];
		if (name->relation != NAME_SAME || name->is_ambiguous || name->as_written)
			continue;
		rc = tok_words(t, name->text, l->a, d, e);
		for (uint32_t k = 0; rc == 0 && k < d->n_words; k++)
			if (d->words[k].kind == TOK_WORD_PLAIN)
				want(l, tok_term(d, &d->words[k]));
		tried->n += rc == 0;
	}
	return rc;
}

static int make_names(struct look *l, const struct tried *tried, struct names *out)
{
	struct names made = {.at = arena_array(l->a, struct name, l->spelled_most)};
	int rc = made.at ? 0 : LODE_NOMEM;
	for (uint32_t i = 0; i < tried->n && rc == 0; i++) {
		const struct tok_doc *d = &tried->docs[i];
		for (uint32_t k = 0; k < d->n_words && rc == 0; k++)
			for (uint32_t j = 0; j < l->n && rc == 0; j++)
				if (d->words[k].kind == TOK_WORD_PLAIN &&
					slice_eq(l->words[j].word, tok_term(d, &d->words[k])))
					rc = add_spelled(l, d, k, &l->words[j], &made);
	}
	made.n_first = made.n_full = made.n;
	made.is_cut = l->is_cut;
	if (rc == 0)
		*out = made;
	return rc;
}

int chart_respell(struct chart *c, const struct names_options *o, const struct names *names,
	struct tokenizer *t, struct arena *a, struct names *out, struct err *e)
{
	struct look *l = NULL;
	struct tried tried = {.n = 0};
	int rc = look_create(o, FORMS_MAX, SPELLED_MAX, a, &l);
	if (rc == 0)
		rc = want_names(l, names, t, &tried, e);
	if (rc == 0 && l->n > 0)
		rc = walk_chart(c, l, e);
	if (rc == 0)
		rc = make_names(l, &tried, out);
	return rc < 0 ? err_set(e, rc, "no memory for other spellings") : 0;
}

int snapshot_respell(struct snapshot *s, const struct names_options *o, const struct names *names,
	struct tokenizer *t, const struct search_stop *stop, struct arena *scratch, struct arena *a,
	struct names *out, struct err *e)
{
	struct look *l = NULL;
	struct tried tried = {.n = 0};
	int rc = look_create(o, ALL_FORMS_MAX, ALL_SPELLED_MAX, a, &l);
	if (rc == 0)
		rc = want_names(l, names, t, &tried, e);
	if (rc == 0 && l->n > 0)
		rc = walk_runs(s, l, stop, scratch, e);
	if (rc == 0)
		rc = make_names(l, &tried, out);
	return rc == LODE_NOMEM ? err_set(e, rc, "no memory for other spellings") : rc;
}
