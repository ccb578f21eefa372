import { expect, test } from 'vitest';
import { disassemble } from '../../../../emulator/cpu/arm7tdmi/disassemble.ts';
import { arm, at, flags, lr, post, reg, sp, thumb, when } from '../../../helpers/arm-assembler.ts';

// biome-ignore format: one row an instruction
test.each([
  [flags(arm.add(0, 1, reg(2, 'lsl', 4))), 'adds r0, r1, r2, lsl #4'],
  [when('eq', arm.mov(0, reg(1, 'lsr', reg(2)))), 'lsreq r0, r1, r2'],
  [arm.stm('db', sp, [4, lr], '!'), 'push {r4, lr}'],
  [arm.ldr(0, post(1, -4)), 'ldr r0, [r1], #-4'],
  [arm.ldrsh(3, at(4, 6)), 'ldrsh r3, [r4, #6]'],
  [arm.bl(0x40), 'bl 0x140'],
  [arm.msr('cpsr', 'c', 0xd3), 'msr CPSR_c, #211'],
])('disassembler, ARM %#: %s reads "%s"', (opcode, text) => {
  expect(disassemble(opcode, 0x100, false)).toBe(text);
});

// biome-ignore format: one row an instruction
test.each([
  [thumb.mov(1, 5), 'movs r1, #5'],
  [thumb.ldrLiteral(2, 8), 'ldr r2, [pc, #8] ; 0x10c'],
  [thumb.push([0, lr]), 'push {r0, lr}'],
  [thumb.bIf('ne', -2), 'bne 0xfe'],
  [thumb.bx(lr), 'bx lr'],
])('disassembler, Thumb %#: %s reads "%s"', (opcode, text) => {
  expect(disassemble(opcode, 0x100, true)).toBe(text);
});
