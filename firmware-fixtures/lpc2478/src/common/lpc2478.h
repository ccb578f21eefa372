/* Registers of the LPC2478 that the terminal uses, by their names in UM10237.
   Source: UM10237, chapters "Memory addressing", "System control", and one for each peripheral.
   Left out: every peripheral that the board does not wire. */
#ifndef LPC2478_H
#define LPC2478_H

#include <stdint.h>

#define REG(address) (*(volatile uint32_t *)(address))

/* System control block */
#define MAMCR REG(0xE01FC000)
#define MAMTIM REG(0xE01FC004)
#define MEMMAP REG(0xE01FC040)
#define PLLCON REG(0xE01FC080)
#define PLLCFG REG(0xE01FC084)
#define PLLSTAT REG(0xE01FC088)
#define PLLFEED REG(0xE01FC08C)
#define PCON REG(0xE01FC0C0)
#define PCONP REG(0xE01FC0C4)
#define CCLKCFG REG(0xE01FC104)
#define CLKSRCSEL REG(0xE01FC10C)
#define RSIR REG(0xE01FC180)
#define SCS REG(0xE01FC1A0)

#define PLLCON_PLLE 1u
#define PLLCON_PLLC 2u
#define PLLSTAT_PLLC (1u << 25)
#define PLLSTAT_PLOCK (1u << 26)
#define SCS_OSCEN (1u << 5)
#define SCS_OSCSTAT (1u << 6)
#define PCON_IDLE 1u
#define PCONP_PCADC (1u << 12)

/* Vectored interrupt controller */
#define VICIntSelect REG(0xFFFFF00C)
#define VICIntEnable REG(0xFFFFF010)
#define VICIntEnClear REG(0xFFFFF014)
#define VICVectAddr(n) REG(0xFFFFF100 + 4 * (n))
#define VICVectPriority(n) REG(0xFFFFF200 + 4 * (n))
#define VICAddress REG(0xFFFFFF00)
#define VIC_TIMER0 4
#define VIC_TIMER1 5
#define VIC_UART0 6
#define VIC_UART1 7
#define VIC_ADC0 18

/* UARTs */
#define UART0_BASE 0xE000C000
#define UART1_BASE 0xE0010000
#define URBR(base) REG((base) + 0x00)
#define UTHR(base) REG((base) + 0x00)
#define UDLL(base) REG((base) + 0x00)
#define UDLM(base) REG((base) + 0x04)
#define UIER(base) REG((base) + 0x04)
#define UIIR(base) REG((base) + 0x08)
#define UFCR(base) REG((base) + 0x08)
#define ULCR(base) REG((base) + 0x0C)
#define ULSR(base) REG((base) + 0x14)
#define UFDR(base) REG((base) + 0x28)
#define ULCR_8N1 0x03u
#define ULCR_8E1 0x1Bu
#define ULCR_DLAB 0x80u
#define ULSR_RDR 0x01u
#define ULSR_ERRORS 0x1Eu
#define ULSR_THRE 0x20u
#define ULSR_TEMT 0x40u

/* Timers */
#define TIMER0_BASE 0xE0004000
#define TIMER1_BASE 0xE0008000
#define TIR(base) REG((base) + 0x00)
#define TTCR(base) REG((base) + 0x04)
#define TTC(base) REG((base) + 0x08)
#define TPR(base) REG((base) + 0x0C)
#define TMCR(base) REG((base) + 0x14)
#define TMR0(base) REG((base) + 0x18)

/* Watchdog */
#define WDMOD REG(0xE0000000)
#define WDTC REG(0xE0000004)
#define WDFEED REG(0xE0000008)

/* Analogue to digital converter 0 */
#define AD0CR REG(0xE0034000)
#define AD0GDR REG(0xE0034004)
#define AD0INTEN REG(0xE003400C)
#define AD0DR(n) REG(0xE0034010 + 4 * (n))

/* Real-time clock and battery RAM */
#define RTC_ILR REG(0xE0024000)
#define RTC_CCR REG(0xE0024008)
#define RTC_SEC REG(0xE0024020)
#define RTC_MIN REG(0xE0024024)
#define RTC_HOUR REG(0xE0024028)
#define RTC_DOM REG(0xE002402C)
#define RTC_DOW REG(0xE0024030)
#define RTC_DOY REG(0xE0024034)
#define RTC_MONTH REG(0xE0024038)
#define RTC_YEAR REG(0xE002403C)
#define BATTERY_RAM 0xE0084000
#define BATTERY_RAM_BYTES 2048

/* Pin function selection */
#define PINSEL0 REG(0xE002C000)
#define PINSEL1 REG(0xE002C004)
#define PINSEL3 REG(0xE002C00C)

/* In-application programming, UM10237 chapter "Flash memory programming firmware" */
#define IAP_ENTRY 0x7FFFFFF1

#endif
