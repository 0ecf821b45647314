/* The answer of context: the passages as one text to give to a model, and each with its place. */
#include "daemon/context.h"

#include "daemon/service.h"
#include "daemon/token_file.h"

#include <stdio.h>

enum { NOTES_LISTED = 50 /* of those that were left out */ };

void context_put_header(
	struct buf *out, const struct packing *p, const struct passage *passage, uint32_t number)
{
	const struct evidence *m = passage->best;
	buf_printf(out, "[c%u]", number);
	const struct slice parts[] = {m->date, m->type, slice_str(m->section)};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].n == 0 || slice_eq(parts[i], SLICE("none")))
			continue;
		buf_put_str(out, out->p && out->p[out->n - 1] == ']' ? " " : " | ");
		buf_put_slice(out, parts[i]);
	}
	buf_put_str(out, " | ");
	buf_put_slice(out, m->note_id);
	buf_printf(out, ":%u-%u\n", passage->start, passage->end);
}

static bool holds(const struct passage *p, const struct evidence *m)
{
	return p->note == m->note_order && p->start <= m->start && m->end <= p->end;
}

/* Evidence in order of date is evidence in order of passages: both are walked once.  Returns the first one behind
 * the passage's note. */
static uint32_t put_mentions(
	struct json_writer *w, const struct packing *p, const struct passage *at, uint32_t from)
{
	const struct ask *q = p->texts.q;
	json_key(w, "mentions");
	json_begin_array(w);
	for (uint32_t i = from; i < q->n_evidence; i++) {
		const struct evidence *m = p->texts.by_order[i];
		if (m->note_order > at->note)
			break;
		if (m->note_order < at->note)
			from = i + 1;
		if (!holds(at, m))
			continue;
		json_begin_object(w);
		json_kv_uint(w, "start", m->start);
		json_kv_uint(w, "end", m->end);
		json_kv_str(w, "stance", stance_names[m->stance]);
		json_kv_str(w, "assertion", assertion_names[m->said.class]);
		json_kv_prob(w, "p_present", evidence_p_present(m));
		json_end_object(w);
	}
	json_end_array(w);
	return from;
}

static int put_passage(struct json_writer *w, struct packing *p, uint32_t i, uint32_t *from,
	struct buf *text, struct err *e)
{
	const struct passage *at = &p->at[i];
	const struct evidence *m = at->best;
	struct slice note;
	char id[16];
	int n = snprintf(id, sizeof(id), "c%u", i + 1);
	int rc = answer_note(&p->texts, m, &note, e);
	if (rc)
		return rc;
	struct slice said = slice_of(note.p + at->start, at->end - at->start);
	context_put_header(text, p, at, i + 1);
	while (said.n && strchr(" \t\r\n", said.p[said.n - 1]))
		said.n--;
	buf_put_slice(text, said);
	buf_put_str(text, "\n\n");
	json_begin_object(w);
	json_kv_string(w, "id", slice_of(id, (size_t)n));
	json_kv_string(w, "note", m->note_id);
	json_kv_str(w, "digest", m->digest);
	json_kv_optional(w, "type", m->type);
	json_kv_optional(w, "date", m->date);
	json_kv_str(w, "section", m->section);
	json_kv_uint(w, "start", at->start);
	json_kv_uint(w, "end", at->start + said.n);
	size_t start_cp = tok_cp_count(slice_of(note.p, at->start));
	json_kv_uint(w, "start_cp", start_cp);
	json_kv_uint(w, "end_cp", start_cp + tok_cp_count(said));
	json_kv_string(w, "text", said);
	*from = put_mentions(w, p, at, *from);
	json_end_object(w);
	return 0;
}

/* ---- what is not there ---- */

struct left_out {
	uint64_t mentions, copies, notes;
	struct slice first, last; /* dates */
};

static bool is_packed(const struct packing *p, const struct evidence *m)
{
	/* Passages are in order of note and place. */
	uint32_t lo = 0, hi = p->n;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		const struct passage *at = &p->at[mid];
		if (at->note < m->note_order || (at->note == m->note_order && at->end < m->end))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < p->n && holds(&p->at[lo], m);
}

static void put_note_left_out(
	struct json_writer *w, const struct evidence *m, uint64_t mentions, uint64_t listed)
{
	if (mentions == 0 || listed > NOTES_LISTED)
		return;
	json_begin_object(w);
	json_kv_string(w, "note", m->note_id);
	json_kv_optional(w, "date", m->date);
	json_kv_uint(w, "mentions", mentions);
	json_end_object(w);
}

static struct left_out put_left_out(struct json_writer *w, const struct packing *p)
{
	const struct ask *q = p->texts.q;
	struct left_out out = {0};
	json_key(w, "left_out");
	json_begin_object(w);
	json_key(w, "notes");
	json_begin_array(w);
	for (uint32_t i = 0; i < q->n_evidence;) {
		const struct evidence *first = p->texts.by_order[i];
		uint64_t here = 0;
		for (; i < q->n_evidence && p->texts.by_order[i]->note_order == first->note_order;
			i++) {
			const struct evidence *m = p->texts.by_order[i];
			bool packed = is_packed(p, m);
			out.copies += !packed && m->copy_of != COPY_NONE;
			here += !packed && m->copy_of == COPY_NONE;
		}
		out.mentions += here;
		out.notes += here > 0;
		if (here && !out.first.n)
			out.first = first->date;
		if (here)
			out.last = first->date;
		put_note_left_out(w, first, here, out.notes);
	}
	json_end_array(w);
	json_kv_uint(w, "mentions", out.mentions);
	json_kv_uint(w, "in_notes", out.notes);
	json_kv_uint(w, "copies", out.copies);
	json_end_object(w);
	return out;
}

/* What a model must know besides: that there is more, or that there is nothing. */
static void put_tail(struct buf *text, const struct packing *p, const struct left_out *out)
{
	const struct ask *q = p->texts.q;
	if (q->n_evidence == 0) {
		buf_printf(text, "Not mentioned under %u names; %llu of %llu notes searched.\n",
			q->names.n, (unsigned long long)q->counts.notes_searched,
			(unsigned long long)q->counts.notes_in_scope);
		return;
	}
	if (out->mentions)
		buf_printf(text, "Left out for lack of room: %llu mention%s in %llu note%s",
			(unsigned long long)out->mentions, out->mentions == 1 ? "" : "s",
			(unsigned long long)out->notes, out->notes == 1 ? "" : "s");
	if (out->mentions && out->last.n)
		buf_printf(text, ", %.*s to %.*s", (int)(out->first.n < 10 ? out->first.n : 10),
			out->first.p, (int)(out->last.n < 10 ? out->last.n : 10), out->last.p);
	if (out->mentions)
		buf_put_str(text, ".\n");
	if (!q->counts.complete)
		buf_put_str(text, "Not all notes could be searched.\n");
}

int context_put(struct packing *p, struct err *e)
{
	struct request *r = p->texts.r;
	struct json_writer w;
	struct buf text = {.limit = r->out.limit};
	uint32_t from = 0;
	int rc = 0;
	answer_begin(&w, r, p->texts.q);
	json_key(&w, "passages");
	json_begin_array(&w);
	for (uint32_t i = 0; i < p->n && rc == 0; i++)
		rc = put_passage(&w, p, i, &from, &text, e);
	json_end_array(&w);
	if (rc == 0) {
		struct left_out out = put_left_out(&w, p);
		if (!p->has_no_tail)
			put_tail(&text, p, &out);
		p->tokens = context_tokens(p, buf_slice(&text));
		json_kv_string(&w, "text", buf_slice(&text));
		json_kv_uint(&w, "budget", p->budget);
		json_kv_uint(&w, "tokens", p->tokens);
		json_kv_str(&w, "tokens_by", p->counting ? "tokenizer" : "estimate");
		if (p->counting) {
			json_key(&w, "tokenizer");
			token_file_put(&w, r->service->tokens);
		}
		rc = text.failed ? err_set(e, LODE_NOMEM, "no memory for the passages")
				 : answer_end(&w, &p->texts, e);
	}
	buf_release(&text);
	return rc;
}
