#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>

enum { FIRST_BLOCK = 16 << 10, LARGEST_BLOCK = 1 << 20 };

struct arena_block {
	struct arena_block *older;
	size_t size;
	_Alignas(16) char bytes[];
};

void arena_init(struct arena *a, size_t limit_bytes)
{
	*a = (struct arena){.limit = limit_bytes};
}

void arena_release(struct arena *a)
{
	for (struct arena_block *b = a->head, *older; b; b = older) {
		older = b->older;
		free(b);
	}
	arena_init(a, a->limit);
}

void arena_reset(struct arena *a)
{
	struct arena_block *kept = a->head;
	/* A block of its own for one huge thing is not worth keeping. */
	if (!kept || kept->size > LARGEST_BLOCK) {
		arena_release(a);
		return;
	}
	for (struct arena_block *b = kept->older, *older; b; b = older) {
		older = b->older;
		free(b);
	}
	kept->older = NULL;
	a->next = kept->bytes;
	a->end = kept->bytes + kept->size;
	a->used = 0;
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){a->head, a->next, a->used};
}

void arena_rewind(struct arena *a, struct arena_mark m)
{
	/* An arena without a block keeps the one it got: marks are set again and again. */
	while (a->head != m.head && (m.head || a->head->older)) {
		struct arena_block *older = a->head->older;
		free(a->head);
		a->head = older;
	}
	if (a->head) {
		a->next = m.head ? m.next : a->head->bytes;
		a->end = a->head->bytes + a->head->size;
	}
	a->used = m.used;
}

static bool add_block(struct arena *a, size_t need)
{
	size_t size = a->head ? a->head->size * 2 : FIRST_BLOCK;
	if (size > LARGEST_BLOCK)
		size = LARGEST_BLOCK;
	if (size < need)
		size = need;
	if (size > SIZE_MAX - sizeof(struct arena_block))
		return false;
	struct arena_block *b = malloc(sizeof(*b) + size);
	if (!b)
		return false;
	b->older = a->head;
	b->size = size;
	a->head = b;
	a->next = b->bytes;
	a->end = b->bytes + size;
	return true;
}

void *arena_alloc(struct arena *a, size_t n)
{
	/* Round first, compare after: the other order lets a limit that is no multiple of 16 be passed. */
	if (n > SIZE_MAX - 15)
		return NULL;
	n = (n + 15) & ~(size_t)15;
	if (n > a->limit - a->used)
		return NULL;
	/* A fresh arena has no block to point into, not even for nothing. */
	if ((!a->head || n > (size_t)(a->end - a->next)) && !add_block(a, n))
		return NULL;
	void *p = a->next;
	a->next += n;
	a->used += n;
	return p;
}

void *arena_calloc(struct arena *a, size_t count, size_t size)
{
	size_t n;
	if (__builtin_mul_overflow(count, size, &n))
		return NULL;
	void *p = arena_alloc(a, n);
	return p ? memset(p, 0, n) : NULL;
}

char *arena_strndup(struct arena *a, const char *p, size_t n)
{
	char *copy = n < SIZE_MAX ? arena_alloc(a, n + 1) : NULL;
	if (!copy)
		return NULL;
	if (n)
		memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

struct slice arena_slice(struct arena *a, struct slice s)
{
	char *p = arena_strndup(a, s.p, s.n);
	return (struct slice){p, p ? s.n : 0};
}

void *arena_grow(struct arena *a, void *array, size_t count, size_t size, size_t *cap)
{
	if (count < *cap)
		return array;
	size_t wider = *cap ? *cap * 2 : 16, bytes;
	if (__builtin_mul_overflow(wider, size, &bytes))
		return NULL;
	void *p = arena_alloc(a, bytes);
	if (!p)
		return NULL;
	if (count)
		memcpy(p, array, count * size);
	*cap = wider;
	return p;
}
