/* Oracle of the AVR lock-step test: executes instructions in simavr, on a core without any peripheral.
 * Usage: simavr-lockstep < requests > replies; numbers are little-endian. Leaves out: interrupts.
 *
 * Request: 1, offset, n, n bytes      put bytes into program memory (n a multiple of 4)
 *          2, offset, n, n bytes      put bytes into the data space
 *          3, n, n cases              execute each; one reply a case
 *          4, n                       execute n instructions from where it stands; a reply each
 *          5                          dump the data space
 *          6, pc                      run until this word address; reply: seconds and cycles, two doubles
 *          7, pc                      go on at this word address, SREG 0
 * Case:    r0..r31, SREG, steps, SP (2), pc (2, words), unused (2), 12 words of code to put at pc
 * Reply:   r0..r31, SREG, count of changes, SP (2), pc (4, words, not wrapped), cycles (4),
 *          13 changes of memory of address (2) and value (2); registers, SREG and SP are none */

#include <simavr/sim_avr.h>
#include <simavr/sim_core.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DATA_BYTES 0x0b00
#define FLASH_BYTES 0x8000
#define CODE_WORDS 12
#define MAX_CHANGES 13

typedef struct {
  uint8_t r[32];
  uint8_t sreg, steps;
  uint16_t sp, pc, unused;
  uint16_t code[CODE_WORDS];
} case_t;

typedef struct {
  uint8_t r[32];
  uint8_t sreg, changes;
  uint16_t sp;
  uint32_t pc, cycles;
  uint16_t change[MAX_CHANGES][2];
} reply_t;

static avr_t *avr;
static uint8_t shadow[DATA_BYTES];

static void no_init(avr_t *core) { (void)core; }
static void no_log(avr_t *core, const int level, const char *format, va_list arguments) {
  (void)core, (void)level, (void)format, (void)arguments;
}

static int get(void *to, size_t bytes) { return fread(to, 1, bytes, stdin) == bytes; }

static void set_sreg(uint8_t value) {
  for (int i = 0; i < 8; i++) avr->sreg[i] = (value >> i) & 1;
}
static uint8_t get_sreg(void) {
  uint8_t value = 0;
  for (int i = 0; i < 8; i++) value |= (avr->sreg[i] & 1) << i;
  return value;
}

static void step(void) {
  avr->run_cycle_count = 0;
  avr->pc = avr_run_one(avr);
}

static void report(reply_t *reply, uint64_t start) {
  memset(reply, 0, sizeof *reply);
  memcpy(reply->r, avr->data, 32);
  reply->sreg = get_sreg();
  reply->sp = avr->data[R_SPL] | (avr->data[R_SPH] << 8);
  reply->pc = avr->pc >> 1;
  reply->cycles = (uint32_t)(avr->cycle - start);
  avr->data[R_SPL] = shadow[R_SPL];
  avr->data[R_SPH] = shadow[R_SPH];
  avr->data[R_SREG] = shadow[R_SREG];
  if (memcmp(shadow + 32, avr->data + 32, DATA_BYTES - 32) != 0) {
    for (int i = 32; i < DATA_BYTES; i++) {
      if (shadow[i] == avr->data[i]) continue;
      if (reply->changes == MAX_CHANGES) {
        fprintf(stderr, "simavr-lockstep: too many changes\n");
        exit(1);
      }
      reply->change[reply->changes][0] = (uint16_t)i;
      reply->change[reply->changes++][1] = avr->data[i];
      shadow[i] = avr->data[i];
    }
  }
  avr->data[R_SPL] = reply->sp & 255;
  avr->data[R_SPH] = reply->sp >> 8;
}

static void run_case(const case_t *in, reply_t *out) {
  memcpy(avr->data, in->r, 32);
  set_sreg(in->sreg);
  avr->data[R_SPL] = in->sp & 255;
  avr->data[R_SPH] = in->sp >> 8;
  avr->pc = in->pc * 2u;
  memcpy(avr->flash + in->pc * 2u, in->code, sizeof in->code);
  uint64_t start = avr->cycle;
  for (int i = 0; i < in->steps; i++) step();
  report(out, start);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(void) {
  avr_global_logger_set(no_log);
  static avr_t core = {
      .mmcu = "flashrig",
      .ramend = DATA_BYTES - 1,
      .flashend = FLASH_BYTES - 1,
      .e2end = 0x3ff,
      .vector_size = 4,
      .init = no_init,
      .reset = no_init,
  };
  avr = &core;
  avr_init(avr);
  avr->frequency = 16000000;
  avr->codeend = FLASH_BYTES;
  avr->address_size = 2;
  avr->log = LOG_NONE;
  avr->state = cpu_Running;
  memset(avr->data, 0, DATA_BYTES);
  static char out_buffer[1 << 20];
  setvbuf(stdout, out_buffer, _IOFBF, sizeof out_buffer);
  uint32_t head[3];
  while (get(head, 4)) {
    reply_t reply;
    if (head[0] == 1 || head[0] == 2) {
      if (!get(&head[1], 8)) return 1;
      uint8_t *to = (head[0] == 1 ? avr->flash : avr->data) + head[1];
      if (!get(to, head[2])) return 1;
      memcpy(shadow, avr->data, DATA_BYTES);
    } else if (head[0] == 3) {
      if (!get(&head[1], 4)) return 1;
      for (uint32_t i = 0; i < head[1]; i++) {
        case_t in;
        if (!get(&in, sizeof in)) return 1;
        run_case(&in, &reply);
        fwrite(&reply, sizeof reply, 1, stdout);
      }
    } else if (head[0] == 4) {
      if (!get(&head[1], 4)) return 1;
      for (uint32_t i = 0; i < head[1]; i++) {
        uint64_t start = avr->cycle;
        step();
        report(&reply, start);
        fwrite(&reply, sizeof reply, 1, stdout);
      }
    } else if (head[0] == 5) {
      fwrite(avr->data, DATA_BYTES, 1, stdout);
    } else if (head[0] == 6) {
      if (!get(&head[1], 4)) return 1;
      uint64_t first = avr->cycle;
      double begin = seconds();
      while (avr->pc != head[1] * 2) {
        avr->run_cycle_count = 1 << 14;
        avr->pc = avr_run_one(avr);
      }
      double result[2] = {seconds() - begin, (double)(avr->cycle - first)};
      fwrite(result, sizeof result, 1, stdout);
    } else if (head[0] == 7) {
      if (!get(&head[1], 4)) return 1;
      avr->pc = head[1] * 2;
      set_sreg(0);
    } else {
      return 1;
    }
    fflush(stdout);
  }
  return 0;
}
