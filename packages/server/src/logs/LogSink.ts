import { fstatSync, write, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

/** Output of a {@link LogDestination}, one chunk at a time. */
export interface LogSink {
  /** Starts to write. `done` is called once, in a later turn, with the number of bytes written before a failure. */
  write(chunk: Buffer, done: (error: Error | undefined, writtenBytes: number) => void): void;
  /** Writes as much as possible without blocking. Only for a process that exits. */
  writeNow(chunk: Buffer): void;
  /** Whether the process cannot exit during a pending write. */
  readonly holdsExit: boolean;
}

/** Sink for a file, a terminal or a device. Threads of Node write to them, so that a slow disk stops only the log. */
export class FileSink implements LogSink {
  /** `process.exit` joins the threads. */
  readonly holdsExit = true;
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(chunk: Buffer, done: (error: Error | undefined, writtenBytes: number) => void): void {
    const writeFrom = (offset: number) => {
      write(this.#fd, chunk, offset, (error, bytes) => {
        if (error !== null) done(error, offset);
        else if (offset + bytes < chunk.length) writeFrom(offset + bytes);
        else done(undefined, chunk.length);
      });
    };
    writeFrom(0);
  }

  writeNow(chunk: Buffer): void {
    for (let offset = 0; offset < chunk.length;) offset += writeSync(this.#fd, chunk, offset);
  }
}

/** Sink for a pipe or a socket. Node writes to them without blocking, and reports when the reader has made room. */
export class PipeSink implements LogSink {
  readonly holdsExit = false;
  readonly #stream: Writable;
  readonly #fd: number;

  constructor(stream: Writable, fd: number) {
    this.#stream = stream;
    this.#fd = fd;
    // The callback of each write has the same error. Without a listener the event would end the process.
    stream.on('error', () => undefined);
  }

  write(chunk: Buffer, done: (error: Error | undefined, writtenBytes: number) => void): void {
    this.#stream.write(chunk, (error) => {
      done(error ?? undefined, error ? 0 : chunk.length);
    });
  }

  writeNow(chunk: Buffer): void {
    // After unread lines, this text would be out of order.
    if (this.#stream.writableLength === 0) writeSync(this.#fd, chunk);
  }
}

/** Returns the sink for the kind of stdout. */
export function stdoutSink(): LogSink {
  const fd = 1;
  const stdout = fstatSync(fd);
  return stdout.isFIFO() || stdout.isSocket() ? new PipeSink(process.stdout, fd) : new FileSink(fd);
}
