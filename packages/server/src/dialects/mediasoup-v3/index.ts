import { systemClock } from '@tureen/kernel';
import type { AdapterOptions } from '../adapting.ts';
import type { DialectAdapter } from '../Connection.ts';
import { ReconnectStore } from '../ReconnectStore.ts';
import { DIALECT, MediasoupV3Session } from './MediasoupV3Session.ts';
import { toSettings } from './options.ts';
import type { MediasoupV3Options } from './options.ts';
import type { RequestContext } from './requests.ts';

export type { MediasoupV3Options } from './options.ts';

/** Options of {@link createMediasoupV3Adapter}. */
export type MediasoupV3AdapterOptions = AdapterOptions<MediasoupV3Options>;

/** Creates the adapter of `mediasoup-v3`, the protocol of mediasoup-demo and of servers derived from it. */
export function createMediasoupV3Adapter({
  registry,
  logger,
  clock = systemClock,
  options = {},
}: MediasoupV3AdapterOptions): DialectAdapter {
  const settings = toSettings(options);
  const reconnectStore = new ReconnectStore<RequestContext>({ clock, graceMs: settings.reconnectGraceMs });
  return {
    name: DIALECT,
    accept(connection) {
      const session = { connection, registry, reconnectStore, settings, clock };
      new MediasoupV3Session({ ...session, logger: connection.logger ?? logger });
    },
  };
}
