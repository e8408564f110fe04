import {
  canonicalMethod,
  isServerMethod,
  readResponse,
  readServerMessage,
  writeClientMessage,
} from '@tureen/protocol/mediasoup-v2-alpha';
import { v2Capabilities } from '../mediasoup-v2-shared/capabilities.ts';
import type { V2Profile } from '../mediasoup-v2-shared/V2Profile.ts';

/** Protocol of mediasoup-client 0.0, whose names take the server's view: a producer of the client is a `receiver`. */
export const mediasoupV2AlphaProfile: V2Profile = {
  name: 'mediasoup-v2-alpha',
  capabilities: v2Capabilities,
  codec: { canonicalMethod, isServerMethod, readResponse, readServerMessage, writeClientMessage },
  queriesRoom: false,
  namesPeer: false,
  enable: ({ id, useRtx }) => ({ id, rtpSettings: { useRtx } }),
};
