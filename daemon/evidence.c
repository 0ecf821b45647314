/* A hit in a note -> evidence: offsets in both units, surrounding text, assertion. */
#include "daemon/ask_state.h"
#include "daemon/service.h"

enum {
	TEXT_MAX =
		600, /* bytes of surrounding text: a sentence, cut around the mention if longer */
	TEXT_MARGIN = 240 /* bytes kept on either side of the mention when it is cut */
};

static bool is_continuation(char c)
{
	return ((uint8_t)c & 0xc0) == 0x80;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The sentence around the mention without outer blanks; a long one is cut between words where there
 * is a blank, never inside a code point. */
static struct slice surrounding(
	const struct tok_doc *d, uint32_t start, uint32_t end, uint32_t *text_start)
{
	uint32_t from = d->sentences[tok_sentence_at(d, start)].start;
	uint32_t to = d->sentences[tok_sentence_at(d, end - 1)].end;
	if (to - from > TEXT_MAX) {
		if (start - from > TEXT_MARGIN) {
			from = start - TEXT_MARGIN;
			while (from < start && !is_blank(d->text.p[from]))
				from++;
		}
		if (to - end > TEXT_MARGIN) {
			to = end + TEXT_MARGIN;
			while (to > end && !is_blank(d->text.p[to]))
				to--;
		}
	}
	while (from < start && (is_blank(d->text.p[from]) || is_continuation(d->text.p[from])))
		from++;
	while (to > end && is_blank(d->text.p[to - 1]))
		to--;
	*text_start = from;
	return (struct slice){d->text.p + from, to - from};
}

/* Words of the sentence, folded: the same sentence copied with other blanks or capitals keeps its
 * key. */
static int sentence_key(const struct tok_doc *d, uint32_t at, struct arena *scratch, uint64_t *key)
{
	const struct tok_sentence *s = &d->sentences[tok_sentence_at(d, at)];
	uint32_t lo = 0, hi = d->n_words;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (d->words[mid].start < s->start)
			lo = mid + 1;
		else
			hi = mid;
	}
	size_t room = 0, n = 0;
	uint32_t last = lo;
	for (; last < d->n_words && d->words[last].start < s->end; last++)
		room += d->words[last].term_bytes + 1U;
	char *p = arena_alloc(scratch, room + 1);
	if (!p)
		return LODE_NOMEM;
	for (uint32_t i = lo; i < last; i++) {
		struct slice t = tok_term(d, &d->words[i]);
		memcpy(p + n, t.p, t.n);
		n += t.n;
		p[n++] = ' ';
	}
	*key = digest64((struct slice){p, n});
	return 0;
}

/* Code-point offset of `start`, counted on from the evidence before it in the same note. */
static uint32_t cp_offset(
	const struct ask *q, const struct tok_doc *d, uint32_t start, bool same_note)
{
	uint32_t from = 0, cp = 0;
	if (same_note && q->evidence[q->n_evidence - 1].start <= start) {
		from = q->evidence[q->n_evidence - 1].start;
		cp = q->evidence[q->n_evidence - 1].start_cp;
	}
	return cp + (uint32_t)tok_cp_count((struct slice){d->text.p + from, start - from});
}

static struct evidence *next_evidence(struct request *r, struct ask *q)
{
	q->evidence = arena_grow(
		&r->arena, q->evidence, q->n_evidence, sizeof(*q->evidence), &q->cap_evidence);
	if (!q->evidence)
		return NULL;
	struct evidence *e = &q->evidence[q->n_evidence];
	*e = (struct evidence){.copy_of = COPY_NONE};
	return e;
}

static int fill_text(struct request *r, const struct tok_doc *doc, struct evidence *e)
{
	struct slice text = surrounding(doc, e->start, e->end, &e->text_start);
	e->text = arena_slice(&r->arena, text);
	if (!e->text.p)
		return LODE_NOMEM;
	e->quote =
		arena_slice(&r->arena, (struct slice){doc->text.p + e->start, e->end - e->start});
	if (!e->quote.p)
		return LODE_NOMEM;
	const struct assertion *said = &e->said;
	if (said->cue_end > said->cue_start && said->cue_end <= doc->text.n) {
		e->cue = arena_slice(&r->arena, (struct slice){doc->text.p + said->cue_start,
							said->cue_end - said->cue_start});
		if (!e->cue.p)
			return LODE_NOMEM;
	}
	return 0;
}

int ask_add_mention(struct request *r, struct ask *q, const struct note_view *note,
	const struct tok_doc *doc, const struct hit *hit, struct arena *scratch)
{
	if (hit->end <= hit->start || hit->end > doc->text.n)
		return LODE_BUG;
	struct evidence *e = next_evidence(r, q);
	if (!e)
		return LODE_NOMEM;
	bool same_note = q->n_evidence > 0 && slice_eq(e[-1].note_id, note->note_id);
	e->note_id = note->note_id;
	e->type = note->type;
	e->date = note->date;
	digest128_hex(note->digest, e->digest);
	e->section = tok_section_name(doc->sections[tok_section_at(doc, hit->start)].class);
	e->start = hit->start;
	e->end = hit->end;
	e->start_cp = cp_offset(q, doc, hit->start, same_note);
	e->end_cp = e->start_cp + (uint32_t)tok_cp_count((struct slice){
					  doc->text.p + hit->start, hit->end - hit->start});
	e->via = hit->via;
	e->name = hit->name;
	e->is_ambiguous = hit->name < q->names.n && q->names.at[hit->name].is_ambiguous;
	e->mask_overlap = hit->mask_overlap;
	e->round = q->n_rounds;
	if (!same_note)
		q->notes_seen++;
	e->note_order = q->notes_seen;
	struct mention_context m = {doc, hit->start, hit->end, note->type};
	int rc = cue_judge(r->service->cues, &m, scratch, &e->said);
	if (rc == 0)
		rc = sentence_key(doc, hit->start, scratch, &e->sentence_key);
	if (rc == 0)
		rc = fill_text(r, doc, e);
	if (rc == 0)
		q->n_evidence++;
	return rc;
}
