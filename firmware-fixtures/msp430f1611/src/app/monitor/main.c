/* EzMonitor: samples the surroundings and brings what it finds to the sink, over as many nodes as it takes.
   HAS_...: what a version has; scenarios.json says which version has what. */
#include "beacons.h"
#include "event-log.h"
#include "forwarding.h"
#include "msp430f1611.h"
#include "network-time.h"
#include "radio-guard.h"
#include "radio.h"
#include "random.h"
#include "scheduler.h"
#include "settings.h"
#include "status-leds.h"
#include "system.h"
#ifdef HAS_SENSING
#include "sampler.h"
#endif
#ifdef HAS_DIAGNOSTICS
#include "diagnostics.h"
#include "stack-use.h"
#endif
#ifdef HAS_BUFFER
#include "sample-buffer.h"
#endif
#ifdef HAS_NIGHT
#include "night.h"
#endif
#ifdef HAS_BATTERY
#include "battery.h"
#endif

static void startNetwork(void) {
    uint16_t address = addressFromSerialNumber();
    seedRandom(address);
    startGuardedRadio(address);
    logEvent(EVENT_STARTED, address);
    if (!isRadioOn()) showFailure();
    startNetworkTime();
    startForwarding();
    startBeacons();
}

static void startServices(void) {
#ifdef HAS_SENSING
    startSampler();
#endif
#ifdef HAS_BUFFER
    startSampleBuffer();
#endif
#ifdef HAS_DIAGNOSTICS
    startDiagnostics();
#endif
#ifdef HAS_NIGHT
    startNight();
#endif
#ifdef HAS_BATTERY
    startBattery();
#endif
}

int main(void) {
#ifdef HAS_DIAGNOSTICS
    paintStack();
#endif
    startSystem();
    enableInterrupts();
    startSettings();
    startNetwork();
    startServices();
    runTasks();
}
