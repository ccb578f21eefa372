/** RST and TCK of a TelosB: its USB bridge's DTR and RTS are SDA and SCL, both inverted, of an I2C switch (ADG715)
 *  whose first two switches pull RST and TCK low. Source: the board's schematic; TinyOS's tools. */

import type { BslLevel } from '../transport/bsl/client.ts';

/** As a serial port has them: true = asserted, which is the low level at the pin. */
export interface ModemLines {
  setModemLines(lines: { readonly dtr: boolean; readonly rts: boolean }): Promise<void>;
}

const SWITCH_ADDRESS = 0x90;
const RST_LOW = 1;
const TCK_LOW = 2;

/** For `BslPort.setLines`. */
export async function setTelosLines(
  port: ModemLines,
  { rst, tck }: { readonly rst: BslLevel; readonly tck: BslLevel },
): Promise<void> {
  const put = (scl: boolean, sda: boolean) => port.setModemLines({ dtr: !sda, rts: !scl });
  const bit = async (sda: boolean) => {
    await put(false, sda);
    await put(true, sda);
    await put(false, sda);
  };
  const byte = async (value: number) => {
    for (let n = 7; n >= 0; n--) await bit(((value >> n) & 1) === 1);
    // Let go of SDA for the acknowledgement.
    await bit(true);
  };
  await put(true, true);
  await put(true, false);
  await byte(SWITCH_ADDRESS);
  await byte((rst === 'low' ? RST_LOW : 0) | (tck === 'low' ? TCK_LOW : 0));
  await put(false, false);
  await put(true, false);
  await put(true, true);
}
