/* Oracle of the lock-step test: executes single ARM or Thumb instructions in Unicorn, model TI925T.
 * Usage: unicorn-lockstep < requests > replies; all numbers are 32-bit little-endian words.
 * Leaves out: timing. Not thread-safe; ends at end of input.
 *
 * Request: 1, code address, n, n words        put words into code memory
 *          2, RAM address, n, n words         put words into RAM
 *          3, n, n cases of CASE_IN words     execute; one reply a case
 *          4                                  dump the banked registers; one reply of 27 words
 *          5, 27 words                        set them, in the order of the dump
 * Case in:  address, cpsr, spsr, r0..r14
 * Case out: outcome, r0..r15, cpsr, spsr, number of stores, then address, size, value of each
 * Outcome:  0 done, 1 undefined, 2 software interrupt, 3 prefetch abort, 4 data abort, 9 other */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unicorn/unicorn.h>

/* Code is never overwritten, as dropping translated code costs Unicorn 100 us: each batch has its own place. */
#define CODE_ADDRESS 0x10000000u
#define CODE_BYTES 0x100000u
#define RAM_ADDRESS 0x40000000u
#define RAM_BYTES 0x3000u
#define CASE_IN 18
#define MAX_STORES 32

static uc_engine *uc;
static uint32_t reply[20 + 3 * MAX_STORES];
static uint32_t stores;
static uint32_t interrupt_number;
static uint8_t *code_memory;
static uint8_t *ram_memory;

static void must(uc_err error, const char *what) {
  if (error == UC_ERR_OK) return;
  fprintf(stderr, "unicorn-lockstep: %s: %s\n", what, uc_strerror(error));
  exit(1);
}

static void on_store(uc_engine *engine, uc_mem_type type, uint64_t address, int size, int64_t value,
                     void *user) {
  (void)engine, (void)type, (void)user;
  if (stores == MAX_STORES) return;
  uint32_t *slot = &reply[20 + 3 * stores++];
  slot[0] = (uint32_t)address;
  slot[1] = (uint32_t)size;
  slot[2] = (uint32_t)value;
}

static void on_interrupt(uc_engine *engine, uint32_t number, void *user) {
  (void)user;
  interrupt_number = number;
  uc_emu_stop(engine);
}

static int get(uint32_t *words, size_t count) {
  return fread(words, 4, count, stdin) == count;
}

static int registers[18];
static void *places[18];

static void run_case(const uint32_t *in) {
  uint32_t address = in[0];
  uint32_t cpsr = in[1];
  uint32_t spsr = in[2];
  must(uc_reg_write(uc, UC_ARM_REG_CPSR, &cpsr), "write cpsr");
  if ((cpsr & 15) != 0 && (cpsr & 15) != 15) {
    must(uc_reg_write(uc, UC_ARM_REG_SPSR, &spsr), "write spsr");
  }
  for (int i = 0; i < 15; i++) places[i] = (void *)&in[3 + i];
  must(uc_reg_write_batch(uc, registers, places, 15), "write registers");
  stores = 0;
  interrupt_number = 0;
  uint32_t thumb = (cpsr >> 5) & 1;
  uc_err error = uc_emu_start(uc, address | thumb, 0xfffffff0u, 0, 1);
  uint32_t outcome = 9;
  if (interrupt_number == 1 || error == UC_ERR_INSN_INVALID) outcome = 1;
  else if (interrupt_number == 2) outcome = 2;
  else if (interrupt_number == 3 || error == UC_ERR_FETCH_UNMAPPED || error == UC_ERR_FETCH_PROT)
    outcome = 3;
  else if (error == UC_ERR_READ_UNMAPPED || error == UC_ERR_WRITE_UNMAPPED ||
           error == UC_ERR_WRITE_PROT || error == UC_ERR_READ_PROT || interrupt_number == 4)
    outcome = 4;
  else if (error == UC_ERR_OK && interrupt_number == 0) outcome = 0;
  else fprintf(stderr, "unicorn-lockstep: error %d, interrupt %u\n", error, interrupt_number);
  reply[0] = outcome;
  for (int i = 0; i < 16; i++) places[i] = &reply[1 + i];
  places[16] = &reply[17];
  must(uc_reg_read_batch(uc, registers, places, 17), "read registers");
  uint32_t mode = reply[17] & 31;
  reply[18] = 0;
  if (mode != 16 && mode != 31) must(uc_reg_read(uc, UC_ARM_REG_SPSR, &reply[18]), "read spsr");
  reply[19] = stores;
  fwrite(reply, 4, 20 + 3 * stores, stdout);
}

/* r8-r14 usr, r8-r14 fiq, spsr fiq, then r13, r14, spsr of irq, svc, abt, und. */
static void dump_banks(void) {
  static const uint32_t modes[6] = {0x1f, 0x11, 0x12, 0x13, 0x17, 0x1b};
  uint32_t before, at = 0, out[27];
  must(uc_reg_read(uc, UC_ARM_REG_CPSR, &before), "read cpsr");
  for (int m = 0; m < 6; m++) {
    uint32_t cpsr = (before & ~63u) | modes[m];
    must(uc_reg_write(uc, UC_ARM_REG_CPSR, &cpsr), "switch mode");
    for (int i = m < 2 ? 8 : 13; i < 15; i++) {
      must(uc_reg_read(uc, registers[i], &out[at++]), "read banked register");
    }
    if (m > 0) must(uc_reg_read(uc, UC_ARM_REG_SPSR, &out[at++]), "read banked spsr");
  }
  must(uc_reg_write(uc, UC_ARM_REG_CPSR, &before), "switch mode back");
  fwrite(out, 4, at, stdout);
}

static void load_banks(uint32_t *in) {
  static const uint32_t modes[6] = {0x1f, 0x11, 0x12, 0x13, 0x17, 0x1b};
  uint32_t at = 0;
  for (int m = 0; m < 6; m++) {
    must(uc_reg_write(uc, UC_ARM_REG_CPSR, &modes[m]), "switch mode");
    for (int i = m < 2 ? 8 : 13; i < 15; i++) {
      must(uc_reg_write(uc, registers[i], &in[at++]), "write banked register");
    }
    if (m > 0) must(uc_reg_write(uc, UC_ARM_REG_SPSR, &in[at++]), "write banked spsr");
  }
}

int main(void) {
  for (int i = 0; i < 13; i++) registers[i] = UC_ARM_REG_R0 + i;
  registers[13] = UC_ARM_REG_SP;
  registers[14] = UC_ARM_REG_LR;
  registers[15] = UC_ARM_REG_PC;
  registers[16] = UC_ARM_REG_CPSR;
  must(uc_open(UC_ARCH_ARM, UC_MODE_ARM, &uc), "open");
  must(uc_ctl_set_cpu_model(uc, UC_CPU_ARM_TI925T), "set model");
  code_memory = mmap(NULL, CODE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ram_memory = mmap(NULL, RAM_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (code_memory == MAP_FAILED || ram_memory == MAP_FAILED) return 1;
  must(uc_mem_map_ptr(uc, CODE_ADDRESS, CODE_BYTES, UC_PROT_READ | UC_PROT_EXEC, code_memory), "map");
  must(uc_mem_map_ptr(uc, RAM_ADDRESS, RAM_BYTES, UC_PROT_READ | UC_PROT_WRITE, ram_memory), "map");
  uc_hook hook;
  must(uc_hook_add(uc, &hook, UC_HOOK_MEM_WRITE, (void *)on_store, NULL, 1, 0), "hook stores");
  must(uc_hook_add(uc, &hook, UC_HOOK_INTR, (void *)on_interrupt, NULL, 1, 0), "hook interrupts");
  static char out_buffer[1 << 20];
  setvbuf(stdout, out_buffer, _IOFBF, sizeof out_buffer);
  uint32_t head[3];
  while (get(head, 1)) {
    if (head[0] == 1 || head[0] == 2) {
      if (!get(&head[1], 2)) return 1;
      uint8_t *to = head[0] == 1 ? code_memory + (head[1] - CODE_ADDRESS)
                                 : ram_memory + (head[1] - RAM_ADDRESS);
      if (!get((uint32_t *)to, head[2])) return 1;
    } else if (head[0] == 3) {
      if (!get(&head[1], 1)) return 1;
      for (uint32_t i = 0; i < head[1]; i++) {
        uint32_t in[CASE_IN];
        if (!get(in, CASE_IN)) return 1;
        run_case(in);
      }
      fflush(stdout);
    } else if (head[0] == 4) {
      dump_banks();
      fflush(stdout);
    } else if (head[0] == 5) {
      uint32_t banks[27];
      if (!get(banks, 27)) return 1;
      load_banks(banks);
    } else {
      return 1;
    }
  }
  return 0;
}
