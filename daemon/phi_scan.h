/* lodestoned --phi-scan FILE...: the identifier guard over files, offline. */
#ifndef LODESTONE_DAEMON_PHI_SCAN_H
#define LODESTONE_DAEMON_PHI_SCAN_H

#include "daemon/config.h"

/* Notes as for an ingest (NDJSON, gzip or zstd allowed) when a file begins with '{', else the file is
 * one note; "-" is stdin.  One JSON line for each place, then a summary, on stdout.
 * Returns the exit code: 0 nothing found, 1 something, 2 failure. */
int phi_scan_files(const struct config *c, char **files, int n);

#endif
