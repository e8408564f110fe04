import {
  canonicalMethod,
  isServerMethod,
  readResponse,
  readServerMessage,
  writeClientMessage,
} from '@tureen/protocol/mediasoup-v2';
import { v2Capabilities } from '../mediasoup-v2-shared/capabilities.ts';
import type { V2Profile } from '../mediasoup-v2-shared/V2Profile.ts';

/** Protocol of mediasoup 2. */
export const mediasoupV2Profile: V2Profile = {
  name: 'mediasoup-v2',
  capabilities: {
    ...v2Capabilities,
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
