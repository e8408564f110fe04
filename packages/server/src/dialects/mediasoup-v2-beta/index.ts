import * as messages from '@tureen/protocol/mediasoup-v2-beta';
import type { DialectAdapter } from '../Connection.ts';
import { createV2Adapter, defineDialect } from '../mediasoup-v2-shared/index.ts';
import type { V2AdapterOptions } from '../mediasoup-v2-shared/index.ts';
import { serverMethods, clientMethods } from './methods.ts';

/** The dialect `mediasoup-v2-beta`: the protocol of mediasoup-client 0.1.1, with queryRoom and joinRoom. */
const mediasoupV2Beta = defineDialect({
  name: 'mediasoup-v2-beta',
  messages,
  clientMethods,
  serverMethods,
  hasProfiles: false,
});

/** Creates the adapter for the protocol of mediasoup-client 0.1.1. */
export function createMediasoupV2BetaAdapter(options: V2AdapterOptions): DialectAdapter {
  return createV2Adapter(mediasoupV2Beta, options);
}
