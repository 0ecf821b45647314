#include "daemon/guard.h"

#include <ctype.h>

/* ---- policy ---- */

static int set_policy(struct guard_policy *p, uint32_t types, struct slice word, struct err *e)
{
	bool reject = slice_eq(word, SLICE("reject")), flag = slice_eq(word, SLICE("flag"));
	if (!reject && !flag && !slice_eq(word, SLICE("allow")))
		return err_set(e, LODE_BADREQ, "phi_policy: must be flag, reject or allow");
	p->rejected = (p->rejected & ~types) | (reject ? types : 0);
	p->flagged = (p->flagged & ~types) | (flag ? types : 0);
	return 0;
}

static int take_word(struct guard_policy *p, struct slice word, struct err *e)
{
	const char *equals = memchr(word.p, '=', word.n);
	if (!equals)
		return set_policy(p, (1u << TOK_PHI_COUNT) - 1, word, e);
	struct slice name = slice_of(word.p, (size_t)(equals - word.p));
	int type = tok_phi_by_name(name);
	if (type < 0)
		return err_set(e, LODE_BADREQ, "phi_policy: no such type: %.*s",
			name.n < 40 ? (int)name.n : 40, name.p);
	return set_policy(p, 1u << type, slice_of(equals + 1, word.n - name.n - 1), e);
}

int guard_policy_read(const char *text, struct guard_policy *out, struct err *e)
{
	struct guard_policy p = {0};
	while (*text) {
		size_t n = strcspn(text, " ,\t");
		int rc = n ? take_word(&p, slice_of(text, n), e) : 0;
		if (rc)
			return rc;
		text += n + (text[n] != '\0');
	}
	*out = p;
	return 0;
}

/* ---- notes ---- */

static void put_place(struct guard *g, const struct note_in *note, const struct tok_phi *f)
{
	struct json_writer w;
	if (g->n_places == GUARD_PLACES_TOLD)
		return;
	buf_put_byte(&g->places, ',');
	json_init(&w, &g->places);
	json_begin_object(&w);
	json_kv_string(&w, "patient", note->patient);
	json_kv_string(&w, "note_id", note->note_id);
	json_kv_str(&w, "type", tok_phi_name(f->type));
	json_kv_uint(&w, "start", f->start);
	json_kv_uint(&w, "bytes", f->end - f->start);
	json_end_object(&w);
	g->place_ends[g->n_places++] = (uint32_t)g->places.n;
}

int guard_note(struct guard *g, struct tokenizer *t, struct arena *scratch,
	const struct note_in *note, struct err *e)
{
	struct tok_phi *found;
	uint32_t n, types = g->policy.flagged | g->policy.rejected;
	if (!types || !note->text.p || !note->patient.p || !note->note_id.p)
		return 0;
	int rc = tok_find_phi(t, note->text, types, scratch, &found, &n, e);
	if (rc)
		return rc;
	g->notes += n > 0;
	for (uint32_t i = 0; i < n; i++) {
		g->found[found[i].type]++;
		put_place(g, note, &found[i]);
		if (rc == 0 && g->policy.rejected >> found[i].type & 1)
			rc = err_set(e, LODE_BADREQ, "identifier: %s at byte %u, %u bytes",
				tok_phi_name(found[i].type), found[i].start,
				found[i].end - found[i].start);
	}
	return rc;
}

/* ---- account ---- */

uint64_t guard_total(const struct guard *g)
{
	uint64_t n = 0;
	for (unsigned i = 0; i < TOK_PHI_COUNT; i++)
		n += g->found[i];
	return n;
}

void guard_take(struct guard *g, struct guard *from)
{
	unsigned room = GUARD_PLACES_TOLD - g->n_places;
	unsigned n = from->n_places < room ? from->n_places : room;
	for (unsigned i = 0; i < TOK_PHI_COUNT; i++)
		g->found[i] += from->found[i];
	g->notes += from->notes;
	uint32_t before = (uint32_t)g->places.n;
	if (n)
		buf_put(&g->places, from->places.p, from->place_ends[n - 1]);
	for (unsigned i = 0; i < n; i++)
		g->place_ends[g->n_places++] = before + from->place_ends[i];
	memset(from->found, 0, sizeof(from->found));
	from->notes = from->n_places = 0;
	buf_release(&from->places);
}

void guard_release(struct guard *g)
{
	buf_release(&g->places);
}

void guard_write(const struct guard *g, struct json_writer *w)
{
	json_key(w, "phi");
	json_begin_object(w);
	json_kv_uint(w, "notes", g->notes);
	json_key(w, "found");
	json_begin_object(w);
	for (unsigned i = 0; i < TOK_PHI_COUNT; i++)
		if (g->found[i])
			json_kv_uint(w, tok_phi_name(i), g->found[i]);
	json_end_object(w);
	json_key(w, "places");
	json_begin_array(w);
	if (g->places.n && !g->places.failed)
		json_raw(w, slice_of(g->places.p + 1, g->places.n - 1));
	json_end_array(w);
	json_end_object(w);
}
