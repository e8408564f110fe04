import {
  canonicalMethod,
  isServerMethod,
  readResponse,
  readServerMessage,
  writeClientMessage,
} from '@tureen/protocol/mediasoup-v2-alpha';
import { familyCapabilities } from '../mediasoup-v2-family/capabilities.ts';
import type { FamilyWords } from '../mediasoup-v2-family/words.ts';

/** The protocol of mediasoup-client 0.0, whose words are the server's view: what we send it receives. */
export const mediasoupV2AlphaWords: FamilyWords = {
  name: 'mediasoup-v2-alpha',
  capabilities: familyCapabilities,
  codec: { canonicalMethod, isServerMethod, readResponse, readServerMessage, writeClientMessage },
  queriesRoom: false,
  namesPeer: false,
  enable: ({ id, useRtx }) => ({ id, rtpSettings: { useRtx } }),
};
