/* One character of UTF-8: what it is, how wide, whether it may reach a terminal. */
#ifndef LODESTONE_CLIENT_GLYPH_H
#define LODESTONE_CLIENT_GLYPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the well-formed sequence at p (n > 0 bytes there), 0 when there is none. */
size_t glyph_decode(const unsigned char *p, size_t n, uint32_t *out);
bool glyph_is_unsafe(uint32_t c);
unsigned glyph_width(uint32_t c); /* columns: 0, 1 or 2 */

#endif
