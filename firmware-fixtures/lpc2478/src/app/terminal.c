#include "terminal.h"
#include "lpc2478.h"
#include "agent.h"
#include "protocol.h"
#include "restart.h"
#include "support.h"
#include "version.h"
void terminalStart(void) {}
void terminalPoll(void) {}
void terminalSecond(void) {}
int readingsClass1(const Request *request, Reply *reply) { (void)request; (void)reply; return 0; }
int readingsClass2(const Request *request, Reply *reply) { (void)request; (void)reply; return 0; }
int readingsEvents(const Request *request, Reply *reply) { (void)request; (void)reply; return 0; }
int parametersSet(const Request *request, Reply *reply) { (void)request; (void)reply; return 0; }
int parametersQuery(const Request *request, Reply *reply) { (void)request; (void)reply; return 0; }
int readingsConfiguration(const Request *request, Reply *reply) {
    static const char text[41] = "FLRGTERM2478" VERSION_TEXT "\x21\x11\x26" "504K+64K   " "3761" "HW01" "\x01\x06\x26";
    if (request->fn != 1) return 0;
    reply->kind = REPLY_DATA;
    reply->count = 41;
    memcpy(reply->data, text, 41);
    return 1;
}
void faultHandler(uint32_t cause, uint32_t address) { (void)cause; (void)address; restartTerminal(); }
