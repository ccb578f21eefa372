/* The sink asks one node, or all of them; each node repeats a new question once. One that comes before the last
   was answered takes its place. */
#ifndef QUERY_H
#define QUERY_H
#include "messages.h"

void queryReceived(const Message *message);

#endif
