import {
  canonicalMethod,
  isServerMethod,
  readResponse,
  readServerMessage,
  writeClientMessage,
} from '@tureen/protocol/mediasoup-v2-alpha';
import { v2Capabilities } from '../mediasoup-v2-shared/capabilities.ts';
import type { V2Profile } from '../mediasoup-v2-shared/V2Profile.ts';

/** The protocol of mediasoup-client 0.0, whose words are the server's view: what we send it receives. */
export const mediasoupV2AlphaProfile: V2Profile = {
  name: 'mediasoup-v2-alpha',
  capabilities: v2Capabilities,
  codec: { canonicalMethod, isServerMethod, readResponse, readServerMessage, writeClientMessage },
  queriesRoom: false,
  namesPeer: false,
  enable: ({ id, useRtx }) => ({ id, rtpSettings: { useRtx } }),
};
