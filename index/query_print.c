/* The query language: tree -> text, with every sign escaped that could mean something. */
#include "index/query.h"

static void put_escaped(struct buf *out, struct slice text, const char *signs)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (strchr(signs, c))
			buf_put_byte(out, '\\');
		buf_put_byte(out, (uint8_t)c);
	}
}

static void put_bare(struct buf *out, struct slice text)
{
	static const char *const operators[] = {"AND", "OR", "NOT", "NEAR"};
	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++)
		if (slice_eq(text, slice_str(operators[i])))
			buf_put_byte(out, '\\');
	/* "NEAR/5" as a word is kept from being an operator by its slash. */
	put_escaped(out, text, "\\\"()*~/: \t\n\v\f\r");
}

static void put_quoted(struct buf *out, struct slice text)
{
	buf_put_byte(out, '"');
	put_escaped(out, text, "\\\"");
	buf_put_byte(out, '"');
}

static void put_sections(struct buf *out, uint32_t sections)
{
	const char *before = "section:";
	for (int i = 0; i < TOK_SEC_COUNT; i++)
		if (sections >> i & 1) {
			buf_put_str(out, before);
			buf_put_str(out, tok_section_name((enum tok_section_class)i));
			before = ",";
		}
}

static void put_date(struct buf *out, const struct query_node *n)
{
	buf_put_str(out, "date:");
	buf_put_slice(out, n->from);
	if (!slice_eq(n->from, n->to)) {
		buf_put_str(out, "..");
		buf_put_slice(out, n->to);
	}
}

static void put_leaf(struct buf *out, const struct query_node *n)
{
	bool narrowed = query_is_place(n) && n->sections != QUERY_ALL_SECTIONS;
	if (narrowed) {
		buf_put_byte(out, '(');
		put_sections(out, n->sections);
		buf_put_str(out, " AND ");
	}
	if (n->widened)
		buf_put_byte(out, '~');
	switch (n->kind) {
	case QUERY_PHRASE: put_quoted(out, n->text); break;
	case QUERY_REGEX:
		buf_put_byte(out, '/');
		buf_put_slice(out, n->text);
		buf_put_byte(out, '/');
		break;
	case QUERY_TYPE:
		buf_put_str(out, "type:");
		put_quoted(out, n->text);
		break;
	case QUERY_DATE: put_date(out, n); break;
	default: put_bare(out, n->text);
	}
	if (n->kind == QUERY_PREFIX)
		buf_put_byte(out, '*');
	if (narrowed)
		buf_put_byte(out, ')');
}

static void put_joined(struct buf *out, const struct query_node *n, const char *joint)
{
	for (const struct query_node *c = n->first; c; c = c->next) {
		bool apart = c->kind == QUERY_OR && n->kind != QUERY_OR;
		if (c != n->first && n->kind == QUERY_NEAR)
			buf_printf(out, " NEAR/%u ", c->distance);
		else if (c != n->first)
			buf_put_str(out, joint);
		if (apart)
			buf_put_byte(out, '(');
		query_print(c, out);
		if (apart)
			buf_put_byte(out, ')');
	}
}

void query_print(const struct query_node *n, struct buf *out)
{
	bool apart;
	switch (n->kind) {
	case QUERY_AND: put_joined(out, n, " AND "); break;
	case QUERY_OR: put_joined(out, n, " OR "); break;
	case QUERY_NEAR: put_joined(out, n, ""); break;
	case QUERY_NOT:
		apart = n->first->kind == QUERY_AND || n->first->kind == QUERY_OR;
		buf_put_str(out, apart ? "NOT (" : "NOT ");
		query_print(n->first, out);
		if (apart)
			buf_put_byte(out, ')');
		break;
	default: put_leaf(out, n);
	}
}
