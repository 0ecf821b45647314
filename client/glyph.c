#include "client/glyph.h"

/* Length of the UTF-8 sequence at p (n bytes left), 0 when it is not one; RFC 3629's table: no
 * overlong forms, no surrogates, nothing past U+10FFFF. */
size_t glyph_decode(const unsigned char *p, size_t n, uint32_t *out)
{
	unsigned char lo = 0x80, hi = 0xbf;
	size_t len;
	uint32_t c;
	if (p[0] < 0x80) {
		*out = p[0];
		return 1;
	}
	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		len = 2;
		c = p[0] & 0x1fu;
	} else if (p[0] >= 0xe0 && p[0] <= 0xef) {
		len = 3;
		c = p[0] & 0x0fu;
		lo = p[0] == 0xe0 ? 0xa0 : 0x80;
		hi = p[0] == 0xed ? 0x9f : 0xbf;
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		len = 4;
		c = p[0] & 0x07u;
		lo = p[0] == 0xf0 ? 0x90 : 0x80;
		hi = p[0] == 0xf4 ? 0x8f : 0xbf;
	} else {
		return 0;
	}
	for (size_t i = 1; i < len; i++, lo = 0x80, hi = 0xbf) {
		if (i >= n || p[i] < lo || p[i] > hi)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	*out = c;
	return len;
}

struct range {
	uint32_t first, last;
};

static bool is_in(const struct range *ranges, size_t n, uint32_t c)
{
	for (size_t i = 0; i < n && ranges[i].first <= c; i++)
		if (c <= ranges[i].last)
			return true;
	return false;
}

#define IS_IN(ranges, c) is_in((ranges), sizeof(ranges) / sizeof((ranges)[0]), (c))

/* What could steer a terminal, reorder a line or hide in it.  Unicode 15: C1 controls, general
 * categories Cf, Zl and Zp (without the Arabic number signs, which are seen), blank letters, tag
 * characters, non-characters and the private planes.  The private use area of the BMP is let
 * through: word processors' bullets live there. */
static const struct range unsafe[] = {
	{0x00, 0x1f},        /* C0 */
	{0x7f, 0x9f},        /* DEL, C1 */
	{0xad, 0xad},        /* soft hyphen */
	{0x34f, 0x34f},      /* combining grapheme joiner */
	{0x61c, 0x61c},      /* Arabic letter mark */
	{0x115f, 0x1160},    /* Hangul fillers: blank letters */
	{0x17b4, 0x17b5},    /* Khmer inherent vowels: invisible */
	{0x180b, 0x180f},    /* Mongolian selectors and separator */
	{0x200b, 0x200f},    /* zero width, LRM, RLM */
	{0x2028, 0x202e},    /* line and paragraph separator, bidi embeddings */
	{0x2060, 0x206f},    /* word joiner .. bidi isolates .. deprecated */
	{0x3164, 0x3164},    /* Hangul filler */
	{0xfdd0, 0xfdef},    /* non-characters */
	{0xfeff, 0xfeff},    /* byte order mark */
	{0xffa0, 0xffa0},    /* halfwidth Hangul filler */
	{0xfff0, 0xfffb},    /* unassigned, interlinear annotation */
	{0xfffe, 0xffff},    /* non-characters */
	{0x1bca0, 0x1bca3},  /* shorthand format controls */
	{0x1d173, 0x1d17a},  /* musical format controls */
	{0xe0000, 0x10ffff}, /* tags, selectors, private planes */
};

bool glyph_is_unsafe(uint32_t c)
{
	if (c >= 0x20 && c < 0x7f)
		return false;
	return IS_IN(unsafe, c);
}

/* Columns, coarsely: combining marks of the common blocks take none, East Asian wide and emoji
 * take two.  A wrong guess only makes a line ragged. */
static const struct range zero_width[] = {
	{0x300, 0x36f},
	{0x483, 0x489},
	{0x591, 0x5bd},
	{0x610, 0x61a},
	{0x64b, 0x65f},
	{0x900, 0x902},
	{0x93c, 0x93c},
	{0x941, 0x948},
	{0xe31, 0xe31},
	{0xe34, 0xe3a},
	{0xe47, 0xe4e},
	{0x1ab0, 0x1aff},
	{0x1dc0, 0x1dff},
	{0x20d0, 0x20f0},
	{0xfe00, 0xfe0f},
	{0xfe20, 0xfe2f},
};
static const struct range double_width[] = {
	{0x1100, 0x115e},
	{0x2e80, 0x303e},
	{0x3041, 0x33ff},
	{0x3400, 0x4dbf},
	{0x4e00, 0x9fff},
	{0xa000, 0xa4cf},
	{0xac00, 0xd7a3},
	{0xf900, 0xfaff},
	{0xfe30, 0xfe6f},
	{0xff00, 0xff60},
	{0xffe0, 0xffe6},
	{0x1f300, 0x1f64f},
	{0x1f900, 0x1f9ff},
	{0x20000, 0x3fffd},
};

unsigned glyph_width(uint32_t c)
{
	if (c < 0x300)
		return 1;
	if (IS_IN(zero_width, c))
		return 0;
	return IS_IN(double_width, c) ? 2 : 1;
}
