/* Console commands. It echoes nothing: what it prints is for a person or a test to read. */
#include "console.h"

#include "agent.h"
#include "clocktime.h"
#include "demand.h"
#include "display.h"
#include "energy.h"
#include "events.h"
#include "fault.h"
#include "harmonics.h"
#include "link.h"
#include "measure.h"
#include "parameters.h"
#include "port.h"
#include "profile.h"
#include "restart.h"
#include "statistics.h"
#include "support.h"
#include "tariff.h"
#include "tick.h"
#include "version.h"
#if APP_VERSION >= 110
#include "days.h"
#endif
#if APP_VERSION >= 120
#include "control.h"
#include "cost.h"
#include "quality.h"
#endif

#define LINE_MAX 64u
#define WORDS_MAX 8u

static char line[LINE_MAX + 1u];
static uint32_t lineCount;
static char *words[WORDS_MAX];
static uint32_t wordCount;

static void out(const Text *text) {
    portPut(&consolePort, (const uint8_t *)text->chars, text->count);
    portPut(&consolePort, (const uint8_t *)"\r\n", 2);
}

static void say(const char *string) {
    Text text;
    textStart(&text);
    textPut(&text, string);
    out(&text);
}

/* name, value and unit in fixed columns */
static void row(const char *name, int32_t value, uint32_t decimals, const char *unit) {
    Text text;
    textStart(&text);
    textPut(&text, "  ");
    textPut(&text, name);
    textColumn(&text, 24);
    textFixed(&text, value, decimals, 10);
    textChar(&text, ' ');
    textPut(&text, unit);
    out(&text);
}

static void phases(const char *name, int32_t a, int32_t b, int32_t c, uint32_t decimals, const char *unit) {
    Text text;
    textStart(&text);
    textPut(&text, "  ");
    textPut(&text, name);
    textColumn(&text, 14);
    textFixed(&text, a, decimals, 10);
    textFixed(&text, b, decimals, 10);
    textFixed(&text, c, decimals, 10);
    textChar(&text, ' ');
    textPut(&text, unit);
    out(&text);
}

static void showNow(void) {
    static const char *const sequences[] = {"no voltage", "L1 L2 L3", "L1 L3 L2", "incomplete"};
    const PhaseReading *p = readings.phase;
    say("                     L1        L2        L3");
    phases("voltage", p[0].volts, p[1].volts, p[2].volts, 1, "V");
    phases("current", p[0].milliamps, p[1].milliamps, p[2].milliamps, 3, "A");
    phases("active", p[0].active, p[1].active, p[2].active, 1, "W");
    phases("reactive", p[0].reactive, p[1].reactive, p[2].reactive, 1, "var");
    phases("apparent", p[0].apparent, p[1].apparent, p[2].apparent, 1, "VA");
    phases("factor", p[0].factor, p[1].factor, p[2].factor, 3, "");
    phases("crest", p[0].crest, p[1].crest, p[2].crest, 2, "");
    row("active power", readings.active, 1, "W");
    row("reactive power", readings.reactive, 1, "var");
    row("power factor", readings.factor, 3, "");
    row("frequency", readings.hertz, 2, "Hz");
    row("voltage unbalance", readings.voltUnbalance, 1, "%");
    row("current unbalance", readings.currentUnbalance, 1, "%");
    row("neutral current", readings.neutral, 3, "A");
    say(sequences[readings.sequence]);
}

static void showEnergy(void) {
    Text text;
    say("                    total     sharp      peak      flat    valley");
    for (uint32_t kind = 0; kind < ENERGY_KINDS; kind++) {
        textStart(&text);
        textPut(&text, "  ");
        textPut(&text, energyNames[kind]);
        for (uint32_t tariff = 0; tariff <= TARIFFS; tariff++) {
            textColumn(&text, 15u + 10u * tariff);
            textFixed(&text, (int32_t)energyOf((EnergyKind)kind, tariff), 2, 10);
        }
        out(&text);
    }
    row("pulses", (int32_t)energyPulses(), 0, "");
}

static void showDemand(void) {
    static const char *const kinds[DEMAND_KINDS] = {"W", "var"};
    row("demand", demandNow(DEMAND_ACTIVE), 1, "W");
    row("reactive demand", demandNow(DEMAND_REACTIVE), 1, "var");
    row("at the interval's end", demandForecast(), 1, "W");
    for (uint32_t kind = 0; kind < DEMAND_KINDS; kind++) {
        for (uint32_t tariff = 1; tariff <= TARIFFS; tariff++) {
            const MaximumDemand *best = demandMaximum((DemandKind)kind, tariff);
            Text text;
            textStart(&text);
            textPut(&text, "  maximum ");
            textPut(&text, tariffNames[tariff - 1u]);
            textColumn(&text, 24);
            textFixed(&text, best->deciwatts, 1, 10);
            textChar(&text, ' ');
            textPut(&text, kinds[kind]);
            if (best->minutes != 0) {
                textPut(&text, " at ");
                clockMinutesText(&text, best->minutes);
            }
            out(&text);
        }
    }
}

static void showHarmonics(void) {
    static const char *const channels[CHANNELS] = {"U1", "U2", "U3", "I1", "I2", "I3"};
    Text text;
    textStart(&text);
    textPut(&text, "  order ");
    for (uint32_t i = 0; i < CHANNELS; i++) {
        textPut(&text, "      ");
        textPut(&text, channels[i]);
    }
    textPut(&text, "  % of the fundamental");
    out(&text);
    for (uint32_t order = 2; order <= HARMONICS_MAX; order++) {
        textStart(&text);
        textNumber(&text, order, 7);
        textChar(&text, ' ');
        for (uint32_t i = 0; i < CHANNELS; i++) textFixed(&text, spectra[i].share[order - 1u], 1, 8);
        out(&text);
    }
    textStart(&text);
    textPut(&text, "  THD   ");
    for (uint32_t i = 0; i < CHANNELS; i++) textFixed(&text, spectra[i].distortion, 1, 8);
    out(&text);
#if APP_VERSION >= 110
    textStart(&text);
    textPut(&text, "  angle ");
    for (uint32_t i = 0; i < CHANNELS; i++) textFixed(&text, spectra[i].angle, 1, 8);
    out(&text);
    textStart(&text);
    textPut(&text, "  K     ");
    for (uint32_t i = 0; i < CHANNELS; i++) textFixed(&text, spectra[i].kFactor, 1, 8);
    out(&text);
#endif
}

static uint32_t countArgument(uint32_t otherwise) {
    int32_t value;
    return wordCount > 2 && textParse(words[2], &value) && value > 0 ? (uint32_t)value : otherwise;
}

static void showEvents(void) {
    uint32_t wanted = countArgument(10);
    for (uint32_t i = 0; i < eventsCount() && i < wanted; i++) {
        Text text;
        textStart(&text);
        eventText(&text, eventAt(i));
        out(&text);
    }
    for (uint32_t kind = 1; kind < EVENT_KINDS; kind++) {
        if (eventsTotal((EventKind)kind) != 0) {
            row(eventName(kind), (int32_t)eventsTotal((EventKind)kind), 0, "in all");
        }
    }
}

static void showProfile(void) {
    uint32_t wanted = countArgument(8);
    say("  end                  W       var    V L1    V L2    V L3");
    for (uint32_t i = 0; i < profileCount() && i < wanted; i++) {
        const ProfileEntry *entry = profileAt(i);
        Text text;
        textStart(&text);
        textPut(&text, "  ");
        clockMinutesText(&text, entry->minutes);
        textFixed(&text, entry->active, 1, 10);
        textFixed(&text, entry->reactive, 1, 10);
        for (uint32_t phase = 0; phase < PHASES; phase++) textFixed(&text, entry->volts[phase], 1, 8);
        if ((entry->flags & 1u) != 0) textPut(&text, " not whole");
        out(&text);
    }
}

static void showStatistics(void) {
    static const char *const spans[SPANS] = {"today", "this month"};
    for (uint32_t span = 0; span < SPANS; span++) {
        say(spans[span]);
        for (uint32_t phase = 0; phase < PHASES; phase++) {
            const VoltageStatistics *v = statisticsVoltage((Span)span, phase);
            int32_t mean = v->seconds == 0 ? 0 : (int32_t)(v->sum / v->seconds);
            phases("low/mean/high", v->lowest, mean, v->highest, 1, "V");
            row("permitted", (int32_t)statisticsQualified(v), 2, "% of the time");
        }
        const LoadStatistics *load = statisticsLoad((Span)span);
        if (load->seconds == 0) continue;
        row("lowest load", load->lowest, 1, "W");
        row("mean load", (int32_t)(load->sum / (int32_t)load->seconds), 1, "W");
        row("highest load", load->highest, 1, "W");
        row("load factor",
            load->highest <= 0 ? 0
                               : (int32_t)(load->sum / (int32_t)load->seconds * 1000 / load->highest),
            3, "");
        row("reverse", (int32_t)load->secondsReverse, 0, "s");
    }
}

static void showParameters(void) {
    for (uint32_t i = 0; i < PARAM_COUNT; i++) {
        const Parameter *each = &parameters[i];
        Text text;
        textStart(&text);
        textPut(&text, "  ");
        textPut(&text, each->name);
        textColumn(&text, 10);
        textFixed(&text, parameter((ParameterName)i), each->decimals, 9);
        textChar(&text, ' ');
        textPut(&text, each->unit);
        textColumn(&text, 26);
        textPut(&text, each->meaning);
        out(&text);
    }
}

static void showTariff(void) {
    ClockTime now;
    const SwitchTime *table;
    clockTimeRead(&now);
    uint32_t kind = tariffDayKind(&now);
    uint32_t count = tariffTable(tariffSeason(&now), kind, &table);
    say(dayKindNames[kind]);
    for (uint32_t i = 0; i < count; i++) {
        Text text;
        textStart(&text);
        textPut(&text, "  from ");
        textTwo(&text, table[i].minute / 60u);
        textChar(&text, ':');
        textTwo(&text, table[i].minute % 60u);
        textChar(&text, ' ');
        textPut(&text, tariffNames[table[i].tariff - 1u]);
        out(&text);
    }
    Text text;
    textStart(&text);
    textPut(&text, "now ");
    textPut(&text, tariffNames[tariffAt(&now) - 1u]);
    out(&text);
}

static void showLink(void) {
    LinkStatus status;
    linkStatus(&status);
    row("frames received", (int32_t)status.framesIn, 0, "");
    row("frames sent", (int32_t)status.framesOut, 0, "");
    row("frames damaged", (int32_t)status.damaged, 0, "");
    row("requests denied", (int32_t)status.denied, 0, "");
    row("requests repeated", (int32_t)status.repeats, 0, "");
    say(status.loggedIn ? "logged in" : "not logged in");
    if (status.open) say("open for changes");
}

static void showUpdate(void) {
    AgentStatus status;
    Text text;
    agentStatus(&status);
    textStart(&text);
    textPut(&text, "state ");
    textHex(&text, status.state, 2);
    textPut(&text, " flag ");
    textHex(&text, status.flag, 8);
    out(&text);
    row("segments", (int32_t)status.segments, 0, "");
    row("missing", (int32_t)status.missing, 0, "");
    row("slots used", (int32_t)status.slotsUsed, 0, "");
    row("slots erased", (int32_t)status.slots, 0, "");
}

static void showFault(void) {
    const Fault *fault = faultLast();
    Text text;
    textStart(&text);
    textPut(&text, faultName(fault->cause));
    textPut(&text, " at ");
    textHex(&text, fault->address, 8);
    textPut(&text, ", ");
    textNumber(&text, fault->count, 0);
    textPut(&text, " in all");
    out(&text);
}

#if APP_VERSION >= 110
static void showDays(void) {
    say("  frozen           import    export    demand    ok");
    for (uint32_t i = 0; i < daysCount(); i++) {
        const FrozenDay *day = dayAt(i);
        Text text;
        textStart(&text);
        textPut(&text, "  ");
        clockMinutesText(&text, day->minutes);
        textFixed(&text, (int32_t)day->total[ACTIVE_IMPORT], 2, 10);
        textFixed(&text, (int32_t)day->total[ACTIVE_EXPORT], 2, 10);
        textFixed(&text, day->highestDemand, 1, 10);
        textFixed(&text, (int32_t)day->qualified, 2, 7);
        out(&text);
    }
}
#endif

#if APP_VERSION >= 120
static void showQuality(void) {
    Text text;
    row("positive sequence", quality.positive, 1, "V");
    row("negative sequence", quality.negative, 1, "V");
    row("zero sequence", quality.zero, 1, "V");
    row("negative share", (int32_t)quality.negativeShare, 1, "%");
    row("zero share", (int32_t)quality.zeroShare, 1, "%");
    row("voltage steps", (int32_t)quality.flickerIndex, 2, "%");
    textStart(&text);
    textPut(&text, "  sags      ");
    for (uint32_t i = 0; i < DURATIONS; i++) {
        textColumn(&text, 14u + 8u * i);
        textPut(&text, qualityDuration(i));
    }
    out(&text);
    for (uint32_t depth = 0; depth < DEPTHS; depth++) {
        textStart(&text);
        textPut(&text, "  ");
        textPut(&text, qualityDepth(depth));
        textColumn(&text, 12);
        for (uint32_t i = 0; i < DURATIONS; i++) textNumber(&text, quality.sags[depth][i], 8);
        out(&text);
    }
    textStart(&text);
    textPut(&text, "  swells");
    textColumn(&text, 12);
    for (uint32_t i = 0; i < DURATIONS; i++) textNumber(&text, quality.swells[i], 8);
    out(&text);
}

static void showControl(void) {
    row("relays open", (int32_t)controlShed(), 0, "");
    row("next step in", controlHeld(), 0, "s");
    row("forecast", demandForecast(), 1, "W");
}

static void showCost(void) {
    for (uint32_t tariff = 1; tariff <= TARIFFS; tariff++) {
        row(tariffNames[tariff - 1u], costOf(tariff), 2, "");
    }
    row("in all", costOf(0), 2, "");
    row("this hour", costPerHour(), 2, "");
}
#endif

typedef struct {
    const char *name;
    void (*run)(void);
    const char *help;
} Command;

static const Command shows[] = {
    {"now", showNow, "readings of this second"},
    {"energy", showEnergy, "energy registers by tariff"},
    {"demand", showDemand, "demand and its maxima"},
    {"harm", showHarmonics, "harmonics"},
    {"events", showEvents, "[n] the last events"},
    {"profile", showProfile, "[n] the load profile"},
    {"stat", showStatistics, "statistics of day and month"},
    {"param", showParameters, "parameters"},
    {"tariff", showTariff, "today's tariffs"},
    {"link", showLink, "the line to the station"},
    {"update", showUpdate, "program update"},
    {"fault", showFault, "last program fault"},
#if APP_VERSION >= 110
    {"days", showDays, "frozen days"},
#endif
#if APP_VERSION >= 120
    {"quality", showQuality, "sequence components and sags"},
    {"control", showControl, "load control"},
    {"cost", showCost, "energy cost by tariff"},
#endif
};

static void commandShow(void) {
    for (uint32_t i = 0; i < sizeof shows / sizeof shows[0]; i++) {
        if (wordCount > 1 && textEqual(words[1], shows[i].name)) {
            shows[i].run();
            return;
        }
    }
    for (uint32_t i = 0; i < sizeof shows / sizeof shows[0]; i++) {
        Text text;
        textStart(&text);
        textPut(&text, "  show ");
        textPut(&text, shows[i].name);
        textColumn(&text, 16);
        textPut(&text, shows[i].help);
        out(&text);
    }
}

static void commandSet(void) {
    int32_t value;
    int index = wordCount > 2 ? parameterFind(words[1]) : -1;
    if (index < 0 || !textParse(words[2], &value)) {
        say("set NAME VALUE, whole number of the last digit shown by: show param");
    } else if (!parameterSet((uint32_t)index, value)) {
        row("least", parameters[index].least, parameters[index].decimals, parameters[index].unit);
        row("most", parameters[index].most, parameters[index].decimals, parameters[index].unit);
    } else {
        eventAdd(EVENT_PARAMETER, 0, index);
        say("ok");
    }
}

static void commandClock(void) {
    ClockTime now;
    Text text;
    if (wordCount == 7) {
        int32_t parts[6];
        for (uint32_t i = 0; i < 6; i++) {
            if (!textParse(words[i + 1u], &parts[i]) || parts[i] < 0) parts[i] = 255;
        }
        ClockTime wanted = {(uint8_t)parts[5], (uint8_t)parts[4], (uint8_t)parts[3],
                            (uint8_t)parts[2], (uint8_t)parts[1], 1, (uint16_t)parts[0]};
        if (clockTimeSet(&wanted)) eventAdd(EVENT_CLOCK_SET, 0, 0);
        else say("clock YEAR MONTH DAY HOUR MINUTE SECOND");
    }
    clockTimeRead(&now);
    textStart(&text);
    clockText(&text, &now);
    out(&text);
}

static void commandPage(void) {
    int32_t page;
    if (wordCount > 1 && textParse(words[1], &page) && page >= 0) displayShow((uint32_t)page);
    for (uint32_t i = 0; i < DISPLAY_LINES; i++) {
        Text text;
        displayLine(i, &text);
        out(&text);
    }
}

static void commandClear(void) {
    if (wordCount > 1 && textEqual(words[1], "events")) eventsClear();
    else if (wordCount > 1 && textEqual(words[1], "demand")) demandReset();
    else if (wordCount > 1 && textEqual(words[1], "profile")) profileClear();
    else if (wordCount > 1 && textEqual(words[1], "param")) parametersReset();
#if APP_VERSION >= 120
    else if (wordCount > 1 && textEqual(words[1], "quality")) qualityClear();
#endif
    else {
        say("clear events, demand, profile or param");
        return;
    }
    say("ok");
}

static void commandVersion(void) {
    say("terminal " VERSION_TEXT);
    row("running for", (int32_t)(tickNow() / TICKS_PER_SECOND), 0, "s");
}

static void commandRestart(void) {
    energyKeep();
    portDrain(&consolePort);
    restartTerminal();
}

static const Command commands[] = {
    {"show", commandShow, "WHAT; alone it lists what there is"},
    {"set", commandSet, "NAME VALUE: set a parameter"},
    {"clock", commandClock, "[Y M D h m s]: read or set the clock"},
    {"page", commandPage, "[N]: a page of the display"},
    {"clear", commandClear, "WHAT"},
    {"version", commandVersion, "of the program"},
    {"restart", commandRestart, "the terminal"},
};

static void help(void) {
    for (uint32_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        Text text;
        textStart(&text);
        textPut(&text, commands[i].name);
        textColumn(&text, 9);
        textPut(&text, commands[i].help);
        out(&text);
    }
}

static void split(void) {
    wordCount = 0;
    for (char *at = line; *at != 0 && wordCount < WORDS_MAX;) {
        while (*at == ' ') *at++ = 0;
        if (*at == 0) break;
        words[wordCount++] = at;
        while (*at != 0 && *at != ' ') at++;
    }
}

static void execute(void) {
    split();
    if (wordCount == 0) return;
    for (uint32_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (textEqual(words[0], commands[i].name)) {
            commands[i].run();
            return;
        }
    }
    help();
}

void consolePoll(void) {
    consolePort.damaged = 0;
    for (int byte = portGet(&consolePort); byte >= 0; byte = portGet(&consolePort)) {
        if (byte == '\r' || byte == '\n') {
            line[lineCount] = 0;
            lineCount = 0;
            execute();
        } else if ((byte == 8 || byte == 127) && lineCount != 0) {
            lineCount--;
        } else if (byte >= ' ' && byte < 127 && lineCount < LINE_MAX) {
            line[lineCount++] = (char)byte;
        }
    }
}
