/* Keys of the databases, and the checksum that binds a value to its key.
 * Layout: docs/index-format.md sections 1, 2. */
#ifndef LODESTONE_INDEX_KEY_H
#define LODESTONE_INDEX_KEY_H

#include "base/buf.h"

/* enum name, LMDB name, byte in checksums */
#define DB_LIST(X)                 \
	X(META, "meta", 'm')       \
	X(PATIENT, "patient", 'p') \
	X(NUMBER, "number", 'n')   \
	X(SEGMENT, "segment", 's') \
	X(BUNDLE, "bundle", 'b')   \
	X(PENDING, "pending", 'o') \
	X(RUN, "run", 'r')         \
	X(DICT, "dict", 'd')

enum db {
#define X(name, words, byte) DB_##name,
	DB_LIST(X)
#undef X
		DB_COUNT,
};

enum { KEY_SEGMENT_BYTES = 8, KEY_RUN_BYTES = 8, KEY_U32_BYTES = 4 };
enum { KEY_MAX = 544 }; /* over LMDB's 511 + a suffix */

const char *key_db_name(enum db db);

extern const struct slice key_format, key_state, key_runs; /* the keys of meta */

/* Big-endian, so that a walk visits a patient's segments together and in order. */
struct slice key_segment(char room[KEY_SEGMENT_BYTES], uint32_t patient, uint32_t segno);
bool key_segment_read(struct slice key, uint32_t *patient, uint32_t *segno);
/* Patient, bundle and dictionary numbers. */
struct slice key_u32(char room[KEY_U32_BYTES], uint32_t n);
bool key_u32_read(struct slice key, uint32_t *n);
/* Block 0 is the header of the run. */
struct slice key_run(char room[KEY_RUN_BYTES], uint32_t run, uint32_t block);

/* Over database, key and bytes: a value found elsewhere fails it.  key.n + suffix.n < KEY_MAX;
 * suffix (may be empty) tells the parts of one value apart. */
uint64_t key_checksum(enum db db, struct slice key, struct slice suffix, struct slice bytes);

#endif
