import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Clock } from '@tureen/kernel';

/** Options of a {@link DescriptorGuard}. */
export interface DescriptorGuardOptions {
  /** Maximum number of file descriptors of the process; undefined: unknown, and no connection is refused. */
  readonly limit: number | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onRefused: () => void;
}

/** Maximum number of descriptors reserved for the process itself: new media workers, keys for tokens, files. */
const MAX_RESERVE = 64;

/** Reserved share of a small limit. */
const RESERVED_PART = 1 / 8;

/** Time between two log lines, in ms. */
const LOG_INTERVAL_MS = 60_000;

/**
 * Refuses TCP connections shortly before the process runs out of file descriptors. At the limit itself the event loop closes
 * connections unnoticed, and the process cannot start a media worker.
 */
export class DescriptorGuard {
  readonly #options: DescriptorGuardOptions;
  readonly #firstReserved: number;
  #refusedSinceLog = 0;
  #cancelLog: (() => void) | undefined;

  constructor(options: DescriptorGuardOptions) {
    this.#options = options;
    const { limit = Infinity } = options;
    this.#firstReserved = limit - Math.min(MAX_RESERVE, Math.floor(limit * RESERVED_PART));
  }

  /** Returns whether descriptors outside the reserve are left. Otherwise counts the connection and logs, at most once a minute. */
  admits(socket: Socket): boolean {
    // The system assigns the lowest free number, so all lower numbers are in use.
    if (descriptorOf(socket) < this.#firstReserved) return true;
    this.#options.onRefused();
    this.#refusedSinceLog += 1;
    if (this.#cancelLog === undefined) this.#log();
    return false;
  }

  close(): void {
    this.#cancelLog?.();
    this.#cancelLog = undefined;
  }

  #log(): void {
    const { limit, clock, logger } = this.#options;
    logger.error({ refused: this.#refusedSinceLog, limit }, 'refusing connections: out of file descriptors');
    this.#refusedSinceLog = 0;
    this.#cancelLog = clock.after(LOG_INTERVAL_MS, () => {
      this.#cancelLog = undefined;
      if (this.#refusedSinceLog > 0) this.#log();
    });
  }
}

/** Returns -1 on Windows, whose sockets have no descriptor. Node has no public name for the field. */
function descriptorOf(socket: Socket): number {
  return (socket as { readonly _handle?: { readonly fd?: number } | null })._handle?.fd ?? -1;
}

/** Returns the maximum number of file descriptors on Linux. Undefined on other systems, or without a limit. */
export function descriptorLimit(): number | undefined {
  try {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined;
  }
}
