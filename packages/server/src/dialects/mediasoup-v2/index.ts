import * as messages from '@tureen/protocol/mediasoup-v2';
import type { DialectAdapter } from '../Connection.ts';
import { createFamilyAdapter, defineDialect } from '../mediasoup-v2-family/index.ts';
import type { FamilyAdapterOptions } from '../mediasoup-v2-family/index.ts';
import { methods, words } from './words.ts';

/** The dialect `mediasoup-v2`: what servers on mediasoup 2 said to clients with mediasoup-client 2. */
const mediasoupV2 = defineDialect({ name: 'mediasoup-v2', messages, words, methods, hasProfiles: true });

/** What servers on mediasoup 2 spoke. */
export function createMediasoupV2Adapter(options: FamilyAdapterOptions): DialectAdapter {
  return createFamilyAdapter(mediasoupV2, options);
}
