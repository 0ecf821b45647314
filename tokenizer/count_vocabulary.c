#include "tokenizer/count.h"

#include "base/digest.h"

#include <stdlib.h>

enum { ENTRIES_MAX = 4 << 20, ID_MAX = 16 << 20 };

int32_t count_place(const struct count_vocabulary *v, struct slice text)
{
	if (text.n > v->longest || v->n == 0)
		return COUNT_NONE;
	for (uint32_t at = (uint32_t)digest64(text) & v->mask; v->slots[at];
		at = (at + 1) & v->mask)
		if (slice_eq(v->at[v->slots[at] - 1], text))
			return (int32_t)v->slots[at] - 1;
	return COUNT_NONE;
}

static void insert(struct count_vocabulary *v, uint32_t place)
{
	uint32_t at = (uint32_t)digest64(v->at[place]) & v->mask;
	while (v->slots[at])
		at = (at + 1) & v->mask;
	v->slots[at] = place + 1;
	if (v->at[place].n > v->longest)
		v->longest = v->at[place].n;
}

/* Two texts of one id would be one symbol to the library and two to us. */
static int check_id(const struct count_file *f, const struct json *m, uint64_t *seen)
{
	int64_t id;
	if (json_int(m, 0, ID_MAX - 1, &id))
		return count_refuse(
			f, m, "an id of the vocabulary is no whole number below %d", ID_MAX);
	uint64_t bit = UINT64_C(1) << (id & 63);
	if (seen[id >> 6] & bit)
		return count_refuse(f, m, "id %lld is there twice", (long long)id);
	seen[id >> 6] |= bit;
	return LODE_OK;
}

static int fill(const struct count_file *f, const struct json *vocab, uint64_t *seen)
{
	struct count_vocabulary *v = &f->to->vocabulary;
	for (const struct json *m = vocab->first; m; m = m->next) {
		int rc = check_id(f, m, seen);
		if (rc == 0)
			rc = count_keep(f, m->key, &v->at[v->n]);
		if (rc)
			return rc;
		insert(v, v->n++);
	}
	return LODE_OK;
}

int count_read_vocabulary(const struct count_file *f, const struct json *vocab)
{
	struct count_vocabulary *v = &f->to->vocabulary;
	struct arena *a = &f->to->memory;
	if (!vocab || vocab->type != JSON_OBJECT || vocab->n == 0 || vocab->n > ENTRIES_MAX)
		return count_refuse(
			f, vocab, "\"vocab\" is no object of 1 to %d texts", ENTRIES_MAX);
	for (v->mask = 15; v->mask < 2 * vocab->n;)
		v->mask = 2 * v->mask + 1;
	v->at = arena_array(a, struct slice, vocab->n);
	v->slots = arena_array(a, uint32_t, v->mask + 1UL);
	uint64_t *seen = calloc(ID_MAX / 64, sizeof(*seen));
	int rc = v->at && v->slots && seen
			 ? fill(f, vocab, seen)
			 : err_set(f->e, LODE_NOMEM, "no memory for the vocabulary");
	free(seen);
	return rc;
}
