import { systemClock } from '@tureen/kernel';
import type { AdapterOptions } from '../adapting.ts';
import type { DialectAdapter } from '../Connection.ts';
import { toSettings } from './options.ts';
import type { PushPullOptions } from './options.ts';
import { DIALECT } from './enterAsUser.ts';
import type { MayJoin } from './enterAsUser.ts';
import { PushPullSession } from './PushPullSession.ts';
import { UserDirectory } from './UserDirectory.ts';

export type { PushPullOptions } from './options.ts';

/** Options of {@link createPushPullAdapter}. */
export interface PushPullAdapterOptions extends AdapterOptions<PushPullOptions> {
  /** Counts one join of the user. Returns false where the user joined too often. Default: no limit. */
  readonly mayJoin?: MayJoin | undefined;
}

/** Creates the adapter of `push-pull`, the protocol of RTCPilot. Its messages name room and user; the URL does not. */
export function createPushPullAdapter({
  registry,
  logger,
  clock = systemClock,
  options = {},
  mayJoin = () => true,
}: PushPullAdapterOptions): DialectAdapter {
  const settings = toSettings(options);
  const directory = new UserDirectory(registry);
  return {
    name: DIALECT,
    accept(connection) {
      const session = { connection, registry, directory, settings, clock, mayJoin };
      new PushPullSession({ ...session, logger: connection.logger ?? logger });
    },
  };
}
