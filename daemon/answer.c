/* The answer of `ask` as JSON: member by member what docs/protocol.md says. */
#include "daemon/answer.h"

#include "daemon/models.h"
#include "daemon/score.h"
#include "daemon/views.h"

const char *const stance_names[] = {[STANCE_AFFIRMED] = "affirmed",
	[STANCE_SUSPECTED] = "suspected",
	[STANCE_DENIED] = "denied",
	[STANCE_OTHER_PERSON] = "other_person",
	[STANCE_HYPOTHETICAL] = "hypothetical",
	[STANCE_INDICATION] = "indication",
	[STANCE_HINT] = "hint"};

static void put_axis(struct json_writer *w, const char *axis, const char *value, double p)
{
	json_key(w, axis);
	json_begin_object(w);
	json_kv_str(w, "value", value);
	json_kv_prob(w, "p", p);
	json_end_object(w);
}

static void put_axes(struct json_writer *w, const struct assertion *s)
{
	put_axis(w, "negation", negation_names[s->negation], s->p_negation);
	put_axis(w, "certainty", certainty_names[s->certainty], s->p_certainty);
	put_axis(w, "experiencer", experiencer_names[s->experiencer], s->p_experiencer);
	put_axis(w, "temporality", temporality_names[s->temporality], s->p_temporality);
	json_kv_str(w, "assertion", assertion_names[s->class]);
}

static void put_cue(struct json_writer *w, const struct evidence *e)
{
	json_key(w, "cue");
	if (e->said.cue_kind == CUE_NONE) {
		json_null(w);
		return;
	}
	json_begin_object(w);
	json_kv_str(w, "kind", cue_kind_names[e->said.cue_kind]);
	if (e->cue.n) {
		json_kv_string(w, "text", e->cue);
		json_kv_uint(w, "start", e->said.cue_start);
		json_kv_uint(w, "end", e->said.cue_end);
	}
	json_end_object(w);
}

void answer_put_place(struct json_writer *w, const struct evidence *e)
{
	json_kv_string(w, "note", e->note_id);
	json_kv_str(w, "digest", e->digest);
	json_kv_optional(w, "type", e->type);
	json_kv_optional(w, "date", e->date);
	json_kv_str(w, "section", e->section);
	json_kv_uint(w, "start", e->start);
	json_kv_uint(w, "end", e->end);
	json_kv_uint(w, "start_cp", e->start_cp);
	json_kv_uint(w, "end_cp", e->end_cp);
}

static void put_views(struct json_writer *w, const struct evidence *e)
{
	struct views v;
	views_of(e, &v);
	json_key(w, "views");
	json_begin_object(w);
	for (unsigned i = 0; i < VIEW_COUNT; i++) {
		if (!v.has[i])
			continue;
		json_key(w, view_names[i]);
		json_begin_object(w);
		json_kv_prob(w, "confirm", v.of[i].confirm);
		json_kv_prob(w, "deny", v.of[i].deny);
		json_end_object(w);
	}
	json_end_object(w);
}

/* What the verdict made of it, for those who ask why. */
static void put_why(struct json_writer *w, const struct ask *q, const struct evidence *e)
{
	json_key(w, "why");
	json_begin_object(w);
	if (e->name < q->names.n)
		json_kv_string(w, "name", q->names.at[e->name].text);
	json_kv_str(w, "stance", stance_names[e->stance]);
	json_kv_bool(w, "superseded", e->is_superseded);
	json_kv_bool(w, "resolved", e->said.is_resolved);
	put_views(w, e);
	score_put_why(w, e);
	json_end_object(w);
}

/* Only where something is missing: then a list of words. */
static void put_partial(struct json_writer *w, struct slice words)
{
	if (words.n == 0)
		return;
	json_key(w, "partial");
	json_begin_array(w);
	while (words.n) {
		const char *blank = memchr(words.p, ' ', words.n);
		size_t n = blank ? (size_t)(blank - words.p) : words.n;
		json_string(w, slice_of(words.p, n));
		words = slice_of(words.p + n + (blank != NULL), words.n - n - (blank != NULL));
	}
	json_end_array(w);
}

/* note: the text of its note; by_order: where to look up the note that copy_of names. */
static void put_evidence(struct json_writer *w, const struct ask *q, struct slice patient,
	const struct evidence *e, struct slice note, const struct evidence *const *by_order)
{
	json_kv_string(w, "patient", patient);
	answer_put_place(w, e);
	json_kv_string(w, "quote", slice_of(note.p + e->start, e->end - e->start));
	json_kv_string(w, "text", slice_of(note.p + e->text_start, e->text_end - e->text_start));
	json_kv_uint(w, "text_start", e->text_start);
	put_axes(w, &e->said);
	json_kv_prob(w, "p_present", evidence_p_present(e));
	json_kv_str(w, "evidence_class", evidence_class(e));
	put_cue(w, e);
	score_put(w, e);
	json_kv_str(w, "via", via_names[e->via]);
	put_partial(w, e->partial);
	if (e->is_beside)
		json_kv_bool(w, "decides", false);
	json_kv_bool(w, "mask_overlap", e->mask_overlap);
	json_key(w, "copy_of");
	if (e->copy_of == COPY_NONE)
		json_null(w);
	else
		json_string(w, by_order[e->copy_of]->note_id);
	json_kv_uint(w, "round", e->round);
	if (e->views) {
		json_key(w, "entropy");
		json_double(w, views_entropy(e), 4);
	}
	if (q->why)
		put_why(w, q, e);
}

static void put_lexicon(struct json_writer *w, const struct ask *q, uint8_t lexicon)
{
	struct lexicon_info info;
	json_key(w, "lexicon");
	if (lexicon >= q->names_options.n_lexicons) {
		json_null(w);
		return;
	}
	lexicon_info(q->lexicons[lexicon], &info);
	json_str(w, info.digest);
}

void answer_put_names(struct json_writer *w, const struct ask *q)
{
	json_key(w, "names");
	json_begin_array(w);
	for (uint32_t i = 0; i < q->names.n; i++) {
		json_begin_object(w);
		json_kv_string(w, "text", q->names.at[i].text);
		json_kv_str(w, "via", via_names[q->names.at[i].via]);
		json_kv_bool(w, "ambiguous", q->names.at[i].is_ambiguous);
		json_kv_str(w, "relation", name_relation_names[q->names.at[i].relation]);
		if (q->names.at[i].is_far)
			json_kv_bool(w, "far", true);
		put_lexicon(w, q, q->names.at[i].lexicon);
		json_end_object(w);
	}
	json_end_array(w);
	if (q->names.is_cut)
		json_kv_bool(w, "names_cut", true);
}

/* Of a look that a round of doubt took. */
static void put_query(struct json_writer *w, const struct ask_round *round)
{
	static const char *const queries[] = {[QUERY_CONFIRM_DENY] = "confirm_deny",
		[QUERY_CONFIRM_NEITHER] = "confirm_neither",
		[QUERY_ANY_NONE] = "any_none"};
	if (round->query == QUERY_NONE)
		return;
	json_kv_str(w, "query", queries[round->query]);
	json_kv_uint(w, "chunks", round->chunks);
	json_key(w, "entropy_before");
	json_double(w, round->entropy_before, 4);
	json_key(w, "entropy_after");
	json_double(w, round->entropy_after, 4);
}

static void put_doubt(struct json_writer *w, const struct ask *q)
{
	json_key(w, "doubt");
	json_begin_object(w);
	json_key(w, "first");
	json_double(w, q->doubt.first, 4);
	json_key(w, "last");
	json_double(w, q->doubt.last, 4);
	json_key(w, "threshold");
	json_double(w, q->doubt.threshold, 4);
	json_kv_bool(w, "triggered", q->doubt.is_triggered);
	json_kv_uint(w, "rounds", q->doubt.rounds);
	json_kv_uint(w, "viewed", q->n_viewed);
	if (q->doubt.is_cut)
		json_kv_bool(w, "out_of_time", true);
	json_end_object(w);
}

static void put_rounds(struct json_writer *w, const struct ask *q)
{
	static const char *const kinds[] = {[LOOK_NAMES] = "names",
		[LOOK_SYNONYMS] = "synonyms",
		[LOOK_SPELLING] = "spelling",
		[LOOK_QUALIFIED] = "qualified",
		[LOOK_WORDS] = "words",
		[LOOK_INITIALS] = "initials",
		[LOOK_NARROWER] = "narrower",
		[LOOK_INDICATIONS] = "indications"};
	json_key(w, "rounds");
	json_begin_array(w);
	for (unsigned i = 0; i < q->n_rounds; i++) {
		const struct ask_round *round = &q->rounds[i];
		json_begin_object(w);
		json_kv_uint(w, "round", i + 1);
		json_kv_str(w, "kind", kinds[round->look]);
		json_key(w, "names");
		json_begin_array(w);
		for (uint32_t k = 0; k < round->n_names; k++)
			json_string(w, q->names.at[round->first_name + k].text);
		for (uint32_t k = 0; k < round->n_signs; k++)
			json_string(w, round->signs[k]);
		json_end_array(w);
		json_kv_uint(w, "mentions", round->mentions);
		put_query(w, round);
		json_end_object(w);
	}
	json_end_array(w);
}

void answer_put_search(struct json_writer *w, const struct ask *q)
{
	json_key(w, "search");
	json_begin_object(w);
	put_rounds(w, q);
	put_doubt(w, q);
	json_kv_uint(w, "chunks_total", q->counts.chunks_total);
	json_kv_uint(w, "chunks_matched", q->counts.chunks_matched);
	json_kv_uint(w, "mentions_scored", q->n_evidence);
	json_kv_uint(w, "notes_total", q->counts.notes_total);
	json_kv_uint(w, "notes_in_scope", q->counts.notes_in_scope);
	json_kv_uint(w, "notes_searched", q->counts.notes_searched);
	json_kv_bool(w, "complete", q->counts.complete);
	if (!q->counts.complete)
		json_kv_str(w, "why", q->counts.why);
	json_end_object(w);
}

static void put_side(struct json_writer *w, const char *key, const struct evidence *e)
{
	json_key(w, key);
	json_begin_object(w);
	answer_put_place(w, e);
	json_end_object(w);
}

void answer_put_contradictions(struct json_writer *w, const struct answer_texts *t)
{
	const struct ask *q = t->q;
	const struct evidence *const *by_order = t->by_order;
	json_key(w, "contradictions");
	json_begin_array(w);
	for (uint32_t i = 0; i < q->judgement.n_contradictions; i++) {
		const struct contradiction *c = &q->judgement.contradictions[i];
		json_begin_object(w);
		put_side(w, "affirmed", by_order[c->affirmed]);
		put_side(w, "denied", by_order[c->denied]);
		json_end_object(w);
	}
	json_end_array(w);
}

void answer_put_bases(struct json_writer *w, const struct judgement *j)
{
	json_kv_str(w, "basis", basis_names[j->basis]);
	json_key(w, "bases");
	json_begin_array(w);
	for (int b = 0; b < BASIS_COUNT; b++)
		if (j->bases & 1U << b)
			json_str(w, basis_names[b]);
	json_end_array(w);
}

static void put_elapsed(struct json_writer *w, const struct ask *q)
{
	uint64_t total = now_ns() - q->start_ns;
	uint64_t known = q->retrieve_ns + q->decide_ns;
	json_key(w, "elapsed_us");
	json_begin_object(w);
	json_kv_uint(w, "retrieve", q->retrieve_ns / 1000);
	json_kv_uint(w, "decide", q->decide_ns / 1000);
	json_kv_uint(w, "other", (total > known ? total - known : 0) / 1000);
	json_kv_uint(w, "total", total / 1000);
	json_end_object(w);
}

/* ---- texts of the notes that are quoted ---- */

enum { TEXTS_MAX = 24 << 20 }; /* bytes of notes kept at once; past it they are read again */

/* The promise of every answer: a quote is bytes start..end of the note as it is stored.  So the note
 * is read for it, and chart_text compares the whole with its digest. */
int answer_note(
	struct answer_texts *t, const struct evidence *e, struct slice *out, struct err *e_out)
{
	struct arena *scratch = &t->r->worker->scratch;
	struct slice *at = &t->at[e->note_order];
	if (!at->p) {
		if (scratch->used > TEXTS_MAX) {
			arena_release(scratch);
			memset(t->at, 0, t->q->n_notes * sizeof(*t->at));
		}
		int rc = request_check_time(t->r, e_out);
		if (rc == 0)
			rc = chart_text(
				t->q->chart, &t->q->notes[e->note_order], scratch, at, e_out);
		if (rc)
			return rc;
	}
	if (e->text_start > e->start || e->end > e->text_end || e->text_end > at->n)
		return err_set(
			e_out, LODE_CORRUPT, "a quote lies outside its note at byte %u", e->start);
	*out = *at;
	return 0;
}

int answer_texts_init(struct answer_texts *t, struct request *r, struct ask *q, struct err *e)
{
	const struct evidence **by_order =
		arena_array(&q->memory, const struct evidence *, q->n_evidence + 1UL);
	*t = (struct answer_texts){.r = r,
		.q = q,
		.by_order = by_order,
		.at = arena_array(&q->memory, struct slice, q->n_notes + 1UL)};
	if (!by_order || !t->at)
		return err_set(e, LODE_NOMEM, "no memory for the answer");
	for (uint32_t i = 0; i < q->n_evidence; i++)
		by_order[q->evidence[i].order] = &q->evidence[i];
	return 0;
}

int answer_put_mention(struct json_writer *w, struct answer_texts *t,
	const struct evidence *mention, struct err *e)
{
	struct slice note = {0};
	int rc = answer_note(t, mention, &note, e);
	if (rc == 0)
		put_evidence(w, t->q, t->r->patient, mention, note, t->by_order);
	return rc;
}

static void put_question(
	struct json_writer *w, const struct request *r, const struct ask_question *asked)
{
	json_kv_string(w, "patient", r->patient);
	if (asked->text.p)
		json_kv_string(w, "question", asked->text);
	json_kv_string(w, "condition", asked->condition);
}

static void put_verdict(struct json_writer *w, struct request *r, const struct ask *q)
{
	put_question(w, r, &q->questions[q->current]);
	json_kv_str(w, "verdict", verdict_names[q->judgement.verdict]);
	answer_put_bases(w, &q->judgement);
	json_kv_prob(w, "probability", q->judgement.probability);
	json_kv_uint(w, "mentions", q->n_evidence);
	json_kv_uint(w, "independent", q->judgement.independent);
}

int answer_put_evidence(struct json_writer *w, struct answer_texts *t, struct err *e)
{
	const struct ask *q = t->q;
	int rc = 0;
	json_key(w, "evidence");
	json_begin_array(w);
	for (uint32_t i = 0; i < q->n_evidence && i < q->evidence_limit && rc == 0; i++) {
		json_begin_object(w);
		rc = answer_put_mention(w, t, &q->evidence[i], e);
		json_end_object(w);
	}
	json_end_array(w);
	return rc;
}

void answer_put_lexicons(struct json_writer *w, const struct ask *q)
{
	struct lexicon_info info;
	json_key(w, "lexicons");
	json_begin_array(w);
	for (uint32_t i = 0; i < q->names_options.n_lexicons; i++) {
		lexicon_info(q->lexicons[i], &info);
		json_str(w, info.digest);
	}
	json_end_array(w);
}

void answer_begin(struct json_writer *w, struct request *r, const struct ask *q)
{
	json_init(w, &r->out);
	json_begin_object(w);
	put_verdict(w, r, q);
	answer_put_names(w, q);
}

int answer_end(struct json_writer *w, struct answer_texts *t, struct err *e)
{
	const struct ask *q = t->q;
	struct request *r = t->r;
	answer_put_search(w, q);
	answer_put_contradictions(w, t);
	json_kv_uint(w, "index_revision", snapshot_revision(r->snapshot));
	json_kv_str(w, "model", q->model ? q->model->digest : "rules");
	if (q->model)
		score_put_use(w, q);
	answer_put_lexicons(w, q);
	put_elapsed(w, q);
	json_end_object(w);
	if (!r->out.failed)
		return 0;
	if (r->out.limit && r->out.n > r->out.limit / 2)
		return err_set(e, LODE_TOOBIG, "the answer is over max_answer bytes");
	return err_set(e, LODE_NOMEM, "no memory for the answer");
}

int answer_write(struct request *r, struct ask *q, struct err *e)
{
	struct json_writer w;
	struct answer_texts t;
	int rc = answer_texts_init(&t, r, q, e);
	if (rc)
		return rc;
	answer_begin(&w, r, q);
	rc = answer_put_evidence(&w, &t, e);
	return rc ? rc : answer_end(&w, &t, e);
}

int answer_write_problem(
	struct request *r, const struct ask *q, unsigned status, const struct err *problem)
{
	const struct ask_question *asked = &q->questions[q->current];
	struct json_writer w;
	json_init(&w, &r->out);
	json_begin_object(&w);
	put_question(&w, r, asked);
	json_key(&w, "problem");
	json_begin_object(&w);
	json_kv_uint(&w, "status", status);
	json_kv_str(&w, "code", err_name(problem->code));
	json_kv_str(&w, "message", problem->text);
	json_end_object(&w);
	json_end_object(&w);
	return r->out.failed ? LODE_NOMEM : 0;
}
