import * as messages from '@tureen/protocol/mediasoup-v2-alpha';
import type { DialectAdapter } from '../Connection.ts';
import { createV2Adapter, defineDialect } from '../mediasoup-v2-shared/index.ts';
import type { V2AdapterOptions } from '../mediasoup-v2-shared/index.ts';
import { assumedCapabilities } from './assumedCapabilities.ts';
import { serverMethods, clientMethods } from './methods.ts';

/** The dialect `mediasoup-v2-alpha`: the protocol of mediasoup-client 0.0.1, with senders and receivers. */
const mediasoupV2Alpha = defineDialect({
  name: 'mediasoup-v2-alpha',
  messages,
  clientMethods,
  serverMethods,
  hasProfiles: false,
  assumedCapabilities,
});

/** Creates the adapter for the protocol of mediasoup-client 0.0.1. */
export function createMediasoupV2AlphaAdapter(options: V2AdapterOptions): DialectAdapter {
  return createV2Adapter(mediasoupV2Alpha, options);
}
