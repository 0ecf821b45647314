/* Names and lexicons of a question: which are on, and what a hit of an ambiguous name means where it
 * stands (docs/lexicon.md). */
#include "daemon/ask_state.h"
#include "daemon/lexicons.h"
#include "daemon/service.h"

#include <ctype.h>
#include <strings.h>

enum { DEFINED_MAX = 16 /* ambiguous names that one note defines */ };

/* ---- the request ---- */

int ask_read_flag(const struct json *body, const char *key, bool *out, struct err *e)
{
	const struct json *v = json_get(body, key);
	if (!v)
		return 0;
	if (v->type != JSON_TRUE && v->type != JSON_FALSE)
		return err_set(e, LODE_BADREQ, "\"%s\" is true or false", key);
	*out = v->type == JSON_TRUE;
	return 0;
}

static int choose(const struct service *s, struct ask *q, struct slice wanted, struct err *e)
{
	struct lexicon_info info;
	for (uint32_t i = 0; i < s->lexicons->n; i++) {
		lexicon_info(s->lexicons->at[i], &info);
		if (!slice_eq(wanted, slice_str(info.label)) &&
			!slice_eq(wanted, slice_str(info.digest)))
			continue;
		for (uint32_t k = 0; k < q->names_options.n_lexicons; k++)
			if (q->lexicons[k] == s->lexicons->at[i])
				return 0;
		q->lexicons[q->names_options.n_lexicons++] = s->lexicons->at[i];
		return 0;
	}
	return err_set(e, LODE_BADREQ,
		"\"lexicons\" names one that is not attached (GET /v1/stats lists them)");
}

static int read_lexicons(
	const struct service *s, struct ask *q, const struct json *list, struct err *e)
{
	int rc = 0;
	if (!list) {
		for (uint32_t i = 0; i < s->lexicons->n; i++)
			q->lexicons[i] = s->lexicons->at[i];
		q->names_options.n_lexicons = s->lexicons->n;
		return 0;
	}
	if (list->type != JSON_ARRAY)
		return err_set(e, LODE_BADREQ, "\"lexicons\" is a list of names or digests");
	for (const struct json *v = list->first; v && rc == 0; v = v->next)
		rc = v->type == JSON_STRING ? choose(s, q, v->str, e)
					    : err_set(e, LODE_BADREQ,
						      "\"lexicons\" is a list of names or digests");
	return rc;
}

int ask_read_names(struct request *r, struct ask *q, const struct json *body, struct err *e)
{
	struct names_options *o = &q->names_options;
	o->lexicons = q->lexicons;
	o->initials = q->spelling = q->other_names = true;
	int rc = read_lexicons(r->service, q, json_get(body, "lexicons"), e);
	if (rc == 0)
		rc = ask_read_flag(body, "synonyms_first", &q->synonyms_first, e);
	if (rc == 0)
		rc = ask_read_flag(body, "other_names", &q->other_names, e);
	if (rc == 0)
		rc = ask_read_flag(body, "narrower", &o->narrower, e);
	if (rc == 0)
		rc = ask_read_flag(body, "initials", &o->initials, e);
	return rc ? rc : ask_read_flag(body, "spelling", &q->spelling, e);
}

/* ---- hits ---- */

/* In a list of diagnoses an abbreviation stands for the disease. */
static bool in_diagnoses(const struct tok_doc *doc, uint32_t at)
{
	uint8_t section = doc->sections[tok_section_at(doc, at)].class;
	return section == TOK_SEC_PMH || section == TOK_SEC_DIAGNOSES || section == TOK_SEC_FAMILY;
}

/* "multiple sclerosis (MS)": the full name, a bracket, the abbreviation, a bracket. */
static bool is_defined_here(const struct tok_doc *doc, const struct hit *full, const struct hit *h)
{
	uint32_t i = full->end;
	bool open = false;
	for (; i < h->start; i++) {
		char c = doc->text.p[i];
		if (c == '(' && !open)
			open = true;
		else if (c != ' ' && c != '\n')
			return false;
	}
	return open && h->end < doc->text.n && doc->text.p[h->end] == ')';
}

/* "She is cyanotic.", "a cyanotic boy" and not "cyanotic heart disease": no noun follows but the person. */
static bool ends_statement(const struct tok_doc *doc, uint32_t end)
{
	static const char *const links[] = {"and", "or", "but", "with", "on", "at", "in", "since",
		"today", "this", "for", "from", "when", "which", "now", "currently", "per", "as",
		"by", "nor", "before", "while", "because", "man", "woman", "male", "female",
		"patient", "pt", "gentleman", "lady", "boy", "girl"};
	uint32_t i = end;
	while (i < doc->text.n && (doc->text.p[i] == ' ' || doc->text.p[i] == '\t'))
		i++;
	if (i == doc->text.n || strchr(".,;:()/?!\n\r", doc->text.p[i]))
		return true;
	struct slice rest = slice_of(doc->text.p + i, doc->text.n - i);
	for (size_t k = 0; k < sizeof(links) / sizeof(*links); k++) {
		size_t n = strlen(links[k]);
		if (rest.n >= n && strncasecmp(rest.p, links[k], n) == 0 &&
			(rest.n == n || !isalnum((unsigned char)rest.p[n])))
			return true;
	}
	return false;
}

struct defined {
	uint32_t names[DEFINED_MAX], n;
};

static bool is_defined(const struct defined *d, uint32_t name)
{
	for (uint32_t i = 0; i < d->n; i++)
		if (d->names[i] == name)
			return true;
	return false;
}

static bool is_plain(const struct name *n)
{
	return n->relation == NAME_SAME && !n->is_ambiguous;
}

/* Names of abbreviations that are something else in this note, from wherever it says so. */
static struct defined others_of(const struct ask *q, const struct names *names,
	const struct tok_doc *doc, const struct hit *hits, uint32_t n_hits)
{
	struct defined others = {.n = 0};
	for (uint32_t i = 0; i < n_hits && others.n < DEFINED_MAX; i++)
		if (names->at[hits[i].name].via == VIA_ABBREVIATION &&
			!is_defined(&others, hits[i].name) &&
			ask_defined_otherwise(doc, &q->names, &hits[i]))
			others.names[others.n++] = hits[i].name;
	return others;
}

int ask_add_hits(struct request *r, struct ask *q, const struct names *names,
	const struct note_view *note, const struct tok_doc *doc, const struct hit *hits,
	uint32_t n_hits)
{
	struct defined defined = {.n = 0}, others = others_of(q, names, doc, hits, n_hits);
	int rc = 0;
	for (uint32_t i = 0; i < n_hits && rc == 0; i++) {
		const struct name *n = &names->at[hits[i].name];
		if (is_defined(&others, hits[i].name))
			continue;
		if (n->is_ambiguous && i > 0 && is_plain(&names->at[hits[i - 1].name]) &&
			is_defined_here(doc, &hits[i - 1], &hits[i]) && defined.n < DEFINED_MAX)
			defined.names[defined.n++] = hits[i].name;
		bool is_part = n->is_adjective && !ends_statement(doc, hits[i].end);
		bool sure = is_defined(&defined, hits[i].name) ||
			    (n->in_list && in_diagnoses(doc, hits[i].start)) ||
			    (n->is_adjective && !is_part);
		struct hit_sense sense = {
			.relation = is_part && !n->is_ambiguous ? NAME_NARROWER : n->relation,
			.is_ambiguous = n->is_ambiguous && !sure};
		rc = ask_add_mention(r, q, note, doc, &hits[i], &sense, &r->worker->scratch);
	}
	return rc;
}
