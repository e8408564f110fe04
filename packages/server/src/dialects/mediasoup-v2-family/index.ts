import { systemClock } from '../../shared/clock.ts';
import type { AdapterOptions } from '../adapting.ts';
import type { DialectAdapter } from '../Connection.ts';
import { PeerKeeper } from '../PeerKeeper.ts';
import type { FamilyDialect } from './FamilyDialect.ts';
import { FamilySession } from './FamilySession.ts';
import { toSettings } from './options.ts';
import type { FamilyOptions } from './options.ts';
import type { RequestContext } from './requests.ts';

export { defineDialect } from './defineDialect.ts';
export type { ClientWord, ServerWord } from './FamilyDialect.ts';
export type { FamilyOptions } from './options.ts';

/** What an adapter of the family works with. */
export type FamilyAdapterOptions = AdapterOptions<FamilyOptions>;

/** A dialect of the family that mediasoup's first Rooms spoke, between 2017 and 2019. */
export function createFamilyAdapter(
  dialect: FamilyDialect,
  { registry, logger, clock = systemClock, options = {} }: FamilyAdapterOptions,
): DialectAdapter {
  const settings = toSettings(options);
  const keeper = new PeerKeeper<RequestContext>({ clock, graceMs: settings.reconnectGraceMs });
  return {
    name: dialect.name,
    accept(connection) {
      const { id: connectionId, params } = connection;
      const ids = { connectionId, roomId: params.get('roomId'), peerId: params.get('peerName') };
      new FamilySession({ dialect, connection, registry, keeper, settings, clock, logger: logger.child(ids) });
    },
  };
}
