/* A pass of upkeep: patients, then bundles that nobody refers to any more, then runs. */
#include "index/upkeep.h"

#include "index/bundle.h"
#include "index/scope.h"

#include <stdio.h>
#include <stdlib.h>

int upkeep_create(struct index *x, enum upkeep_goal goal, struct upkeep **out)
{
	struct upkeep *u = calloc(1, sizeof(*u));
	if (!u)
		return LODE_NOMEM;
	u->index = x;
	u->goal = goal;
	arena_init(&u->arena, UPKEEP_ARENA);
	run_builder_init(&u->pairs);
	int rc = merger_init(&u->merger);
	if (rc) {
		upkeep_destroy(u);
		return rc;
	}
	*out = u;
	return 0;
}

static void drop_share(struct upkeep *u, bool is_stored)
{
	for (size_t i = 0; i < u->n_patients; i++) {
		for (uint32_t k = 0; k < u->patients[i].n_made; k++)
			buf_release(&u->patients[i].made[k].blob);
		if (!is_stored)
			buf_put(&u->again, &u->patients[i].number, sizeof(uint32_t));
	}
	u->patients = NULL;
	u->n_patients = u->patients_cap = 0;
	u->text = u->memory = 0;
	run_builder_release(&u->pairs);
	run_builder_init(&u->pairs);
	run_blob_release(&u->run);
	u->bundles = NULL;
	u->n_bundles = u->n_gone = 0;
	u->gone = NULL;
	u->drops_dicts = false;
	arena_release(&u->arena);
}

void upkeep_destroy(struct upkeep *u)
{
	if (!u)
		return;
	drop_share(u, true);
	run_builder_release(&u->pairs);
	merger_release(&u->merger);
	codec_destroy(u->own_dict);
	buf_release(&u->again);
	free(u->numbers);
	free(u);
}

void upkeep_so_far(const struct upkeep *u, struct upkeep_result *out)
{
	*out = u->result;
}

bool index_upkeep_wanted(struct index *x, bool is_idle)
{
	struct txn t;
	struct state s;
	if (txn_begin(x, TXN_READ, &t, NULL) != 0)
		return false;
	int rc = store_state(&t, &s, NULL);
	txn_abort(&t);
	/* A pass that could do nothing (damage) is not tried again before something is written. */
	if (rc || s.revision == atomic_load(&x->futile_revision))
		return false;
	if (is_idle)
		return s.bundles > 0 || s.pending > 0;
	/* Small batches train no dictionary; without one they are written twice. */
	if (s.dict_id == 0 && s.raw_bytes >= CODEC_TRAIN_LEAST &&
		s.raw_bytes / 2 >= atomic_load(&x->untrained_bytes))
		return true;
	bool is_much = s.bundle_bytes >= UPKEEP_BUNDLE_BYTES &&
		       s.bundle_bytes / UPKEEP_PATIENT_BYTES >= s.pending;
	return is_much || s.bundles >= UPKEEP_BUNDLES || s.bundle_bytes >= UPKEEP_BUNDLE_BYTES_MOST;
}

/* ---- who is to be looked at ---- */

static int walk(struct upkeep *u, enum db db,
	int (*each)(void *arg, struct slice key, struct slice value, struct err *e), void *arg,
	struct err *e)
{
	struct cursor c;
	struct slice key, value;
	int stop = 0, rc = cursor_open(&u->snapshot->txn, db, &c, e);
	if (rc)
		return rc;
	for (rc = cursor_seek(&c, (struct slice){0}, &key, &value, e); rc == 0 && stop == 0;
		rc = cursor_next(&c, &key, &value, e))
		stop = each(arg, key, value, e);
	cursor_close(&c);
	return stop ? stop : rc == LODE_NOTFOUND ? 0 : rc;
}

static int list_key(void *arg, struct slice key, struct slice value, struct err *e)
{
	struct buf *numbers = arg;
	uint32_t n;
	if (!key_u32_read(key, &n))
		return err_set(e, LODE_CORRUPT, "a key of %zu bytes", key.n);
	return buf_put(numbers, &n, sizeof(n));
}

static int list_bundle(void *arg, struct slice key, struct slice value, struct err *e)
{
	struct buf *numbers = arg;
	struct reader entries;
	uint32_t number, n;
	if (!key_u32_read(key, &number))
		return err_set(e, LODE_CORRUPT, "a bundle's key of %zu bytes", key.n);
	int rc = bundle_open(number, value, &entries, &n, e);
	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		uint32_t patient = reader_le32(&entries);
		reader_le32(&entries);
		rc = buf_put(numbers, &patient, sizeof(patient));
	}
	return rc;
}

static int by_u32(const void *left, const void *right)
{
	uint32_t a, b;
	memcpy(&a, left, sizeof(a));
	memcpy(&b, right, sizeof(b));
	return (a > b) - (a < b);
}

static size_t sort_unique(uint32_t *at, size_t n)
{
	size_t kept = 0;
	if (n > 1)
		qsort(at, n, sizeof(*at), by_u32);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || at[i] != at[kept - 1])
			at[kept++] = at[i];
	return kept;
}

static int list_patients(struct upkeep *u, struct err *e)
{
	struct buf numbers = {0};
	int rc;
	if (u->goal == UPKEEP_FRESH) {
		rc = walk(u, DB_BUNDLE, list_bundle, &numbers, e);
		if (rc == 0)
			rc = walk(u, DB_PENDING, list_key, &numbers, e);
	} else {
		rc = walk(u, DB_NUMBER, list_key, &numbers, e);
	}
	size_t n = numbers.n / sizeof(uint32_t);
	u->numbers = malloc(numbers.n + sizeof(uint32_t));
	if (rc == 0 && (numbers.failed || !u->numbers))
		rc = err_set(e, LODE_NOMEM, "no memory for a list of patients");
	if (rc == 0 && numbers.p && u->numbers) {
		memcpy(u->numbers, numbers.p, numbers.n);
		u->n_numbers = sort_unique(u->numbers, n);
	}
	buf_release(&numbers);
	return rc;
}

/* ---- preparing ---- */

static int begin_pass(struct upkeep *u, struct err *e)
{
	free(u->numbers);
	u->numbers = NULL;
	u->n_numbers = u->next = 0;
	u->first_run = u->snapshot->state.next_run;
	int rc = list_patients(u, e);
	if (rc == 0)
		rc = upkeep_choose_dict(u, e);
	if (rc == 0)
		u->stage = UPKEEP_PATIENTS;
	return rc;
}

static bool is_share_full(const struct upkeep *u)
{
	return u->text >= UPKEEP_SHARE_TEXT ||
	       u->memory + run_builder_memory(&u->pairs) >= UPKEEP_SHARE_MEMORY ||
	       u->arena.used >= UPKEEP_ARENA / 2;
}

/* Patients that were left out get another turn; in a pass of UPKEEP_FRESH the next pass is that. */
static int next_stage(struct upkeep *u, struct err *e)
{
	size_t n = u->again.n / sizeof(uint32_t);
	if (n == 0 || u->goal == UPKEEP_FRESH) {
		u->stage = UPKEEP_SWEEP;
		return 0;
	}
	if (++u->rounds == UPKEEP_ROUNDS) {
		if (u->result.skipped == 0)
			snprintf(u->result.damage, sizeof(u->result.damage),
				"%zu patients were changed all the time", n);
		u->result.skipped += n;
		u->stage = UPKEEP_SWEEP;
		return 0;
	}
	uint32_t *numbers = realloc(u->numbers, u->again.n);
	if (!numbers)
		return err_set(e, LODE_NOMEM, "no memory for a list of patients");
	memcpy(numbers, u->again.p, u->again.n);
	u->numbers = numbers;
	u->n_numbers = sort_unique(numbers, n);
	u->next = 0;
	buf_clear(&u->again);
	return 0;
}

static int prepare_patients(struct upkeep *u, const struct search_stop *stop, struct err *e)
{
	int rc = 0;
	while (rc == 0 && u->next < u->n_numbers && !is_share_full(u)) {
		rc = scope_stop(stop, e);
		if (rc == 0)
			rc = upkeep_add_patient(u, u->numbers[u->next], e);
		if (rc == 0)
			u->next++;
	}
	if (rc == 0 && u->n_patients == 0)
		rc = next_stage(u, e);
	if (rc == 0 && run_builder_any(&u->pairs))
		rc = run_build(&u->pairs, &u->run, e);
	return rc;
}

struct sweep {
	struct upkeep *u;
	struct buf gone; /* u32 bundle numbers */
	struct arena arena;
};

/* Does the patient's record list that segment in that bundle? */
static int is_listed(struct sweep *s, uint32_t patient, uint32_t segno, uint32_t bundle, bool *out,
	struct err *e)
{
	struct txn *t = &s->u->snapshot->txn;
	struct slice id, value;
	struct patient_record r;
	*out = false;
	int rc = store_number(t, patient, &id, e);
	if (rc == 0)
		rc = txn_get(t, DB_PATIENT, id, &value);
	if (rc == 0)
		rc = patient_decode(id, value, &s->arena, &r, e);
	for (uint32_t i = 0; rc == 0 && i < r.n_segments; i++)
		*out |= r.segments[i].segno == segno && r.segments[i].bundle == bundle;
	arena_reset(&s->arena);
	return rc == LODE_NOTFOUND ? 0 : rc;
}

static int sweep_bundle(void *arg, struct slice key, struct slice value, struct err *e)
{
	struct sweep *s = arg;
	struct reader entries;
	uint32_t number, n;
	bool is_needed = false;
	if (!key_u32_read(key, &number))
		return err_set(e, LODE_CORRUPT, "a bundle's key of %zu bytes", key.n);
	int rc = bundle_open(number, value, &entries, &n, e);
	for (uint32_t i = 0; rc == 0 && i < n && !is_needed; i++) {
		uint32_t patient = reader_le32(&entries), segno = reader_le32(&entries);
		rc = is_listed(s, patient, segno, number, &is_needed, e);
	}
	if (rc == LODE_CORRUPT) /* somebody's damage: the bundle stays */
		return 0;
	return rc || is_needed ? rc : buf_put(&s->gone, &number, sizeof(number));
}

static int prepare_sweep(struct upkeep *u, struct err *e)
{
	struct sweep s = {.u = u};
	arena_init(&s.arena, UPKEEP_ARENA);
	int rc = walk(u, DB_BUNDLE, sweep_bundle, &s, e);
	uint32_t n = (uint32_t)(s.gone.n / sizeof(uint32_t));
	u->bundles = rc ? NULL : arena_array(&u->arena, uint32_t, n + 1UL);
	if (rc == 0 && !u->bundles)
		rc = err_set(e, LODE_NOMEM, "no memory for a list of bundles");
	if (rc == 0 && s.gone.p && u->bundles) {
		memcpy(u->bundles, s.gone.p, s.gone.n);
		u->n_bundles = n;
	}
	arena_release(&s.arena);
	buf_release(&s.gone);
	return rc;
}

static bool has_share(const struct upkeep *u)
{
	return u->n_patients || u->n_bundles || u->n_gone || u->drops_dicts;
}

static int prepare(struct upkeep *u, const struct search_stop *stop, struct err *e)
{
	int rc = u->stage == UPKEEP_START ? begin_pass(u, e) : 0;
	while (rc == 0 && !has_share(u)) {
		switch (u->stage) {
		case UPKEEP_START:
		case UPKEEP_PATIENTS: rc = prepare_patients(u, stop, e); break;
		case UPKEEP_SWEEP:
			rc = prepare_sweep(u, e);
			u->stage = UPKEEP_RUNS;
			break;
		case UPKEEP_RUNS:
			rc = upkeep_merge_runs(u, e);
			u->stage = UPKEEP_DICTS;
			break;
		case UPKEEP_DICTS:
			u->drops_dicts = u->goal != UPKEEP_FRESH;
			u->stage = UPKEEP_DONE;
			break;
		case UPKEEP_DONE: return LODE_NOTFOUND;
		}
	}
	return rc;
}

int upkeep_prepare(struct upkeep *u, const struct search_stop *stop, struct err *e)
{
	drop_share(u, false);
	int rc = snapshot_begin(u->index, &u->snapshot, e);
	if (rc)
		return rc;
	rc = prepare(u, stop, e);
	bool is_futile = rc == LODE_NOTFOUND && u->result.patients == 0 && u->result.skipped;
	if (is_futile || rc == LODE_CORRUPT)
		atomic_store(&u->index->futile_revision, u->snapshot->state.revision);
	snapshot_end(u->snapshot);
	u->snapshot = NULL;
	if (rc)
		drop_share(u, false);
	return rc;
}

/* ---- committing ---- */

static void put_dict(struct upkeep *u, struct write *w)
{
	char room[KEY_U32_BYTES];
	struct dict *d = u->dict;
	if (u->own_dict)
		codec_add(u->index, u->own_dict);
	u->own_dict = NULL;
	if (d && d->record.n > 0) { /* trained by this pass and not stored yet */
		txn_put(&w->txn, DB_DICT, key_u32(room, d->id), buf_slice(&d->record));
	}
	w->state.dict_id = u->dict ? u->dict->id : 0;
	w->state.dict_text = u->dict ? w->state.raw_bytes : 0;
	w->changed = true;
}

static int delete_bundles(struct upkeep *u, struct write *w, struct err *e)
{
	for (uint32_t i = 0; i < u->n_bundles; i++) {
		char room[KEY_U32_BYTES];
		struct slice key = key_u32(room, u->bundles[i]), value;
		int rc = txn_get(&w->txn, DB_BUNDLE, key, &value);
		if (rc == LODE_NOTFOUND)
			continue;
		if (rc)
			return err_set(e, rc, "%s", w->txn.err.text);
		w->state.bundles--;
		w->state.bundle_bytes -= value.n;
		w->changed = true;
		txn_del(&w->txn, DB_BUNDLE, key);
	}
	return 0;
}

static bool is_gone(const struct upkeep *u, const struct run_entry *run)
{
	for (uint32_t i = 0; i < u->n_gone; i++)
		if (u->gone[i].number == run->number)
			return true;
	return u->drops_dicts && upkeep_renews_runs(u) && run->number < u->first_run;
}

static int put_runs(struct upkeep *u, struct write *w, struct err *e)
{
	struct run_entry *runs, *now;
	uint32_t n, kept = 0;
	if (u->run.n_blocks == 0 && u->n_gone == 0 && !u->drops_dicts)
		return 0;
	int rc = write_runs_read(w, &runs, &n, e);
	if (rc)
		return rc;
	now = arena_array(&w->arena, struct run_entry, n + 1UL);
	if (!now)
		return err_set(e, LODE_NOMEM, "no memory for a list of runs");
	for (uint32_t i = 0; i < n; i++) {
		if (is_gone(u, &runs[i]))
			run_delete(w, &runs[i]);
		else
			now[kept++] = runs[i];
	}
	if (u->run.n_blocks) {
		rc = run_put(w, &u->run, &now[kept], e);
		kept++;
	}
	return rc ? rc : write_runs(w, now, kept, e);
}

static int put_share(struct upkeep *u, struct write *w, struct err *e)
{
	int rc = 0;
	if (u->sets_dict)
		put_dict(u, w);
	for (size_t i = 0; rc == 0 && i < u->n_patients; i++) {
		rc = upkeep_put_patient(u, w, &u->patients[i], e);
		arena_release(&w->arena);
	}
	if (rc == 0)
		rc = delete_bundles(u, w, e);
	if (rc == 0)
		rc = put_runs(u, w, e);
	if (rc == 0 && u->drops_dicts)
		rc = upkeep_drop_dicts(w, e);
	return rc;
}

static uint64_t room_wanted(const struct upkeep *u)
{
	const uint64_t page = 4096;
	uint64_t n = 64 * page + 2 * u->run.bytes.n;
	for (size_t i = 0; i < u->n_patients; i++)
		for (uint32_t k = 0; k < u->patients[i].n_made; k++)
			n += (u->patients[i].made[k].blob.n / page + 6) * page;
	return n;
}

int upkeep_commit(struct upkeep *u, struct err *e)
{
	struct write w;
	struct upkeep_result before = u->result;
	int rc = store_room(u->index, room_wanted(u), e);
	if (rc == 0)
		rc = write_begin(u->index, &w, e);
	if (rc == 0) {
		w.keeps_revision = true;
		rc = write_end(&w, put_share(u, &w, e), e);
		if (rc == 0 && u->sets_dict) {
			codec_replace(u->index, u->dict);
			u->sets_dict = false;
		}
	}
	if (rc)
		u->result = before;
	drop_share(u, rc == 0);
	return rc;
}
