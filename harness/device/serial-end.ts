/** The outside end of an emulated serial port: bytes from and to other programs, never waiting. */

import { createServer, type Socket } from 'node:net';
import { RigError } from '../errors.ts';

export interface SerialEnd {
  /** How another program reaches it: a path, or host:port. */
  readonly name: string;
  /** Bytes that have come from outside, or null. */
  read(): Uint8Array | null;
  /** Bits per second that the outside program has set, or null where nothing tells. */
  baud(): number | null;
  /** Bytes that nobody takes are lost after a while, as on a real line. */
  write(bytes: Uint8Array): void;
  close(): Promise<void>;
}

/** More than this waiting for a client that does not read is dropped. */
const MAX_WAITING_BYTES = 1 << 20;

/** A TCP port on the loopback interface; one client at a time, a new one replaces the old.
 *  @param port 0 = any free one. */
export async function openTcp(port: number): Promise<SerialEnd> {
  let client: Socket | null = null;
  let arrived: Buffer[] = [];
  const server = createServer((socket) => {
    client?.destroy();
    client = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => arrived.push(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (client === socket) client = null;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new RigError('TCP_PORT', { port }, cause)));
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    name: `127.0.0.1:${actual}`,
    read() {
      if (arrived.length === 0) return null;
      const bytes = Buffer.concat(arrived);
      arrived = [];
      return bytes;
    },
    baud: () => null,
    write(bytes) {
      if (client === null || client.writableLength > MAX_WAITING_BYTES) return;
      client.write(bytes);
    },
    close: () =>
      new Promise((resolve) => {
        client?.destroy();
        server.close(() => resolve());
      }),
  };
}
