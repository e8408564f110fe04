import { Socket } from 'node:net';
import { vi } from 'vitest';

interface Chunk {
  readonly chunk: Buffer;
}

/** Writes of sockets to the system, until the test restores its mocks. */
export interface CountedWrites {
  /** Bytes of each write on these sockets, in order. A write of several chunks is one entry. */
  on(isWanted: (socket: Socket) => boolean): Buffer[];
  reset(): void;
}

/** Counts what every socket of this process passes to the system. Sockets work as before. */
export function countWrites(): CountedWrites {
  const writes: { readonly socket: Socket; readonly bytes: Buffer }[] = [];
  const original = Object.create(null, Object.getOwnPropertyDescriptors(Socket.prototype)) as Required<Socket>;
  vi.spyOn(Socket.prototype, '_write').mockImplementation(function (this: Socket, chunk: Buffer, ...rest) {
    writes.push({ socket: this, bytes: Buffer.from(chunk) });
    original._write.call(this, chunk, ...rest);
  });
  vi.spyOn(Socket.prototype as Required<Socket>, '_writev').mockImplementation(function (this: Socket, chunks, done) {
    writes.push({ socket: this, bytes: Buffer.concat((chunks as Chunk[]).map(({ chunk }) => Buffer.from(chunk))) });
    original._writev.call(this, chunks, done);
  });
  return {
    on: (isWanted) => writes.filter(({ socket }) => isWanted(socket)).map(({ bytes }) => bytes),
    reset() {
      writes.length = 0;
    },
  };
}
