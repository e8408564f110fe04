import { systemClock } from '@tureen/kernel';
import type { AdapterOptions } from '../adapting.ts';
import type { DialectAdapter } from '../Connection.ts';
import { ReconnectStore } from '../ReconnectStore.ts';
import type { V2Dialect } from './V2Dialect.ts';
import { V2Session } from './V2Session.ts';
import { toSettings } from './options.ts';
import type { V2Options } from './options.ts';
import type { RequestContext } from './requests.ts';

export { defineDialect } from './defineDialect.ts';
export type { V2ClientMethod, V2ServerMethod } from './V2Dialect.ts';
export type { V2Options } from './options.ts';

/** Options of {@link createV2Adapter}. */
export type V2AdapterOptions = AdapterOptions<V2Options>;

/** Creates the adapter of a mediasoup 2 dialect, which servers used from 2017 to 2019. */
export function createV2Adapter(
  dialect: V2Dialect,
  { registry, logger, clock = systemClock, options = {} }: V2AdapterOptions,
): DialectAdapter {
  const settings = toSettings(options);
  const reconnectStore = new ReconnectStore<RequestContext>({ clock, graceMs: settings.reconnectGraceMs });
  return {
    name: dialect.name,
    accept(connection) {
      const session = { dialect, connection, registry, reconnectStore, settings, clock };
      new V2Session({ ...session, logger: connection.logger ?? logger });
    },
  };
}
