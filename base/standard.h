/* The three standard descriptors. */
#ifndef LODESTONE_BASE_STANDARD_H
#define LODESTONE_BASE_STANDARD_H

/* Fills those of 0, 1 and 2 that the caller has closed with something that can neither be read nor
 * written in their sense, so that no file or socket opened later gets their number: the output would go
 * into it.  Call it before anything is opened. */
void standard_hold(void);

#endif
