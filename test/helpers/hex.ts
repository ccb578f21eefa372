/** Bytes as tests write them: "68 BE 00", with "00*16" for sixteen zeros. */

export const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(
    hex
      .trim()
      .split(/\s+/)
      .flatMap((token) => {
        const [byte, times = '1'] = token.split('*');
        return new Array<number>(Number(times)).fill(Number.parseInt(byte!, 16));
      }),
  );

export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
