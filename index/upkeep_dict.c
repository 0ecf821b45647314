/* The dictionary that upkeep writes with. */
#include "index/bundle.h"
#include "index/upkeep.h"

#include <stdlib.h>

enum {
	SAMPLE_PATIENTS = 64,
	SAMPLE_PATIENT_TEXT = CODEC_TRAIN_MOST / SAMPLE_PATIENTS,
	SAMPLE_NOTE_MAX = 16 << 10, /* of one note: long ones are much alike inside */
	/* An index that has grown so much since is another collection of texts. */
	RETRAIN_GROWTH = 8,
};

struct samples {
	struct buf text, sizes;
};

static int sample_patient(struct upkeep *u, uint32_t number, struct samples *s, struct err *e)
{
	struct slice id, text;
	struct chart *c;
	const struct note_view *notes;
	uint32_t n;
	int rc = store_number(&u->snapshot->txn, number, &id, e);
	if (rc == 0)
		rc = chart_open(u->snapshot, id, &u->arena, &c, e);
	if (rc == 0)
		rc = chart_notes(c, &u->arena, &notes, &n, e);
	if (rc)
		return rc;
	uint64_t all = c->info.raw_bytes;
	uint32_t stride = (uint32_t)(all / SAMPLE_PATIENT_TEXT) + 1;
	for (uint32_t i = 0; i < n; i += stride) {
		if (notes[i].text_bytes == 0 || chart_text(c, &notes[i], &u->arena, &text, e) != 0)
			continue;
		size_t size = text.n < SAMPLE_NOTE_MAX ? text.n : SAMPLE_NOTE_MAX;
		buf_put(&s->text, text.p, size);
		buf_put(&s->sizes, &size, sizeof(size));
	}
	return s->text.failed || s->sizes.failed ? LODE_NOMEM : 0;
}

static int train(struct upkeep *u, struct err *e)
{
	struct samples s = {0};
	size_t stride = u->n_numbers / SAMPLE_PATIENTS + 1;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < u->n_numbers; i += stride) {
		struct err why = {0};
		rc = sample_patient(u, u->numbers[i], &s, &why);
		arena_release(&u->arena);
		if (rc == LODE_NOTFOUND || rc == LODE_CORRUPT) /* others teach as well */
			rc = 0;
	}
	if (rc)
		err_set(e, rc, "no memory for samples");
	else
		rc = codec_train(s.text.p, (const size_t *)(const void *)s.sizes.p,
			(unsigned)(s.sizes.n / sizeof(size_t)), &u->own_dict, e);
	buf_release(&s.text);
	buf_release(&s.sizes);
	if (rc == 0) {
		u->dict = u->own_dict;
		u->sets_dict = true;
	}
	if (rc == LODE_NOTFOUND)
		atomic_store(&u->index->untrained_bytes, u->snapshot->state.raw_bytes);
	return rc == LODE_NOTFOUND ? 0 : rc;
}

int upkeep_choose_dict(struct upkeep *u, struct err *e)
{
	const struct state *s = &u->snapshot->state;
	u->dict = NULL;
	u->sets_dict = u->goal == UPKEEP_PURGE;
	if (u->goal == UPKEEP_PURGE) /* the one there is may hold pieces of what was deleted */
		return s->raw_bytes < CODEC_TRAIN_LEAST ? 0 : train(u, e);
	u->dict = atomic_load_explicit(&u->index->current_dict, memory_order_acquire);
	bool is_old = u->goal == UPKEEP_ALL && s->raw_bytes / RETRAIN_GROWTH > s->dict_text;
	if (s->raw_bytes < CODEC_TRAIN_LEAST || (u->dict && !is_old))
		return 0;
	return train(u, e);
}

/* ---- those that nobody needs ---- */

struct used {
	struct write *w;
	struct buf ids; /* u32 each, not unique */
	struct arena arena;
	struct err *e;
};

static int use_patient(void *arg, struct slice id, struct slice value)
{
	struct used *used = arg;
	struct patient_record r;
	int rc = patient_decode(id, value, &used->arena, &r, used->e);
	for (uint32_t i = 0; rc == 0 && i < r.n_segments; i++) {
		struct slice blob;
		struct segment s;
		char room[KEY_SEGMENT_BYTES];
		struct slice key = key_segment(room, r.number, r.segments[i].segno);
		rc = bundle_segment(&used->w->txn, r.number, &r.segments[i], &blob, used->e);
		if (rc == 0)
			rc = segment_layout(key, blob, &s, used->e);
		if (rc == 0)
			buf_put(&used->ids, &s.dict_id, sizeof(s.dict_id));
	}
	arena_release(&used->arena);
	return rc;
}

static bool is_used(const struct used *used, uint32_t id)
{
	if (id == used->w->state.dict_id)
		return true;
	for (size_t at = 0; at < used->ids.n; at += sizeof(id))
		if (memcmp(used->ids.p + at, &id, sizeof(id)) == 0)
			return true;
	return false;
}

static int drop_unused(struct used *used)
{
	struct cursor c;
	struct slice key, value;
	uint32_t gone[64], n = 0;
	int rc = cursor_open(&used->w->txn, DB_DICT, &c, used->e);
	if (rc)
		return rc;
	for (rc = cursor_seek(&c, (struct slice){0}, &key, &value, used->e); rc == 0 && n < 64;
		rc = cursor_next(&c, &key, &value, used->e))
		if (key_u32_read(key, &gone[n]) && !is_used(used, gone[n]))
			n++;
	cursor_close(&c);
	if (rc && rc != LODE_NOTFOUND)
		return rc;
	for (uint32_t i = 0; i < n; i++) {
		char room[KEY_U32_BYTES];
		txn_del(&used->w->txn, DB_DICT, key_u32(room, gone[i]));
		used->w->changed = true;
	}
	return 0;
}

int upkeep_drop_dicts(struct write *w, struct err *e)
{
	struct used used = {.w = w};
	struct err why = {0};
	arena_init(&used.arena, UPKEEP_ARENA);
	used.e = &why;
	int rc = store_walk_patients(&w->txn, &w->state, use_patient, &used, &why);
	if (rc == 0 && used.ids.failed)
		rc = err_set(&why, LODE_NOMEM, "no memory for a list of dictionaries");
	if (rc == 0)
		rc = drop_unused(&used);
	/* With damage in the index nothing is known to be unused. */
	if (rc == LODE_CORRUPT || rc == LODE_NOTFOUND)
		rc = 0;
	arena_release(&used.arena);
	buf_release(&used.ids);
	return rc ? err_set(e, rc, "%s", why.text) : 0;
}
