/* What a note must be to be taken in.  Private to the room. */
#ifndef LODESTONE_INDEX_NOTE_H
#define LODESTONE_INDEX_NOTE_H

#include "index/index.h"

enum {
	NOTE_TEXT_MAX = 64 << 20,
	NOTE_FIELD_MAX = 256, /* type, encounter, author role */
	NOTE_DATE_MAX = 64,
	NOTE_META_MAX = 1 << 20,
};

/* LODE_BADREQ / LODE_TOOBIG naming the member and an offset, never its content. */
int note_check(const struct note_in *note, struct err *e);

/* RFC 3339 full-date or date-time (section 5.6), calendar days checked; a blank may stand for the T. */
bool note_date_is_valid(struct slice date);

/* Same text (by digest) and same metadata: sending it again changes nothing. */
bool note_is_same(const struct note_view *stored, const struct note_view *fresh);

#endif
