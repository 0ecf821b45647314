/* ICD-10-CM (categories as CSV, the yearly order file) and UMLS MRCONSO.RRF. */
#include "index/lexicon.h"

enum { CODE_MIN = 3, CODE_MAX = 8 };

static struct slice trimmed(struct slice s)
{
	while (s.n && s.p[0] == ' ')
		s = slice_of(s.p + 1, s.n - 1);
	while (s.n && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}

/* A letter and digits or letters. */
static bool is_code(struct slice s)
{
	if (s.n < CODE_MIN || s.n > CODE_MAX || s.p[0] < 'A' || s.p[0] > 'Z')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!(s.p[i] >= '0' && s.p[i] <= '9') && !(s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return false;
	return true;
}

/* The code and its title; is_a: the code without its last character. */
static int add_code(struct lexicon_builder *b, struct slice code, struct slice title,
	struct slice other, struct err *e)
{
	uint32_t concept = lexicon_builder_concept(b, code);
	if (concept == LEXICON_NONE)
		return LODE_NOMEM;
	int rc = lexicon_add_clean(b, concept, title, LEXICON_PREFERRED, e);
	if (rc == 0 && other.n)
		rc = lexicon_add_clean(b, concept, other, LEXICON_EXACT, e);
	if (rc == 0 && code.n > CODE_MIN)
		rc = lexicon_builder_is_a(b, concept, slice_of(code.p, code.n - 1));
	return rc;
}

int lexicon_icd_csv(struct lexicon_input *in, struct slice line, struct err *e)
{
	const char *comma = line.n ? memchr(line.p, ',', line.n) : NULL;
	if (line.n == 0)
		return 0;
	if (!comma)
		return err_set(e, LODE_BADREQ, "not code,\"title\"");
	struct slice code = slice_of(line.p, (size_t)(comma - line.p));
	struct slice title = trimmed(slice_of(comma + 1, line.n - code.n - 1));
	if (!is_code(code))
		return err_set(e, LODE_BADREQ, "no ICD-10-CM code in front");
	if (title.n >= 2 && title.p[0] == '"' && title.p[title.n - 1] == '"')
		title = slice_of(title.p + 1, title.n - 2);
	return add_code(in->b, code, title, (struct slice){0}, e);
}

/* Columns 1-5 order number, 7-13 code, 15 is it billable, 17-76 short title, 78- long title. */
int lexicon_icd_order(struct lexicon_input *in, struct slice line, struct err *e)
{
	enum { CODE_AT = 6, CODE_ROOM = 7, SHORT_AT = 16, SHORT_ROOM = 60, LONG_AT = 77 };
	if (line.n == 0)
		return 0;
	if (line.n <= LONG_AT)
		return err_set(e, LODE_BADREQ, "shorter than a line of the ICD-10-CM order file");
	struct slice code = trimmed(slice_of(line.p + CODE_AT, CODE_ROOM));
	if (!is_code(code))
		return err_set(e, LODE_BADREQ, "no ICD-10-CM code in columns 7 to 13");
	return add_code(in->b, code, trimmed(slice_of(line.p + LONG_AT, line.n - LONG_AT)),
		trimmed(slice_of(line.p + SHORT_AT, SHORT_ROOM)), e);
}

/* UMLS Reference Manual, chapter 3: 18 fields, each ended by a bar. */
enum rrf {
	RRF_CUI = 0,
	RRF_LAT,
	RRF_TS,
	RRF_STT = 4,
	RRF_ISPREF = 6,
	RRF_TTY = 12,
	RRF_STR = 14,
	RRF_SUPPRESS = 16,
	RRF_FIELDS = 18
};

static bool split_bars(struct slice line, struct slice out[RRF_FIELDS])
{
	for (int i = 0; i < RRF_FIELDS; i++) {
		const char *bar = line.n ? memchr(line.p, '|', line.n) : NULL;
		size_t n = bar ? (size_t)(bar - line.p) : line.n;
		if (!bar && i + 1 < RRF_FIELDS)
			return false;
		out[i] = slice_of(line.p, n);
		line = bar ? slice_of(bar + 1, line.n - n - 1) : slice_of(line.p + n, 0);
	}
	return line.n == 0;
}

int lexicon_rrf_line(struct lexicon_input *in, struct slice line, struct err *e)
{
	struct slice f[RRF_FIELDS];
	if (line.n == 0)
		return 0;
	if (!split_bars(line, f) || f[RRF_CUI].n != 8 || f[RRF_CUI].p[0] != 'C')
		return err_set(e, LODE_BADREQ, "not a line of MRCONSO.RRF");
	if (!slice_eq(f[RRF_LAT], SLICE("ENG")) || !slice_eq(f[RRF_SUPPRESS], SLICE("N")))
		return 0;
	uint32_t concept = lexicon_builder_concept(in->b, f[RRF_CUI]);
	if (concept == LEXICON_NONE)
		return LODE_NOMEM;
	enum lexicon_relation relation = LEXICON_EXACT;
	if (slice_eq(f[RRF_TTY], SLICE("AB")) || slice_eq(f[RRF_TTY], SLICE("ACR")))
		relation = LEXICON_ABBREVIATION;
	else if (slice_eq(f[RRF_TS], SLICE("P")) && slice_eq(f[RRF_STT], SLICE("PF")) &&
		 slice_eq(f[RRF_ISPREF], SLICE("Y")))
		relation = LEXICON_PREFERRED;
	return lexicon_add_clean(in->b, concept, f[RRF_STR], relation, e);
}
