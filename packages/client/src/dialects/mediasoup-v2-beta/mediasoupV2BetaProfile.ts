import {
  canonicalMethod,
  isServerMethod,
  readResponse,
  readServerMessage,
  writeClientMessage,
} from '@tureen/protocol/mediasoup-v2-beta';
import { v2Capabilities } from '../mediasoup-v2-shared/capabilities.ts';
import type { V2Profile } from '../mediasoup-v2-shared/V2Profile.ts';

/** Protocol of mediasoup-client 0.1. */
export const mediasoupV2BetaProfile: V2Profile = {
  name: 'mediasoup-v2-beta',
  capabilities: v2Capabilities,
  codec: { canonicalMethod, isServerMethod, readResponse, readServerMessage, writeClientMessage },
  queriesRoom: true,
  namesPeer: false,
  // For servers where a peer can have several receive transports. Others ignore the field.
  enable: ({ id, transportId, paused }) => ({ id, transportId, paused }),
};
