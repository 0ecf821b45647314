/* Pieces: what merges never cross.  A text in small letters, a word, a digit or a run of one sign at a
 * time; headings, line ends and masks as specials.
 *
 * Folding, so that what reads alike is alike: letters as in words (tok_fold), every apostrophe, dash and
 * double quote as its ASCII sign, a run of blanks as one, which belongs to what follows.  What begins a
 * line or follows a heading's border has a blank in front whether or not one is written: a list item is
 * the same subword as the word in a sentence.  An empty line is one more [NL], further ones are not. */
#ifndef LODESTONE_TOKENIZER_PIECE_H
#define LODESTONE_TOKENIZER_PIECE_H

#include "tokenizer/tokenizer.h"

/* PIECE_ROOM: bytes that may be read after a piece's last are there, for eight at a time. */
enum { PIECE_ROOM = TOK_PIECE_MAX + 8 };

struct piece {
	uint32_t start, end; /* in the text; where the piece before ended */
	uint16_t special;    /* enum tok_special, or TOK_SUB_PAD: bytes[0..n) is its folded text */
	unsigned n;
	char bytes[PIECE_ROOM];
	/* Where in the text folded byte i begins; [n] is the end.  Of the bytes of one code point the
	 * first has its start and the others its end, so that spans cut from here never overlap. */
	uint32_t at[TOK_PIECE_MAX + 1];
};

struct piece_walk {
	const struct tok_doc *doc;
	uint32_t at, end;
	uint32_t mask;     /* the next one: its index */
	uint32_t section;  /* whose heading's border is next */
	uint32_t event;    /* where that is; UINT32_MAX: no further one */
	bool is_body;      /* it is the end of the heading, not the start */
	bool after_border; /* nothing since but blanks */
	bool after_line;   /* the piece before was [NL] */
};

/* start and end are on code points. */
void piece_walk_begin(struct piece_walk *w, const struct tok_doc *d, uint32_t start, uint32_t end);
/* False at the end; blanks before it belong to the last piece, whose end the caller moves. */
bool piece_next(struct piece_walk *w, struct piece *out);

#endif
