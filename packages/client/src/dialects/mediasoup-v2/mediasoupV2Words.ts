import {
  canonicalMethod,
  isServerMethod,
  readResponse,
  readServerMessage,
  writeClientMessage,
} from '@tureen/protocol/mediasoup-v2';
import { familyCapabilities } from '../mediasoup-v2-family/capabilities.ts';
import type { FamilyWords } from '../mediasoup-v2-family/words.ts';

/** The protocol of mediasoup 2. */
export const mediasoupV2Words: FamilyWords = {
  name: 'mediasoup-v2',
  capabilities: {
    ...familyCapabilities,
    layers: 'profiles',
    keyFrameRequest: true,
    serverStats: true,
    recovery: { iceRestart: true, rebuildSend: true, rebuildRecv: false },
  },
  codec: { canonicalMethod, isServerMethod, readResponse, readServerMessage, writeClientMessage },
  queriesRoom: true,
  namesPeer: true,
  enable: ({ id, transportId, paused, preferredProfile }) => ({
    id,
    transportId,
    paused,
    ...(preferredProfile === undefined ? {} : { preferredProfile }),
  }),
};
