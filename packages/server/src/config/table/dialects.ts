import { flag, integer, oneOf } from '../schemas.ts';
import type { SettingsOf } from '../Setting.ts';

/** As whom the server speaks. */
export const dialects: SettingsOf<
  | 'mediasoupV3Variant'
  | 'seedNames'
  | 'pushPullProfile'
  | 'maxOfferBytes'
  | 'maxOfferSsrcLines'
  | 'bot'
  | 'demoFaithful'
> = {
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
    help: 'push-pull: standard, or rtcpilot: nothing additive, opus and H264 only, for its own clients',
    default: 'standard',
    schema: oneOf(['standard', 'rtcpilot']),
  },
  maxOfferBytes: {
    group: 'Dialects',
    kind: 'integer',
    placeholder: 'n',
    unit: 'bytes',
    help: 'push-pull: longest SDP offer',
    default: 16_384,
    schema: integer(1024, 1_048_576),
  },
  maxOfferSsrcLines: {
    group: 'Dialects',
    kind: 'integer',
    placeholder: 'n',
    help: 'push-pull: most lines of SSRCs in an SDP offer',
    default: 64,
    schema: integer(1, 4096),
  },
  bot: {
    group: 'Dialects',
    kind: 'switch',
    help: 'Put a bot into each room, as mediasoup-demo does: it repeats to all what comes on data channels labeled bot',
    default: false,
    schema: flag,
  },
  demoFaithful: {
    group: 'Dialects',
    kind: 'switch',
    help: 'Behave as the stock demo server does: requests in no order, no extensions',
    default: false,
    schema: flag,
  },
};
