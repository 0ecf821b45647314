#include "index/key.h"

#include "base/bytes.h"
#include "base/digest.h"

#include <assert.h>

const struct slice key_format = SLICE("format"), key_state = SLICE("state"),
		   key_runs = SLICE("runs");

static const struct {
	const char *name;
	char byte;
} dbs[DB_COUNT] = {
#define X(name, words, byte) [DB_##name] = {words, byte},
	DB_LIST(X)
#undef X
};

const char *key_db_name(enum db db)
{
	return dbs[db].name;
}

struct slice key_segment(char room[KEY_SEGMENT_BYTES], uint32_t patient, uint32_t segno)
{
	store_be32(room, patient);
	store_be32(room + 4, segno);
	return slice_of(room, KEY_SEGMENT_BYTES);
}

bool key_segment_read(struct slice key, uint32_t *patient, uint32_t *segno)
{
	if (key.n != KEY_SEGMENT_BYTES)
		return false;
	*patient = load_be32(key.p);
	*segno = load_be32(key.p + 4);
	return true;
}

struct slice key_u32(char room[KEY_U32_BYTES], uint32_t n)
{
	store_be32(room, n);
	return slice_of(room, KEY_U32_BYTES);
}

bool key_u32_read(struct slice key, uint32_t *n)
{
	if (key.n != KEY_U32_BYTES)
		return false;
	*n = load_be32(key.p);
	return true;
}

struct slice key_run(char room[KEY_RUN_BYTES], uint32_t run, uint32_t block)
{
	store_be32(room, run);
	store_be32(room + 4, block);
	return slice_of(room, KEY_RUN_BYTES);
}

uint64_t key_checksum(enum db db, struct slice key, struct slice suffix, struct slice bytes)
{
	char room[1 + KEY_MAX];
	assert(key.n < KEY_MAX && suffix.n < KEY_MAX - key.n);
	room[0] = dbs[db].byte;
	memcpy(room + 1, key.p, key.n);
	if (suffix.n)
		memcpy(room + 1 + key.n, suffix.p, suffix.n);
	return digest64_keyed(slice_of(room, 1 + key.n + suffix.n), bytes);
}
