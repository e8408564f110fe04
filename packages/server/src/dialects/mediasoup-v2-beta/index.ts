import * as messages from '@tureen/protocol/mediasoup-v2-beta';
import type { DialectAdapter } from '../Connection.ts';
import { createFamilyAdapter, defineDialect } from '../mediasoup-v2-family/index.ts';
import type { FamilyAdapterOptions } from '../mediasoup-v2-family/index.ts';
import { methods, words } from './words.ts';

/** The dialect `mediasoup-v2-beta`: what mediasoup-client 0.1.1 said, with queryRoom and joinRoom. */
const mediasoupV2Beta = defineDialect({
  name: 'mediasoup-v2-beta',
  messages,
  words,
  methods,
  hasProfiles: false,
});

/** What mediasoup-client 0.1.1 spoke. */
export function createMediasoupV2BetaAdapter(options: FamilyAdapterOptions): DialectAdapter {
  return createFamilyAdapter(mediasoupV2Beta, options);
}
