/* ADC 0, channels 0 to 5, in burst mode; timer 1 takes a sample of each every 312.5 us, 64 to a 50 Hz period.
   Source: UM10237, chapters "10-bit A/D converter" and "Timers". Between bursts the converter is off. */
#include "sampling.h"

#include "clock.h"
#include "lpc2478.h"
#include "tick.h"

#define AD0CR_CHANNELS 0x3Fu
#define AD0CR_CLKDIV (3u << 8) /* 18 MHz / 4 = 4.5 MHz */
#define AD0CR_BURST (1u << 16)
#define AD0CR_PDN (1u << 21)

int16_t samples[CHANNELS][BURST_SAMPLES];
static volatile uint32_t taken;
static volatile uint8_t complete;

static void timer1Handler(void) {
    TIR(TIMER1_BASE) = 1;
    uint32_t at = taken;
    for (uint32_t channel = 0; channel < CHANNELS; channel++) {
        samples[channel][at] = (int16_t)((AD0DR(channel) >> 6) & 0x3FFu);
    }
    if (++at == BURST_SAMPLES) {
        TTCR(TIMER1_BASE) = 0;
        AD0CR = AD0CR_CHANNELS | AD0CR_CLKDIV;
        complete = 1;
        workPending = 1;
    }
    taken = at;
}

void samplingStart(void) {
    PCONP |= PCONP_PCADC;
    PINSEL1 = (PINSEL1 & ~0x003FC000u) | 0x00154000u; /* P0.23..P0.26: AD0.0..AD0.3 */
    PINSEL3 |= 0xF0000000u;                           /* P1.30, P1.31: AD0.4, AD0.5 */
    AD0INTEN = 0;
    AD0CR = AD0CR_CHANNELS | AD0CR_CLKDIV;
    TTCR(TIMER1_BASE) = 2;
    TPR(TIMER1_BASE) = 0;
    TMR0(TIMER1_BASE) = PCLK_HZ / SAMPLE_HZ - 1u;
    TMCR(TIMER1_BASE) = 3;
    VICVectAddr(VIC_TIMER1) = (uint32_t)(uintptr_t)timer1Handler;
    VICVectPriority(VIC_TIMER1) = 1;
    VICIntEnable = 1u << VIC_TIMER1;
}

void samplingTrigger(void) {
    taken = 0;
    complete = 0;
    AD0CR = AD0CR_CHANNELS | AD0CR_CLKDIV | AD0CR_BURST | AD0CR_PDN;
    TTCR(TIMER1_BASE) = 2;
    TIR(TIMER1_BASE) = 0xFF;
    TTCR(TIMER1_BASE) = 1;
}

int samplingTake(void) {
    if (!complete) return 0;
    complete = 0;
    return 1;
}
