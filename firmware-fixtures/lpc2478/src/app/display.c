/* Display pages. The text is composed when a page is shown; the panel itself hangs on the console here.
   Left out: the LCD controller. */
#include "display.h"

#include "agent.h"
#include "clocktime.h"
#include "demand.h"
#include "energy.h"
#include "events.h"
#include "harmonics.h"
#include "measure.h"
#include "parameters.h"
#include "statistics.h"
#include "tariff.h"
#include "version.h"
#if APP_VERSION >= 110
#include "days.h"
#endif
#if APP_VERSION >= 120
#include "control.h"
#include "quality.h"
#endif

typedef void (*Composer)(uint32_t line, Text *text);

static void labelled(Text *text, const char *label, int32_t value, uint32_t decimals, const char *unit) {
    textPut(text, label);
    textColumn(text, 6);
    textFixed(text, value, decimals, 9);
    textChar(text, ' ');
    textPut(text, unit);
}

static const char *phaseLabel(const char *kind, uint32_t phase) {
    static char label[4];
    label[0] = kind[0];
    label[1] = 'L';
    label[2] = (char)('1' + phase);
    label[3] = 0;
    return label;
}

static void pageTitle(uint32_t line, Text *text) {
    ClockTime now;
    clockTimeRead(&now);
    switch (line) {
        case 0: textPut(text, "Power terminal " VERSION_TEXT); break;
        case 1: clockText(text, &now); break;
        case 2:
            textPut(text, "Tariff ");
            textPut(text, tariffNames[tariffAt(&now) - 1u]);
            break;
        default:
            textPut(text, dayKindNames[tariffDayKind(&now)]);
            break;
    }
}

static void pageVolts(uint32_t line, Text *text) {
    if (line < PHASES) labelled(text, phaseLabel("U", line), readings.phase[line].volts, 1, "V");
    else labelled(text, "f", readings.hertz, 2, "Hz");
}

static void pageAmps(uint32_t line, Text *text) {
    if (line < PHASES) labelled(text, phaseLabel("I", line), readings.phase[line].milliamps, 3, "A");
    else labelled(text, "In", readings.neutral, 3, "A");
}

static void pageActive(uint32_t line, Text *text) {
    if (line < PHASES) labelled(text, phaseLabel("P", line), readings.phase[line].active, 1, "W");
    else labelled(text, "P", readings.active, 1, "W");
}

static void pageReactive(uint32_t line, Text *text) {
    if (line < PHASES) labelled(text, phaseLabel("Q", line), readings.phase[line].reactive, 1, "var");
    else labelled(text, "Q", readings.reactive, 1, "var");
}

static void pageFactor(uint32_t line, Text *text) {
    if (line < PHASES) labelled(text, phaseLabel("F", line), readings.phase[line].factor, 3, "");
    else labelled(text, "S", readings.apparent, 1, "VA");
}

static void pageImport(uint32_t line, Text *text) {
    labelled(text, tariffNames[line], (int32_t)energyOf(ACTIVE_IMPORT, line + 1u), 2, "kWh");
}

static void pageTotals(uint32_t line, Text *text) {
    static const EnergyKind kinds[DISPLAY_LINES] = {ACTIVE_IMPORT, ACTIVE_EXPORT, REACTIVE_Q1, REACTIVE_Q4};
    static const char *const labels[DISPLAY_LINES] = {"+P", "-P", "QI", "QIV"};
    labelled(text, labels[line], (int32_t)energyOf(kinds[line], 0), 2, line < 2 ? "kWh" : "kvar");
}

static void pageDemand(uint32_t line, Text *text) {
    const MaximumDemand *best = demandMaximum(DEMAND_ACTIVE, 2);
    switch (line) {
        case 0: labelled(text, "now", demandNow(DEMAND_ACTIVE), 1, "W"); break;
        case 1: labelled(text, "next", demandForecast(), 1, "W"); break;
        case 2: labelled(text, "peak", best->deciwatts, 1, "W"); break;
        default:
            textPut(text, "at ");
            clockMinutesText(text, best->minutes);
            break;
    }
}

static void pageHarmonics(uint32_t line, Text *text) {
    if (line < PHASES) labelled(text, phaseLabel("U", line), spectra[line].distortion, 1, "THD%");
    else labelled(text, "IL1", spectra[PHASES].distortion, 1, "THD%");
}

static void pageQuality(uint32_t line, Text *text) {
    if (line < PHASES) {
        uint32_t share = statisticsQualified(statisticsVoltage(SPAN_DAY, line));
        labelled(text, phaseLabel("U", line), (int32_t)share, 2, "% ok");
    } else {
        labelled(text, "unbal", readings.voltUnbalance, 1, "%");
    }
}

static void pageEvents(uint32_t line, Text *text) {
    if (line >= eventsCount()) return;
    const Event *event = eventAt(line);
    textTwo(text, event->minutes / 60u % 24u);
    textChar(text, ':');
    textTwo(text, event->minutes % 60u);
    textChar(text, ' ');
    textPut(text, eventName(event->kind));
}

static void pageUpdate(uint32_t line, Text *text) {
    AgentStatus status;
    agentStatus(&status);
    switch (line) {
        case 0: textPut(text, "Program update"); break;
        case 1:
            textPut(text, "state ");
            textHex(text, status.state, 2);
            break;
        case 2: labelled(text, "missing", (int32_t)status.missing, 0, ""); break;
        default: labelled(text, "slots", (int32_t)status.slotsUsed, 0, ""); break;
    }
}

#if APP_VERSION >= 110
static void pageAngles(uint32_t line, Text *text) {
    static const uint8_t channels[DISPLAY_LINES] = {1, 2, 3, 4};
    static const char *const labels[DISPLAY_LINES] = {"UL2", "UL3", "IL1", "IL2"};
    labelled(text, labels[line], spectra[channels[line]].angle, 1, "deg");
}

static void pageDays(uint32_t line, Text *text) {
    if (line >= daysCount()) return;
    const FrozenDay *day = dayAt(line);
    clockMinutesText(text, day->minutes);
    textFixed(text, (int32_t)day->total[ACTIVE_IMPORT], 2, 9);
}
#endif

#if APP_VERSION >= 120
static void pageSequence(uint32_t line, Text *text) {
    switch (line) {
        case 0: labelled(text, "pos", quality.positive, 1, "V"); break;
        case 1: labelled(text, "neg", quality.negative, 1, "V"); break;
        case 2: labelled(text, "zero", quality.zero, 1, "V"); break;
        default: labelled(text, "neg", (int32_t)quality.negativeShare, 1, "%"); break;
    }
}

static void pageControl(uint32_t line, Text *text) {
    switch (line) {
        case 0: textPut(text, "Load control"); break;
        case 1: labelled(text, "shed", (int32_t)controlShed(), 0, "steps"); break;
        case 2: labelled(text, "rest", controlHeld(), 0, "s"); break;
        default: labelled(text, "next", demandForecast(), 1, "W"); break;
    }
}
#endif

static const Composer pages[] = {
    pageTitle,   pageVolts,  pageAmps,   pageActive,    pageReactive, pageFactor,
    pageImport,  pageTotals, pageDemand, pageHarmonics, pageQuality,  pageEvents,
    pageUpdate,
#if APP_VERSION >= 110
    pageAngles,  pageDays,
#endif
#if APP_VERSION >= 120
    pageSequence, pageControl,
#endif
};

static uint32_t shown, seconds;

uint32_t displayPages(void) { return sizeof pages / sizeof pages[0]; }
uint32_t displayPage(void) { return shown; }

void displayShow(uint32_t page) {
    shown = page % displayPages();
    seconds = 0;
}

void displaySecond(void) {
    if (++seconds >= (uint32_t)parameter(PARAM_DISPLAY_SECONDS)) displayShow(shown + 1u);
}

void displayLine(uint32_t line, Text *text) {
    textStart(text);
    pages[shown](line, text);
    if (text->count > DISPLAY_COLUMNS) text->count = DISPLAY_COLUMNS;
    while (text->count != 0 && text->chars[text->count - 1u] == ' ') text->count--;
}
