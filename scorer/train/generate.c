/* How a mini-note comes about: first what its mention shall say is drawn (by 1/sqrt of how often real
 * mentions say it), then a form that can say it and a place where the form may stand; then the note
 * around it is written from forms of the same place that say anything, so that what stands beside a mention
 * tells nothing about it that the sentence does not. */
#include "scorer/train/generate.h"

#include "scorer/train/example.h"
#include "scorer/train/forms.h"
#include "scorer/train/template.h"
#include "scorer/train/typo.h"

#include <stdlib.h>

/* What a mention says, all axes at once; the letters of template.h.  shares: square root of how often
 * each comes up among labelled rows, in percent of the first. */
static const struct target {
	char letters[5];
	unsigned share;
} targets[] = {{"ACPR", 100}, {"NCPR", 65}, {"ACPS", 60}, {"AHPF", 52}, {"APPR", 52}, {"ACOS", 36},
	{"NCPS", 16}, {"NCOS", 14}, {"AHP-", 20}, {"NCP-", 12}, {"ACO-", 10}, {"ACOR", 8},
	{"APP-", 5}, {"APOS", 6}, {"NCO-", 3}};
enum { TARGETS = sizeof(targets) / sizeof(targets[0]) };

/* Share of a set of forms; items are written as lines of a list. */
static const struct form_set {
	const struct made_forms *forms;
	bool is_list;
} sets[] = {{&made_plain, false}, {&made_denied, false}, {&made_doubted, false},
	{&made_supposed, false}, {&made_past, false}, {&made_others, false}, {&made_mixed, false},
	{&made_items, true}};
enum { SETS = sizeof(sets) / sizeof(sets[0]) };

/* A form in a kind of section, where it can say the target. */
struct way {
	const char *text;
	uint16_t section;
	bool is_list;
};
struct ways {
	struct way *list;
	size_t n, cap;
};

struct generator {
	const struct names *names;
	struct ways say[TARGETS]; /* that hold a mention of the target */
	struct ways all[32];      /* by bit of the place: whatever may stand there */
	unsigned shares;
};

/* ---- tables ---- */

static int ways_add(struct ways *w, struct way way)
{
	if (w->n == w->cap) {
		size_t cap = w->cap ? 2 * w->cap : 64;
		struct way *list = realloc(w->list, cap * sizeof(*list));
		if (!list)
			return LODE_NOMEM;
		w->list = list;
		w->cap = cap;
	}
	w->list[w->n++] = way;
	return 0;
}

struct reach {
	const char *here;
	uint32_t targets; /* bits */
};

static void reach_seen(void *arg, const char letters[4])
{
	struct reach *r = arg;
	for (unsigned t = 0; t < TARGETS; t++) {
		bool same = true;
		for (unsigned axis = 0; axis < 4; axis++) {
			char l = letters[axis] == 'D' ? r->here[axis] : letters[axis];
			same = same && l == targets[t].letters[axis];
		}
		if (same)
			r->targets |= 1u << t;
	}
}

static int add_form(struct generator *g, const struct made_form *f, bool is_list, struct err *e)
{
	for (unsigned s = 0; s < made_section_count; s++) {
		if (!(f->where & made_sections[s].place))
			continue;
		struct reach r = {made_sections[s].here, 0};
		int rc = template_walk(f->text, reach_seen, &r, e);
		struct way way = {f->text, (uint16_t)s, is_list};
		for (unsigned t = 0; rc == 0 && t < TARGETS; t++)
			if (r.targets & 1u << t)
				rc = ways_add(&g->say[t], way);
		if (rc == 0)
			rc = ways_add(&g->all[__builtin_ctz(made_sections[s].place)], way);
		if (rc)
			return rc;
	}
	return 0;
}

int generator_create(struct generator **out, const struct names *names, struct err *e)
{
	struct generator *g = calloc(1, sizeof(*g));
	if (!g)
		return err_set(e, LODE_NOMEM, "generator");
	g->names = names;
	int rc = 0;
	for (unsigned s = 0; rc == 0 && s < SETS; s++)
		for (unsigned i = 0; rc == 0 && i < sets[s].forms->n; i++)
			rc = add_form(g, &sets[s].forms->list[i], sets[s].is_list, e);
	for (unsigned t = 0; rc == 0 && t < TARGETS; t++) {
		g->shares += targets[t].share;
		if (g->say[t].n == 0)
			rc = err_set(e, LODE_BUG, "no form says %s", targets[t].letters);
	}
	if (rc) {
		generator_destroy(g);
		return rc;
	}
	*out = g;
	return 0;
}

void generator_destroy(struct generator *g)
{
	if (!g)
		return;
	for (unsigned t = 0; t < TARGETS; t++)
		free(g->say[t].list);
	for (unsigned p = 0; p < 32; p++)
		free(g->all[p].list);
	free(g);
}

/* ---- writing ---- */

/* How a note looks, one for all of its sections. */
struct look {
	bool is_inline, has_blank_line, is_bare, is_crowded;
	unsigned numbering; /* of lists */
};

static const char *const numberings[] = {"", "", "- ", "* ", "#. ", "#) ", "#. ", "# "};

static int heading(
	struct script *s, const struct made_section *sec, const struct look *l, struct err *e)
{
	struct slice rest = slice_str(sec->headings), name = {NULL, 0};
	unsigned n = 1;
	for (size_t i = 0; i < rest.n; i++)
		n += rest.p[i] == '|';
	for (unsigned k = random_below(&s->random, n) + 1; k > 0; k--) {
		const char *bar = memchr(rest.p, '|', rest.n);
		size_t len = bar ? (size_t)(bar - rest.p) : rest.n;
		name = slice_of(rest.p, len);
		rest = slice_of(rest.p + len + (bar ? 1 : 0), rest.n - len - (bar ? 1 : 0));
	}
	if (s->text.n)
		buf_put_str(&s->text, l->is_crowded ? " " : l->has_blank_line ? "\n\n" : "\n");
	buf_put_slice(&s->text, name);
	buf_put_str(&s->text, ":");
	buf_put_str(&s->text, l->is_inline || l->is_crowded ? " " : "\n");
	return 0;
}

static const struct way *any_way(
	const struct generator *g, struct script *s, unsigned section, bool is_list)
{
	const struct ways *w = &g->all[__builtin_ctz(made_sections[section].place)];
	for (unsigned tries = 0; w->n && tries < 6; tries++) {
		const struct way *way = &w->list[random_below(&s->random, (uint32_t)w->n)];
		if (way->is_list == is_list)
			return way;
	}
	return NULL;
}

/* A sentence that has nothing to do with the target. */
static int filler(const struct generator *g, struct script *s, unsigned section, struct err *e)
{
	const struct way *way =
		random_percent(&s->random, 55) ? any_way(g, s, section, false) : NULL;
	int rc = template_write(s, way ? way->text : "{neutral}", e);
	buf_put_str(&s->text, " ");
	return rc;
}

static void number_item(struct script *s, unsigned numbering, unsigned i, bool is_own_line)
{
	if (s->text.n && is_own_line && s->text.p[s->text.n - 1] != '\n' && i > 0)
		buf_put_str(&s->text, "\n");
	for (const char *p = numberings[numbering]; *p; p++) {
		if (*p == '#' && p[1] != ' ')
			buf_printf(&s->text, "%u", i + 1);
		else
			buf_put_byte(&s->text, (uint8_t)*p);
	}
}

/* The target among the mentions written from `first` on. */
struct aim {
	unsigned target, section, chosen;
	bool has_chosen;
};

static void choose(struct script *s, struct aim *a, unsigned first)
{
	const char *here = made_sections[a->section].here, *want = targets[a->target].letters;
	unsigned fit = 0;
	for (unsigned i = first; i < s->n; i++) {
		bool same = true;
		for (unsigned axis = 0; axis < 4; axis++)
			same = same &&
			       s->mentions[i].label[axis] == template_label(axis, want[axis], here);
		if (same && random_below(&s->random, ++fit) == 0)
			a->chosen = i;
	}
	a->has_chosen = fit > 0;
}

static int write_list(const struct generator *g, struct script *s, const struct way *way,
	const struct look *l, struct aim *a, struct err *e)
{
	unsigned n = 1 + random_below(&s->random, 6), at = random_below(&s->random, n);
	bool own_line = !l->is_crowded && random_percent(&s->random, 80);
	int rc = 0;
	for (unsigned i = 0; rc == 0 && i < n; i++) {
		const struct way *item = i == at ? way : any_way(g, s, way->section, true);
		unsigned first = s->n;
		if (!item)
			continue;
		number_item(s, own_line || l->numbering > 3 ? l->numbering : 0, i, own_line);
		rc = template_write(s, item->text, e);
		if (i == at)
			choose(s, a, first);
		if (!own_line)
			buf_put_str(&s->text, " ");
	}
	return rc;
}

static int write_body(const struct generator *g, struct script *s, const struct way *way,
	const struct look *l, struct aim *a, struct err *e)
{
	int rc = 0;
	s->here = made_sections[way->section].here;
	if (way->is_list)
		return write_list(g, s, way, l, a, e);
	for (unsigned k = random_below(&s->random, 3); rc == 0 && k > 0; k--)
		rc = filler(g, s, way->section, e);
	unsigned first = s->n;
	if (rc == 0)
		rc = template_write(s, way->text, e);
	choose(s, a, first);
	buf_put_str(&s->text, " ");
	for (unsigned k = random_below(&s->random, 3); rc == 0 && k > 0; k--)
		rc = filler(g, s, way->section, e);
	return rc;
}

/* A section before or behind, of any kind. */
static int write_other(
	const struct generator *g, struct script *s, const struct look *l, struct err *e)
{
	unsigned section = random_below(&s->random, made_section_count);
	s->here = made_sections[section].here;
	int rc = heading(s, &made_sections[section], l, e);
	for (unsigned k = 1 + random_below(&s->random, 2); rc == 0 && k > 0; k--)
		rc = filler(g, s, section, e);
	return rc;
}

/* ---- the look of the letters ---- */

static void recase(struct buf *text, bool to_capital)
{
	char low = to_capital ? 'a' : 'A', high = to_capital ? 'z' : 'Z';
	for (size_t i = 0; i < text->n; i++)
		if (text->p[i] >= low && text->p[i] <= high)
			text->p[i] = (char)(text->p[i] ^ 0x20);
}

/* "fever , chills ." as some corpora have it. */
static int space_out(struct slice text, struct made_note *out)
{
	uint32_t start = out->start, end = out->end;
	for (size_t i = 0; i < text.n; i++) {
		if (i == start)
			out->start = (uint32_t)out->text.n;
		if (i == end)
			out->end = (uint32_t)out->text.n;
		bool apart = (i < start || i >= end) && strchr(".,;:()", text.p[i]) && i > 0 &&
			     (i + 1 == text.n || text.p[i + 1] == ' ' || text.p[i] == '(');
		if (apart && text.p[i - 1] != ' ' && text.p[i - 1] != '\n')
			buf_put_str(&out->text, " ");
		buf_put_byte(&out->text, (uint8_t)text.p[i]);
		if (apart && text.p[i] == '(')
			buf_put_str(&out->text, " ");
	}
	if (end == text.n)
		out->end = (uint32_t)out->text.n;
	return out->text.failed ? LODE_NOMEM : 0;
}

static int finish(struct script *s, const struct made_mention *m, struct made_note *out)
{
	out->start = m->start;
	out->end = m->end;
	memcpy(out->label, m->label, sizeof(out->label));
	unsigned look = random_below(&s->random, 100);
	if (look < 8)
		recase(&s->text, true);
	else if (look < 16)
		recase(&s->text, false);
	unsigned slips = random_percent(&s->random, 15) ? 12 : 0;
	if (look >= 90)
		return space_out(buf_slice(&s->text), out);
	return typo_text(
		buf_slice(&s->text), slips, &s->random, &out->start, &out->end, &out->text);
}

static struct look draw_look(struct script *s)
{
	struct look l = {0};
	l.is_inline = random_percent(&s->random, 60);
	l.has_blank_line = random_percent(&s->random, 60);
	l.is_crowded = random_percent(&s->random, 12);
	l.is_bare = random_percent(&s->random, 30);
	l.numbering = random_below(&s->random, sizeof(numberings) / sizeof(numberings[0]));
	return l;
}

/* Where the section alone says it, it must be there. */
static bool needs_heading(const struct way *way)
{
	return made_sections[way->section].place &
	       ~(uint32_t)(IN_STORY | IN_VIEW | IN_EXAM | IN_OP | IN_ROS | IN_REASON | IN_PLAIN |
			   IN_SOCIAL | IN_COMPLICATIONS);
}

static int write_note(const struct generator *g, struct script *s, unsigned target,
	struct made_mention *out, bool *found, struct err *e)
{
	const struct ways *w = &g->say[target];
	const struct way *way = &w->list[random_below(&s->random, (uint32_t)w->n)];
	struct aim a = {.target = target, .section = way->section};
	struct look l = draw_look(s);
	int rc = 0;
	bool is_bare = l.is_bare && !needs_heading(way);
	if (!is_bare && random_percent(&s->random, 40))
		rc = write_other(g, s, &l, e);
	if (rc == 0 && !is_bare)
		rc = heading(s, &made_sections[way->section], &l, e);
	if (rc == 0)
		rc = write_body(g, s, way, &l, &a, e);
	if (rc == 0 && a.has_chosen)
		*out = s->mentions[a.chosen];
	*found = a.has_chosen;
	if (rc == 0 && !is_bare && random_percent(&s->random, 40))
		rc = write_other(g, s, &l, e);
	return rc;
}

static unsigned draw_target(const struct generator *g, struct random *c)
{
	unsigned at = random_below(c, g->shares), t = 0;
	while (at >= targets[t].share)
		at -= targets[t++].share;
	return t;
}

int generator_make(const struct generator *g, uint64_t seed, uint64_t step, uint32_t index,
	struct made_note *out, struct err *e)
{
	struct script s = {.random = random_for(seed, RANDOM_MADE, step, index), .names = g->names};
	struct made_mention m = {0};
	bool found = false;
	int rc = 0;
	/* A choice between alternatives may leave the target out: then again, until it is in. */
	unsigned target = draw_target(g, &s.random);
	while (rc == 0 && !found) {
		buf_clear(&s.text);
		s.n = 0;
		s.is_female = random_percent(&s.random, 50);
		s.dialect = (uint8_t)random_below(&s.random, 6);
		rc = write_note(g, &s, target, &m, &found, e);
	}
	buf_clear(&out->text);
	if (rc == 0)
		rc = finish(&s, &m, out);
	buf_release(&s.text);
	return rc;
}
