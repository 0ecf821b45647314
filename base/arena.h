/* Bump memory with a hard limit: everything a request allocates, freed in one call.
 *
 * Not thread-safe: one arena belongs to one request, and a request runs on one thread at a time. */
#ifndef LODESTONE_BASE_ARENA_H
#define LODESTONE_BASE_ARENA_H

#include "base/buf.h"

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *head;
	char *next, *end; /* free part of the newest block */
	size_t used;      /* bytes handed out, rounded to 16 */
	size_t limit;     /* bytes that may be handed out */
};

void arena_init(struct arena *a, size_t limit_bytes); /* allocates nothing */
void arena_release(struct arena *a);                  /* frees all; a may be used again */
void arena_reset(struct arena *a); /* the same, but keeps the newest block for what comes next */

/* Gives back what was handed out since the mark; nothing older is touched. */
struct arena_mark {
	struct arena_block *head;
	char *next;
	size_t used;
};
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark m);

/* 16-byte aligned, not zeroed; NULL when the limit or the machine's memory is reached.
 * arena_new and arena_array zero what they return. */
void *arena_alloc(struct arena *a, size_t n);
void *arena_calloc(struct arena *a, size_t count, size_t size);
char *arena_strndup(struct arena *a, const char *p, size_t n); /* NUL-terminated copy */
struct slice arena_slice(struct arena *a, struct slice s);     /* p == NULL on failure */

/* Grows an array of `count` elements of `size` bytes to hold one more: returns the array to use
 * from now on (moved when *cap was reached; the old copy stays until release), NULL on failure. */
void *arena_grow(struct arena *a, void *array, size_t count, size_t size, size_t *cap);

#define arena_new(a, type)          ((type *)arena_calloc((a), 1, sizeof(type)))
#define arena_array(a, type, count) ((type *)arena_calloc((a), (count), sizeof(type)))

#endif
