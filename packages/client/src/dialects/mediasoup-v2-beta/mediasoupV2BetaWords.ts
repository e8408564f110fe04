import {
  canonicalMethod,
  isServerMethod,
  readResponse,
  readServerMessage,
  writeClientMessage,
} from '@tureen/protocol/mediasoup-v2-beta';
import { familyCapabilities } from '../mediasoup-v2-family/capabilities.ts';
import type { FamilyWords } from '../mediasoup-v2-family/words.ts';

/** The protocol of mediasoup-client 0.1. */
export const mediasoupV2BetaWords: FamilyWords = {
  name: 'mediasoup-v2-beta',
  capabilities: familyCapabilities,
  codec: { canonicalMethod, isServerMethod, readResponse, readServerMessage, writeClientMessage },
  queriesRoom: true,
  namesPeer: false,
  // The transport is said for servers where a peer can have several to receive on; others read past it.
  enable: ({ id, transportId, paused }) => ({ id, transportId, paused }),
};
