/* Random charts and queries, and the plain answer to them, of query_oracle_test. */
#ifndef LODESTONE_TESTS_QUERY_RANDOM_H
#define LODESTONE_TESTS_QUERY_RANDOM_H

#include "base/pattern.h"
#include "tests/index/plain_match.h"
#include "tests/index/search_chart.h"

enum { NOTES = 24, KIDS = 3, LEAVES = 24, PLACES = 6000 };

struct note {
	char id[16];
	const char *date, *type;
	char text[PLAIN_TEXT_MAX];
	size_t n;
	bool live;
	struct tok_doc doc; /* in the arena of the chart's questions */
	uint32_t *ends, n_chunks;
};

extern struct note notes[NOTES];
extern unsigned seed;

enum kind { AND, OR, NOT, NEAR, SECTION, WORD, PHRASE, PREFIX, REGEX, WIDE, TYPE, DATE };

struct query {
	enum kind kind;
	struct query *kids[KIDS];
	unsigned n, distance[KIDS], number; /* number: of a leaf with places, in order of writing */
	uint32_t sections;
	char text[200], from[16], to[16];
	struct tok_doc name;
	struct pattern *regex;
	uint32_t found[NOTES]; /* WIDE: places as chart_find has them */
	struct hit *wide[NOTES];
};

struct asked {
	struct arena arena;
	struct test_chart *t;
	char text[8000];
	size_t n;
	bool any;
	unsigned leaves;
	struct query *tree;
	struct pattern_scratch *scratch;
};

struct places {
	struct hit at[PLACES];
	uint32_t n;
};

/* ---- query_random.c ---- */

unsigned pick(unsigned n); /* below n */
/* A chart of many segments, some notes replaced or deleted; what lives of it in one segment. */
void fill_chart(struct test_chart *t);
void fill_fresh(struct test_chart *t);
/* Writes the query into q->text. */
struct query *random_query(struct asked *q, unsigned depth, bool in_section);

/* ---- query_plain.c ---- */

/* Truth; places of what is not negated are added to shown. */
bool judge(struct asked *q, const struct query *n, unsigned note, uint32_t sections, bool positive,
	struct places *shown);

#endif
