import * as messages from '@tureen/protocol/mediasoup-v2-alpha';
import type { DialectAdapter } from '../Connection.ts';
import { createFamilyAdapter, defineDialect } from '../mediasoup-v2-family/index.ts';
import type { FamilyAdapterOptions } from '../mediasoup-v2-family/index.ts';
import { assumedCapabilities } from './assumedCapabilities.ts';
import { methods, words } from './words.ts';

/** The dialect `mediasoup-v2-alpha`: what mediasoup-client 0.0.1 said, with senders and receivers. */
const mediasoupV2Alpha = defineDialect({
  name: 'mediasoup-v2-alpha',
  messages,
  words,
  methods,
  hasProfiles: false,
  assumedCapabilities,
});

/** What mediasoup-client 0.0.1 spoke. */
export function createMediasoupV2AlphaAdapter(options: FamilyAdapterOptions): DialectAdapter {
  return createFamilyAdapter(mediasoupV2Alpha, options);
}
