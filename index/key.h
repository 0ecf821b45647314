/* Keys of the four databases, and the checksum that binds a value to its key.
 * Layout: docs/index-format.md sections 1, 2. */
#ifndef LODESTONE_INDEX_KEY_H
#define LODESTONE_INDEX_KEY_H

#include "base/buf.h"

/* enum name, LMDB name, byte in checksums */
#define DB_LIST(X)                 \
	X(META, "meta", 'm')       \
	X(PATIENT, "patient", 'p') \
	X(SEGMENT, "segment", 's') \
	X(DICT, "dict", 'd')

enum db {
#define X(name, words, byte) DB_##name,
	DB_LIST(X)
#undef X
		DB_COUNT,
};

enum { KEY_SEGMENT_BYTES = 8, KEY_DICT_BYTES = 4, KEY_MAX = 544 /* over LMDB's 511 + a suffix */ };

const char *key_db_name(enum db db);

extern const struct slice key_format, key_state; /* the two keys of meta */

/* Big-endian, so that a walk visits a patient's segments together and in order. */
struct slice key_segment(char room[KEY_SEGMENT_BYTES], uint32_t patient, uint32_t segno);
bool key_segment_read(struct slice key, uint32_t *patient, uint32_t *segno);
struct slice key_dict(char room[KEY_DICT_BYTES], uint32_t id);

/* Over database, key and bytes: a value found elsewhere fails it.  key.n + suffix.n < KEY_MAX;
 * suffix (may be empty) tells the parts of one value apart. */
uint64_t key_checksum(enum db db, struct slice key, struct slice suffix, struct slice bytes);

#endif
