import { flag, oneOf } from '../schemas.ts';
import type { SettingsOf } from '../Setting.ts';

/** As whom the server speaks. */
export const dialects: SettingsOf<'mediasoupV3Variant' | 'seedNames' | 'pushPullProfile' | 'demoFaithful'> = {
  mediasoupV3Variant: {
    group: 'Dialects',
    kind: 'text',
    placeholder: 'name',
    help: 'mediasoup-v3: which mediasoup-demo to answer like, classic or notify (that of 2025); auto: as each client does',
    default: 'auto',
    schema: oneOf(['auto', 'classic', 'notify']),
  },
  seedNames: {
    group: 'Dialects',
    kind: 'switch',
    help: 'mediasoup-v3: announce a leaving peer as peerLeft too, as 2060-io/webrtc-server does',
    default: false,
    schema: flag,
  },
  pushPullProfile: {
    group: 'Dialects',
    kind: 'text',
    placeholder: 'name',
    help: 'push-pull: standard, or rtcpilot: no answer to what is unknown, nothing additive',
    default: 'standard',
    schema: oneOf(['standard', 'rtcpilot']),
  },
  demoFaithful: {
    group: 'Dialects',
    kind: 'switch',
    help: 'Behave as the stock demo server does: requests in no order, no extensions',
    default: false,
    schema: flag,
  },
};
