/* How the node and its links are doing, from time to time. */
#ifndef DIAGNOSTICS_H
#define DIAGNOSTICS_H

void startDiagnostics(void);

#endif
