/* Registers of the MSP430F1611 that are used here, by the names of TI's header.
   Source: data sheet SLAS368, "Peripheral File Map"; user's guide SLAU049. */
#ifndef MSP430F1611_H
#define MSP430F1611_H

#define REG8(at) (*(volatile unsigned char *)(at))
#define REG16(at) (*(volatile unsigned int *)(at))

#define IE1 REG8(0x00)
#define IE2 REG8(0x01)
#define IFG1 REG8(0x02)
#define IFG2 REG8(0x03)
#define ME1 REG8(0x04)
#define ME2 REG8(0x05)
#define URXIFG0 0x40
#define UTXIFG0 0x80
#define USPIE0 0x40
#define URXIE1 0x10
#define URXIFG1 0x10
#define UTXIFG1 0x20
#define URXE1 0x10
#define UTXE1 0x20

#define WDTCTL REG16(0x120)
#define WDTPW 0x5A00
#define WDTHOLD 0x80

#define DCOCTL REG8(0x56)
#define BCSCTL1 REG8(0x57)
#define BCSCTL2 REG8(0x58)

#define P1IN REG8(0x20)
#define P1OUT REG8(0x21)
#define P1DIR REG8(0x22)
#define P1IFG REG8(0x23)
#define P1IES REG8(0x24)
#define P1IE REG8(0x25)
#define P1SEL REG8(0x26)
#define P2IN REG8(0x28)
#define P2OUT REG8(0x29)
#define P2DIR REG8(0x2A)
#define P2IFG REG8(0x2B)
#define P2IES REG8(0x2C)
#define P2IE REG8(0x2D)
#define P2SEL REG8(0x2E)
#define P3IN REG8(0x18)
#define P3OUT REG8(0x19)
#define P3DIR REG8(0x1A)
#define P3SEL REG8(0x1B)
#define P4IN REG8(0x1C)
#define P4OUT REG8(0x1D)
#define P4DIR REG8(0x1E)
#define P4SEL REG8(0x1F)
#define P5IN REG8(0x30)
#define P5OUT REG8(0x31)
#define P5DIR REG8(0x32)
#define P5SEL REG8(0x33)
#define P6IN REG8(0x34)
#define P6OUT REG8(0x35)
#define P6DIR REG8(0x36)
#define P6SEL REG8(0x37)

#define U0CTL REG8(0x70)
#define U0TCTL REG8(0x71)
#define U0RCTL REG8(0x72)
#define U0MCTL REG8(0x73)
#define U0BR0 REG8(0x74)
#define U0BR1 REG8(0x75)
#define U0RXBUF REG8(0x76)
#define U0TXBUF REG8(0x77)
#define U1CTL REG8(0x78)
#define U1TCTL REG8(0x79)
#define U1RCTL REG8(0x7A)
#define U1MCTL REG8(0x7B)
#define U1BR0 REG8(0x7C)
#define U1BR1 REG8(0x7D)
#define U1RXBUF REG8(0x7E)
#define U1TXBUF REG8(0x7F)
#define SWRST 0x01
#define MM 0x02
#define SYNC 0x04
#define CHAR 0x10
#define SPB 0x20
#define PEV 0x40
#define PENA 0x80
#define TXEPT 0x01
#define STC 0x02
#define SSEL_SMCLK 0x20
#define CKPH 0x80

#define FCTL1 REG16(0x128)
#define FCTL2 REG16(0x12A)
#define FCTL3 REG16(0x12C)
#define FWKEY 0xA500
#define ERASE 0x02
#define WRT 0x40
#define FSSEL_MCLK 0x40
#define BUSY 0x01
#define LOCK 0x10

#define TAIV REG16(0x12E)
#define TACTL REG16(0x160)
#define TACCTL0 REG16(0x162)
#define TACCTL1 REG16(0x164)
#define TACCTL2 REG16(0x166)
#define TAR REG16(0x170)
#define TACCR0 REG16(0x172)
#define TACCR1 REG16(0x174)
#define TACCR2 REG16(0x176)
#define TBIV REG16(0x11E)
#define TBCTL REG16(0x180)
#define TBCCTL0 REG16(0x182)
#define TBR REG16(0x190)
#define TBCCR0 REG16(0x192)
#define TSSEL_ACLK 0x100
#define TSSEL_SMCLK 0x200
#define MC_CONTINUOUS 0x20
#define TCLR 0x04
#define TIE 0x02
#define TIFG 0x01
#define CCIE 0x10
#define CCIFG 0x01
#define CAP 0x100
#define CCIS_B 0x1000
#define CM_RISING 0x4000

#define ADC12CTL0 REG16(0x1A0)
#define ADC12CTL1 REG16(0x1A2)
#define ADC12IFG REG16(0x1A4)
#define ADC12MEM0 REG16(0x140)
#define ADC12MCTL0 REG8(0x80)
#define ADC12SC 0x01
#define ENC 0x02
#define ADC12ON 0x10
#define REFON 0x20
#define REF2_5V 0x40
#define SHT0_64 0x400
#define SHP 0x200
#define ADC12BUSY 0x01
#define SREF_VREF 0x10

/** Bits of the status register. */
#define GIE 0x08
#define CPUOFF 0x10

#define INTRINSIC static inline __attribute__((always_inline))

INTRINSIC void enableInterrupts(void) { __asm__ volatile("eint" ::: "memory"); }
INTRINSIC void disableInterrupts(void) { __asm__ volatile("dint\n\tnop" ::: "memory"); }
/* Interrupts on and the CPU off in one instruction: an interrupt between two would be slept through.
   MCLK stops; SMCLK stays on for the runtime's USART1. */
INTRINSIC void sleepUntilInterrupt(void) { __asm__ volatile("bis #0x18, r2\n\tnop" ::: "memory"); }
/* Interrupts off; what they were is returned for `endAtomic`. */
INTRINSIC unsigned int beginAtomic(void) {
    unsigned int status;
    __asm__ volatile("mov r2, %0\n\tdint\n\tnop" : "=r"(status) :: "memory");
    return status & GIE;
}
INTRINSIC void endAtomic(unsigned int wereOn) {
    if (wereOn) enableInterrupts();
}

#endif
