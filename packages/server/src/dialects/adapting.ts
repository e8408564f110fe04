import type { Logger } from 'pino';
import type { Clock } from '@tureen/kernel';
import type { RoomRegistry } from '../rooms/RoomRegistry.ts';
import type { Connection } from './Connection.ts';

/** What the adapter of a dialect works with. */
export interface AdapterOptions<Options> {
  readonly registry: RoomRegistry;
  readonly logger: Logger;
  /** Counts the time to join, and whatever else the dialect waits for. Default: the machine's. */
  readonly clock?: Clock | undefined;
  readonly options?: Options | undefined;
}

/** What a dialect makes one connection's session of. */
export interface SessionOptions<Settings> {
  readonly connection: Connection;
  readonly registry: RoomRegistry;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
}
