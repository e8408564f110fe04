import * as messages from '@tureen/protocol/mediasoup-v2';
import type { DialectAdapter } from '../Connection.ts';
import { createV2Adapter, defineDialect } from '../mediasoup-v2-shared/index.ts';
import type { V2AdapterOptions } from '../mediasoup-v2-shared/index.ts';
import { serverMethods, clientMethods } from './methods.ts';

/** The dialect `mediasoup-v2`: the protocol of mediasoup-client 2. */
const mediasoupV2 = defineDialect({ name: 'mediasoup-v2', messages, clientMethods, serverMethods, hasProfiles: true });

/** Creates the adapter for the protocol of servers on mediasoup 2. */
export function createMediasoupV2Adapter(options: V2AdapterOptions): DialectAdapter {
  return createV2Adapter(mediasoupV2, options);
}
