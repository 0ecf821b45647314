/* What cues cost: the automaton pass over all words, and judging one mention per sentence, with 100,
 * 1,000 and all phrases, and with 10,000 more that begin like notes and never occur.  The cost per
 * word grows with the cues found, not with the phrases there are.
 *
 *   cue_bench [SEED]
 *
 * The text is made here from a small vocabulary of note words and cues; MB/s are bytes of sentence
 * text judged per second on one core. */
#include "bench/clock.h"
#include "scorer/cue_scan.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_BYTES = 4 << 20, ROUNDS = 5, PHRASE_BYTES = 1 << 17 };

static const char *const vocabulary[] = {"the", "patient", "has", "no", "fever", "chills", "cough",
	"denies", "chest", "pain", "and", "or", "with", "history", "of", "diabetes", "mellitus",
	"was", "seen", "today", "in", "clinic", "for", "follow", "up", "lungs", "are", "clear",
	"heart", "regular", "rate", "rhythm", "abdomen", "soft", "left", "right", "lower",
	"extremity", "edema", "mild", "severe", "on", "medication", "daily", "mg", "tablet",
	"status", "post", "repair", "possible", "pneumonia", "without", "evidence", "mother", "had",
	"stroke", "if", "returns", "previous", "normal", "exam", "surgery", "pressure", "blood",
	"negative", "2003", "12"};

static void make_text(struct buf *b, unsigned seed)
{
	unsigned n_words = sizeof(vocabulary) / sizeof(vocabulary[0]);
	while (b->n < TEXT_BYTES) {
		unsigned length = 6 + (unsigned)rand_r(&seed) % 20;
		for (unsigned i = 0; i < length; i++) {
			size_t at = b->n;
			buf_put_str(b, vocabulary[(unsigned)rand_r(&seed) % n_words]);
			if (i == 0)
				b->p[at] = (char)(b->p[at] & ~0x20);
			buf_put_str(b, i + 1 == length ? ". " : rand_r(&seed) % 9 ? " " : ", ");
		}
	}
}

static const struct cue_table *const tables[] = {
	&cue_table_negation, &cue_table_certainty, &cue_table_frame, &cue_table_scope};

enum { TABLES = sizeof(tables) / sizeof(tables[0]), RULES_MAX = 512 };

/* A part of the real tables: `wanted` of all phrases, evenly taken. */
struct thinner {
	unsigned total, wanted, seen, taken;
	struct cue_rule rules[RULES_MAX];
	unsigned n;
	char text[PHRASE_BYTES];
	size_t used;
};

static void thin_rule(struct thinner *t, const struct cue_rule *rule)
{
	size_t start = t->used;
	for (const char *p = rule->phrases; *p;) {
		size_t len = strcspn(p, "|");
		if ((uint64_t)++t->seen * t->wanted / t->total > t->taken) {
			if (t->used > start)
				t->text[t->used++] = '|';
			memcpy(t->text + t->used, p, len);
			t->used += len;
			t->taken++;
		}
		p += len + (p[len] == '|');
	}
	if (t->used == start || t->n == RULES_MAX)
		return;
	t->text[t->used++] = '\0';
	t->rules[t->n] = *rule;
	t->rules[t->n++].phrases = t->text + start;
}

static void thin(struct thinner *t, unsigned wanted)
{
	*t = (struct thinner){.wanted = wanted};
	for (unsigned i = 0; i < TABLES; i++)
		for (unsigned k = 0; k < tables[i]->n; k++)
			for (const char *p = tables[i]->rules[k].phrases; p; p = strchr(p + 1, '|'))
				t->total++;
	for (unsigned i = 0; i < TABLES; i++)
		for (unsigned k = 0; k < tables[i]->n; k++)
			thin_rule(t, &tables[i]->rules[k]);
}

static double scan_all(const struct cue_engine *c, const struct tok_doc *d, unsigned *marks)
{
	static struct cue_stretch s;
	double start = cpu_s();
	*marks = 0;
	for (uint32_t first = 0; first < d->n_words; first += CUE_WORDS) {
		uint32_t left = d->n_words - first;
		cue_scan(c, d, first, left < CUE_WORDS ? left : CUE_WORDS, &s);
		*marks += s.n_marks;
	}
	return cpu_s() - start;
}

/* One mention in each sentence: the word in its middle. */
static double judge_all(
	const struct cue_engine *c, const struct tok_doc *d, unsigned *mentions, unsigned *plain)
{
	double start = cpu_s();
	*mentions = *plain = 0;
	uint32_t w = 0;
	for (uint32_t i = 0; i < d->n_sentences; i++) {
		uint32_t middle =
			d->sentences[i].start + (d->sentences[i].end - d->sentences[i].start) / 2;
		while (w < d->n_words && d->words[w].start < middle)
			w++;
		if (w == d->n_words)
			break;
		struct mention_context m = {d, d->words[w].start, d->words[w].end, {NULL, 0}};
		struct assertion a;
		cue_judge(c, &m, NULL, &a);
		*plain += a.class == ASSERT_PRESENT;
		++*mentions;
	}
	return cpu_s() - start;
}

static int measure(const struct tok_doc *d, const struct cue_table *const *used, unsigned n_used,
	struct err *e)
{
	unsigned marks = 0, mentions = 0, plain = 0;
	struct cue_engine *c = NULL;
	int rc = cue_engine_build(used, n_used, &c, e);
	double scan = 1e9, judge = 1e9;
	for (unsigned i = 0; rc == 0 && i < ROUNDS; i++) {
		double s = scan_all(c, d, &marks), j = judge_all(c, d, &mentions, &plain);
		scan = s < scan ? s : scan;
		judge = j < judge ? j : judge;
	}
	if (rc == 0)
		printf("%5u phrases, %5u states: scan %5.1f ns/word %6.1f MB/s (%6u cues); "
		       "judge %5.0f ns/mention %6.1f MB/s (%u mentions, %u plain)\n",
			cue_engine_rules(c), automaton_states(c->automaton),
			scan / d->n_words * 1e9, (double)d->text.n / scan / 1e6, marks,
			judge / mentions * 1e9, (double)d->text.n / judge / 1e6, mentions, plain);
	cue_engine_destroy(c);
	return rc;
}

static int measure_thinned(const struct tok_doc *d, unsigned wanted, struct err *e)
{
	static struct thinner t;
	thin(&t, wanted);
	const struct cue_table table = {t.rules, t.n}, *const one = &table;
	return measure(d, &one, 1, e);
}

/* All of them, and 10,000 that share their first words with the text. */
static int measure_padded(const struct tok_doc *d, struct err *e)
{
	struct buf text = {.p = NULL};
	for (unsigned i = 0; i < 10000; i++)
		buf_printf(&text, "%shistory of term%u", i ? "|" : "", i);
	buf_put_byte(&text, 0);
	const struct cue_rule rule = {ROLE_PSEUDO, SIDE_BOTH, 0, 0, 0, text.p};
	const struct cue_table padding = {&rule, 1};
	const struct cue_table *used[TABLES + 1] = {[TABLES] = &padding};
	memcpy(used, tables, sizeof(tables));
	int rc = measure(d, used, TABLES + 1, e);
	buf_release(&text);
	return rc;
}

int main(int argc, char **argv)
{
	unsigned seed = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 7;
	struct buf text = {.p = NULL};
	make_text(&text, seed);
	struct arena arena;
	arena_init(&arena, (size_t)1 << 30);
	struct tokenizer *t = NULL;
	struct tok_doc d;
	struct err e = {0, ""};
	int rc = tok_create(&t, &e);
	if (rc == 0)
		rc = tok_scan(t, buf_slice(&text), &arena, &d, &e);
	if (rc == 0)
		printf("seed %u, %zu bytes, %u words, %u sentences, best of %d\n", seed, text.n,
			d.n_words, d.n_sentences, ROUNDS);
	if (rc == 0)
		rc = measure_thinned(&d, 100, &e);
	if (rc == 0)
		rc = measure_thinned(&d, 1000, &e);
	if (rc == 0)
		rc = measure(&d, tables, TABLES, &e);
	if (rc == 0)
		rc = measure_padded(&d, &e);
	if (rc)
		fprintf(stderr, "cue_bench: %s\n", e.text);
	tok_destroy(t);
	arena_release(&arena);
	buf_release(&text);
	return rc ? 1 : 0;
}
