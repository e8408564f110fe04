import { systemClock } from '../../shared/clock.ts';
import type { AdapterOptions } from '../adapting.ts';
import type { DialectAdapter } from '../Connection.ts';
import { toSettings } from './options.ts';
import type { PushPullOptions } from './options.ts';
import { DIALECT, PushPullSession } from './PushPullSession.ts';
import type { MayJoin } from './PushPullSession.ts';
import { UserDirectory } from './UserDirectory.ts';

export type { PushPullOptions } from './options.ts';

/** What the adapter works with. */
export interface PushPullAdapterOptions extends AdapterOptions<PushPullOptions> {
  /** Counts one join of the user, and says whether the user may join. Default: any number of joins. */
  readonly mayJoin?: MayJoin | undefined;
}

/** The dialect `push-pull`: what RTCPilot says to its clients. Room and user come in the messages, not in the URL. */
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
      new PushPullSession({ ...session, logger: logger.child({ connectionId: connection.id }) });
    },
  };
}
