import type { Logger } from 'pino';
import type { Clock } from '@tureen/kernel';
import type { RoomRegistry } from '../rooms/RoomRegistry.ts';
import type { Connection } from './Connection.ts';

/** Parts of a dialect's adapter. */
export interface AdapterOptions<Options> {
  readonly registry: RoomRegistry;
  readonly logger: Logger;
  /** Time source for the join deadline and other timers. Default: the system clock. */
  readonly clock?: Clock | undefined;
  readonly options?: Options | undefined;
}

/** Parts of one connection's session. */
export interface SessionOptions<Settings> {
  readonly connection: Connection;
  readonly registry: RoomRegistry;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
}
