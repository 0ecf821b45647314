#include "index/codec.h"

#include <stdlib.h>
#include <time.h>

static int make_dict(uint32_t id, struct slice bytes, struct dict **out)
{
	struct dict *d = calloc(1, sizeof(*d));
	if (!d)
		return LODE_NOMEM;
	d->id = id;
	int rc = compress_dict_create(bytes, CODEC_LEVEL, &d->z);
	if (rc) {
		codec_destroy(d);
		return rc;
	}
	*out = d;
	return 0;
}

void codec_destroy(struct dict *d)
{
	if (!d)
		return;
	compress_dict_destroy(d->z);
	buf_release(&d->record);
	free(d);
}

static int load_one(
	struct index *x, const struct txn *t, struct slice key, struct slice value, struct err *e)
{
	struct reader r;
	struct dict *d;
	env_read_ahead(t->env, value);
	int rc = record_open(DB_DICT, key, value, &r, e);
	if (rc)
		return rc;
	struct slice bytes = {(const char *)r.p, reader_left(&r)};
	uint32_t id = compress_dict_id(bytes);
	char room[KEY_U32_BYTES];
	if (id == 0 || id != compress_dict_proper_id(bytes) || bytes.n > CODEC_DICT_BYTES ||
		!slice_eq(key, key_u32(room, id)))
		return err_set(e, LODE_CORRUPT, "dict record: content and id disagree");
	rc = make_dict(id, bytes, &d);
	if (rc)
		return err_set(e, rc, "no memory for dictionary %u", id);
	d->older = x->dicts;
	x->dicts = d;
	return 0;
}

int codec_load(struct index *x, struct txn *t, uint32_t current_id, struct err *e)
{
	struct cursor c;
	struct slice key, value;
	struct dict *current = NULL;
	int bad = 0, rc = cursor_open(t, DB_DICT, &c, e);
	if (rc)
		return rc;
	for (rc = cursor_seek(&c, (struct slice){0}, &key, &value, e); rc == 0 && bad != LODE_NOMEM;
		rc = cursor_next(&c, &key, &value, e)) {
		int one = load_one(x, t, key, value, e);
		bad = one ? one : bad;
	}
	cursor_close(&c);
	if (bad)
		return bad;
	if (rc != LODE_NOTFOUND)
		return rc;
	if (current_id && !codec_find_dict(x, current_id, &current))
		return err_set(e, LODE_CORRUPT, "dict record: %u is missing", current_id);
	x->current_dict = current;
	return 0;
}

void codec_unload(struct index *x)
{
	struct dict *d = x->dicts;
	while (d) {
		struct dict *older = d->older;
		codec_destroy(d);
		d = older;
	}
	x->dicts = NULL;
	x->current_dict = NULL;
}

bool codec_find_dict(const struct index *x, uint32_t id, struct dict **out)
{
	for (struct dict *d = atomic_load_explicit(&x->dicts, memory_order_acquire); d;
		d = d->older) {
		if (d->id == id) {
			*out = d;
			return true;
		}
	}
	return false;
}

bool codec_find(const struct index *x, uint32_t id, const struct compress_dict **out)
{
	struct dict *d = NULL;
	if (id && !codec_find_dict(x, id, &d))
		return false;
	*out = d ? d->z : NULL;
	return true;
}

int codec_train(
	const char *samples, const size_t *sizes, unsigned n, struct dict **out, struct err *e)
{
	struct buf bytes = {0};
	struct dict *d = NULL;
	int rc = compress_train(samples, sizes, n, CODEC_DICT_BYTES, &bytes, e);
	if (rc)
		goto out;
	uint32_t id = compress_dict_id(buf_slice(&bytes));
	rc = make_dict(id, buf_slice(&bytes), &d);
	if (rc) {
		err_set(e, rc, "no memory for a dictionary");
		goto out;
	}
	char room[KEY_U32_BYTES];
	record_begin(&d->record);
	buf_put_slice(&d->record, buf_slice(&bytes));
	record_seal(DB_DICT, key_u32(room, id), &d->record);
	if (d->record.failed) {
		codec_destroy(d);
		rc = err_set(e, LODE_NOMEM, "no memory for a dictionary");
		goto out;
	}
	*out = d;
out:
	buf_release(&bytes);
	return rc;
}

void codec_add(struct index *x, struct dict *d)
{
	d->older = atomic_load(&x->dicts);
	while (!atomic_compare_exchange_weak(&x->dicts, &d->older, d))
		;
}

struct dict *codec_current(struct index *x)
{
	struct dict *d = atomic_load_explicit(&x->current_dict, memory_order_acquire);
	return d ? d : atomic_load_explicit(&x->trained_dict, memory_order_acquire);
}

bool codec_begin_training(struct index *x, struct dict **out)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	if (!atomic_exchange(&x->is_training, true))
		return true;
	while (atomic_load(&x->is_training)) /* a tenth of a second */
		nanosleep(&pause, NULL);
	*out = codec_current(x);
	return false;
}

struct dict *codec_end_training(struct index *x, struct dict *d)
{
	struct dict *same;
	if (d && codec_find_dict(x, d->id, &same)) {
		codec_destroy(d);
		d = same;
	} else if (d) {
		codec_add(x, d);
	}
	if (d)
		atomic_store_explicit(&x->trained_dict, d, memory_order_release);
	atomic_store(&x->is_training, false);
	return d;
}

void codec_stored(struct index *x, struct dict *d)
{
	buf_release(&d->record);
	if (!atomic_load_explicit(&x->current_dict, memory_order_relaxed))
		atomic_store_explicit(&x->current_dict, d, memory_order_release);
}

void codec_replace(struct index *x, struct dict *d)
{
	if (d)
		buf_release(&d->record);
	atomic_store_explicit(&x->trained_dict, NULL, memory_order_release);
	atomic_store_explicit(&x->current_dict, d, memory_order_release);
}

int codec_put_text(struct compressor *z, const struct dict *dict, struct slice text,
	struct buf *frame, struct segment_builder *to)
{
	int rc = 0;
	for (size_t at = 0; rc == 0 && at < text.n; at += SEGMENT_FRAME_TEXT) {
		size_t n = text.n - at < SEGMENT_FRAME_TEXT ? text.n - at : SEGMENT_FRAME_TEXT;
		buf_clear(frame);
		rc = compress_frame(
			z, dict ? dict->z : NULL, CODEC_LEVEL, slice_of(text.p + at, n), frame);
		if (rc == 0)
			rc = segment_builder_frame(to, buf_slice(frame));
	}
	return rc;
}
