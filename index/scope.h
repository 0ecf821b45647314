/* Which notes and sections a search is about.  Private to the room. */
#ifndef LODESTONE_INDEX_SCOPE_H
#define LODESTONE_INDEX_SCOPE_H

#include "base/bytes.h"
#include "index/chart.h"

/* LODE_BADREQ: a date that does not begin with YYYY-MM-DD.  scope may be NULL: everything. */
int scope_check(const struct scope *scope, struct err *e);
/* Every live note is in it. */
bool scope_is_whole(const struct scope *scope);
/* By date and type.  A note without a date is out when from or to is given, in for as_of alone. */
bool scope_has_note(const struct scope *scope, const struct note_view *note);
/* By the section that holds the byte. */
bool scope_has_byte(const struct scope *scope, const struct tok_doc *doc, uint32_t byte);

/* Fills notes_total, notes_in_scope, chunks_total, and notes_searched as if nothing failed.  Notes in
 * damaged segments have unknown dates: they count as in scope and not searched. */
void scope_count(struct chart *c, const struct scope *scope, struct search_counts *counts);
/* n notes could not be searched, and why. */
void scope_lost(struct search_counts *counts, uint64_t n, const char *why);
/* A segment found damaged on the way is not searched at all: all its notes are lost. */
void scope_lose_segment(struct chart *c, uint32_t segment, const struct scope *scope,
	struct search_counts *counts, const char *why);
/* LODE_CANCELLED, LODE_TIMEOUT or 0. */
int scope_stop(const struct search_stop *stop, struct err *e);
/* Date, note id: the order of answers. */
int scope_note_order(const struct note_view *a, const struct note_view *b);

#endif
