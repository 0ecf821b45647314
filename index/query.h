/* The query language: text -> tree, and back.  Pure, no storage.  docs/query.md has the grammar.
 * Private to the room. */
#ifndef LODESTONE_INDEX_QUERY_H
#define LODESTONE_INDEX_QUERY_H

#include "index/index.h"

enum {
	QUERY_BYTES_MAX = 8192,
	QUERY_LEAVES_MAX = 64,
	QUERY_REGEX_MAX = 16,        /* regexes of a query */
	QUERY_REGEX_BYTES_MAX = 512, /* of one */
	QUERY_DEPTH_MAX = 16,        /* parentheses within parentheses */
	QUERY_NEAR_MAX = 100,        /* words between */
	QUERY_PREFIX_MIN = 2,        /* letters and digits */
};

enum query_kind {
	/* inner nodes */
	QUERY_AND,
	QUERY_OR,
	QUERY_NOT,  /* one child */
	QUERY_NEAR, /* two operands or more, each a leaf with places or an OR of such leaves */
	/* leaves with places */
	QUERY_WORD,
	QUERY_PHRASE,
	QUERY_PREFIX,
	QUERY_REGEX,
	/* conditions on the note */
	QUERY_TYPE,
	QUERY_DATE,
	QUERY_SECTION, /* while parsing; never in a tree */
};

enum { QUERY_ALL_SECTIONS = 0 };

/* A tree in its plainest form: no AND in AND, no OR in OR, no NOT of a NOT, nothing with one child but
 * NOT; section filters stand in the leaves they narrow. */
struct query_node {
	enum query_kind kind;
	bool widened;      /* WORD, PHRASE: written with "~" */
	uint8_t distance;  /* operand of NEAR but the first: words between it and the one before */
	uint32_t column;   /* code points, from 1 */
	uint32_t number;   /* of a leaf among leaves, of a NEAR among NEARs; set by who evaluates */
	uint32_t sections; /* leaf with places: bit per section class, or QUERY_ALL_SECTIONS */
	struct slice text; /* escapes undone; PREFIX without its star; REGEX between its slashes */
	struct slice from, to;           /* DATE: YYYY, YYYY-MM or YYYY-MM-DD; empty: open */
	struct query_node *first, *next; /* children; sibling */
};

/* any: what stands side by side is joined by OR.  Everything in the arena; q may go.  LODE_BADREQ names
 * the column, never the text; LODE_NOMEM. */
int query_parse(struct slice q, bool any, struct tokenizer *t, struct arena *a,
	struct query_node **out, struct err *e);
/* The tree written out: query_parse of it, any or not, gives the same tree (columns aside).  Failure
 * stays in out->failed. */
void query_print(const struct query_node *n, struct buf *out);

static inline bool query_is_place(const struct query_node *n)
{
	return n->kind >= QUERY_WORD && n->kind <= QUERY_REGEX;
}

/* Is the condition true of a note of this type and date (RFC 3339, may be empty)?  n: TYPE or DATE. */
bool query_note_passes(const struct query_node *n, struct slice type, struct slice date);

/* ---- query_lex.c ---- */

enum query_token_kind {
	QUERY_T_END,
	QUERY_T_LEAF, /* of the kind `leaf` */
	QUERY_T_AND,
	QUERY_T_OR,
	QUERY_T_NOT,
	QUERY_T_NEAR,
	QUERY_T_OPEN,
	QUERY_T_CLOSE,
};

struct query_token {
	enum query_token_kind kind;
	struct query_node leaf;
	uint32_t column, distance;
};

struct query_lexer {
	struct slice q;
	size_t at;
	size_t counted; /* bytes of which cp is the count of code points */
	uint32_t cp;
	char *room; /* unescaped texts end to end: as many bytes as q at most */
	size_t used;
	struct tokenizer *t;
	struct arena *a, scratch;
};

/* The next token; what has no words in it is passed over. */
int query_lex(struct query_lexer *l, struct query_token *out, struct err *e);
/* LODE_BADREQ. */
int query_expected(struct err *e, uint32_t column, const char *what);

#endif
