/* A hit in a note -> evidence: offsets in both units, surrounding text, assertion. */
#include "daemon/ask_state.h"
#include "daemon/score.h"
#include "daemon/service.h"
#include "daemon/views.h"

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
static void surrounding(const struct tok_doc *d, struct evidence *e)
{
	uint32_t start = e->start, end = e->end;
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
	e->text_start = from;
	e->text_end = to;
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

/* The note's place in q->notes, appended when it is not the one of the evidence before. */
static int note_number(struct ask *q, const struct note_view *note, bool same_note, uint32_t *out)
{
	if (!same_note) {
		struct note_view *notes =
			arena_grow(&q->memory, q->notes, q->n_notes, sizeof(*notes), &q->cap_notes);
		if (!notes)
			return LODE_NOMEM;
		q->notes = notes;
		q->notes[q->n_notes++] = *note;
	}
	*out = q->n_notes - 1;
	return 0;
}

static struct evidence *next_evidence(struct ask *q)
{
	struct evidence *all =
		arena_grow(&q->memory, q->evidence, q->n_evidence, sizeof(*all), &q->cap_evidence);
	if (!all)
		return NULL;
	q->evidence = all;
	struct evidence *e = &q->evidence[q->n_evidence];
	*e = (struct evidence){.copy_of = COPY_NONE};
	return e;
}

static void fill_place(struct ask *q, struct evidence *e, const struct note_view *note,
	const struct tok_doc *doc, const struct hit *hit, bool same_note)
{
	e->note_id = note->note_id;
	e->type = note->type;
	e->date = note->date;
	digest128_hex(note->digest, e->digest);
	e->section_class = doc->sections[tok_section_at(doc, hit->start)].class;
	e->section = tok_section_name(e->section_class);
	e->start = hit->start;
	e->end = hit->end;
	e->start_cp = cp_offset(q, doc, hit->start, same_note);
	e->end_cp = e->start_cp + (uint32_t)tok_cp_count(slice_of(
					  doc->text.p + hit->start, hit->end - hit->start));
	e->via = hit->via;
	e->name = hit->name;
	e->mask_overlap = hit->mask_overlap;
	e->round = q->n_rounds;
	surrounding(doc, e);
}

/* The trigger's words outlive the scanned note: the verdict looks at them. */
static int keep_cue(struct ask *q, const struct tok_doc *doc, struct evidence *e)
{
	const struct assertion *said = &e->said;
	if (said->cue_end <= said->cue_start || said->cue_end > doc->text.n)
		return 0;
	e->cue = arena_slice(&q->memory,
		slice_of(doc->text.p + said->cue_start, said->cue_end - said->cue_start));
	return e->cue.p ? 0 : LODE_NOMEM;
}

/* Of what is no hint, as far as the limit goes. */
static int take_views(struct request *r, struct ask *q, const struct mention_context *m,
	struct arena *scratch, struct evidence *e)
{
	if (!verdict_is_plain(e) || e->via == VIA_PROXY || q->n_viewed == VIEWS_MENTIONS_MAX)
		return 0;
	e->views = arena_new(&q->memory, struct views);
	q->n_viewed++;
	return e->views ? views_take(r->service->cues, r->worker->tok, m, scratch, e->views)
			: LODE_NOMEM;
}

int ask_add_mention(struct request *r, struct ask *q, const struct note_view *note,
	const struct tok_doc *doc, const struct hit *hit, const struct hit_sense *sense,
	struct arena *scratch)
{
	if (hit->end <= hit->start || hit->end > doc->text.n)
		return LODE_BUG;
	struct evidence *e = next_evidence(q);
	if (!e)
		return LODE_NOMEM;
	bool same_note = q->n_evidence > 0 && slice_eq(e[-1].note_id, note->note_id);
	fill_place(q, e, note, doc, hit, same_note);
	e->is_ambiguous = sense->is_ambiguous;
	e->relation = sense->relation;
	e->partial = sense->partial;
	struct mention_context m = {doc, hit->start, hit->end, note->type};
	int rc = cue_judge(r->service->cues, &m, scratch, &e->said);
	if (rc == 0)
		rc = keep_cue(q, doc, e);
	if (rc == 0)
		rc = take_views(r, q, &m, scratch, e);
	if (rc == 0)
		rc = copies_runs(doc, hit->start, hit->end, &q->memory, &e->runs);
	if (rc == 0)
		rc = note_number(q, note, same_note, &e->note_order);
	if (rc == 0)
		rc = score_note(q, &m, scratch, e);
	if (rc == 0)
		q->n_evidence++;
	return rc;
}
