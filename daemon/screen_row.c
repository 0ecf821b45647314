/* The lines of a screen's answer. */
#include "daemon/answer.h"
#include "daemon/models.h"
#include "daemon/screen.h"

static void end_row(struct request *r, struct screen *s)
{
	buf_put_byte(&r->out, '\n');
	s->rows++;
	s->rows_left--;
}

static bool count_verdict(struct screen *s, enum verdict verdict)
{
	s->by_verdict[verdict]++;
	return s->shown >> verdict & 1;
}

void screen_put_head(struct request *r, const struct screen *s)
{
	const struct ask_question *asked = &s->q->questions[0];
	struct json_writer w;
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_key(&w, "screen");
	json_begin_object(&w);
	if (asked->text.p)
		json_kv_string(&w, "question", asked->text);
	json_kv_string(&w, "condition", asked->condition);
	answer_put_names(&w, s->q);
	json_kv_uint(&w, "patients", s->patients);
	json_kv_uint(&w, "candidates", s->n_candidates);
	json_kv_uint(&w, "index_revision", s->narrowed);
	json_kv_str(&w, "model", s->q->model ? s->q->model->digest : "rules");
	answer_put_lexicons(&w, s->q);
	json_end_object(&w);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
}

void screen_put_unopened(struct request *r, struct screen *s, const struct patient_info *p)
{
	struct json_writer w;
	if (!count_verdict(s, VERDICT_NOT_MENTIONED))
		return;
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_kv_string(&w, "patient", p->id);
	json_kv_str(&w, "verdict", verdict_names[VERDICT_NOT_MENTIONED]);
	json_kv_str(&w, "basis", basis_names[BASIS_NONE_FOUND]);
	json_kv_prob(&w, "probability", 0);
	json_kv_uint(&w, "mentions", 0);
	json_kv_uint(&w, "independent", 0);
	json_kv_uint(&w, "names", s->n_names);
	json_kv_uint(&w, "notes_total", p->notes);
	json_kv_bool(&w, "complete", true);
	json_kv_bool(&w, "opened", false);
	json_end_object(&w);
	end_row(r, s);
}

int screen_put_answered(struct request *r, struct screen *s, struct err *e)
{
	struct ask *q = s->q;
	const struct judgement *j = &q->judgement;
	struct json_writer w;
	int rc = 0;
	bool is_shown = s->shown >> j->verdict & 1;
	json_init(&w, &r->out);
	if (is_shown) {
		json_begin_object(&w);
		json_kv_string(&w, "patient", r->patient);
		json_kv_str(&w, "verdict", verdict_names[j->verdict]);
		answer_put_bases(&w, j);
		json_kv_prob(&w, "probability", j->probability);
		json_kv_uint(&w, "mentions", q->n_evidence);
		json_kv_uint(&w, "independent", j->independent);
		json_kv_uint(&w, "names", q->names.n);
		json_kv_uint(&w, "notes_total", q->counts.notes_total);
		json_kv_uint(&w, "notes_in_scope", q->counts.notes_in_scope);
		json_kv_uint(&w, "notes_searched", q->counts.notes_searched);
		json_kv_bool(&w, "complete", q->counts.complete);
		if (!q->counts.complete)
			json_kv_str(&w, "why", q->counts.why);
		json_kv_bool(&w, "opened", true);
		struct answer_texts texts;
		rc = answer_texts_init(&texts, r, q, e);
		if (rc == 0 && q->evidence_limit)
			rc = answer_put_evidence(&w, &texts, e);
		json_end_object(&w);
	}
	if (rc)
		return rc;
	count_verdict(s, j->verdict);
	if (is_shown)
		end_row(r, s);
	return 0;
}

void screen_put_problem(
	struct request *r, struct screen *s, struct slice patient, int code, const struct err *e)
{
	struct json_writer w;
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_kv_string(&w, "patient", patient);
	json_key(&w, "problem");
	json_begin_object(&w);
	json_kv_uint(&w, "status", request_status_of(code));
	json_kv_str(&w, "code", err_name(code));
	json_kv_str(&w, "message", e->text[0] ? e->text : err_words(code));
	json_end_object(&w);
	json_end_object(&w);
	s->problems++;
	end_row(r, s);
}

static void put_counts(struct json_writer *w, const struct screen *s)
{
	json_kv_uint(w, "decided", s->decided);
	json_kv_uint(w, "patients", s->patients);
	json_kv_uint(w, "opened", s->opened);
	for (unsigned i = 0; i < SCREEN_VERDICTS; i++)
		json_kv_uint(w, verdict_names[i], s->by_verdict[i]);
	json_kv_uint(w, "problems", s->problems);
}

void screen_put_progress(struct request *r, const struct screen *s)
{
	struct json_writer w;
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_key(&w, "progress");
	json_begin_object(&w);
	put_counts(&w, s);
	json_kv_optional(&w, "cursor", s->cursor);
	json_end_object(&w);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
}

void screen_put_summary(struct request *r, const struct screen *s)
{
	struct json_writer w;
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_key(&w, "summary");
	json_begin_object(&w);
	put_counts(&w, s);
	json_kv_uint(&w, "rows", s->rows);
	json_kv_bool(&w, "complete", s->stopped == NULL);
	if (s->stopped) {
		json_kv_str(&w, "why", s->stopped);
		json_kv_optional(&w, "cursor", s->cursor);
	}
	json_kv_uint(&w, "index_revision", s->revision);
	json_kv_uint(&w, "narrow_us", s->narrow_ns / 1000);
	json_kv_uint(&w, "elapsed_us", request_elapsed_us(r));
	json_end_object(&w);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
}
