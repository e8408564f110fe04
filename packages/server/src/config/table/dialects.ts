import { flag, integer, oneOf } from '../schemas.ts';
import type { SettingsOf } from '../Setting.ts';

/** Settings that select the behavior of each dialect. */
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
    help: 'mediasoup-v3: mediasoup-demo server to imitate, classic or notify (that of 2025); auto: the one that each client expects',
    default: 'auto',
    schema: oneOf(['auto', 'classic', 'notify']),
  },
  seedNames: {
    group: 'Dialects',
    kind: 'switch',
    help: 'mediasoup-v3: also announce a leaving peer as peerLeft, as 2060-io/webrtc-server does',
    default: false,
    schema: flag,
  },
  pushPullProfile: {
    group: 'Dialects',
    kind: 'text',
    placeholder: 'name',
    help: 'push-pull: standard, or rtcpilot for RTCPilot clients (no additive messages, only opus and H264)',
    default: 'standard',
    schema: oneOf(['standard', 'rtcpilot']),
  },
  maxOfferBytes: {
    group: 'Dialects',
    kind: 'integer',
    placeholder: 'n',
    unit: 'bytes',
    help: 'push-pull: maximum size of an SDP offer',
    default: 16_384,
    schema: integer(1024, 1_048_576),
  },
  maxOfferSsrcLines: {
    group: 'Dialects',
    kind: 'integer',
    placeholder: 'n',
    help: 'push-pull: maximum number of SSRC lines in an SDP offer',
    default: 64,
    schema: integer(1, 4096),
  },
  bot: {
    group: 'Dialects',
    kind: 'switch',
    help: 'Add a bot to each room, as mediasoup-demo does: sends each message from a data channel labeled bot to all peers',
    default: false,
    schema: flag,
  },
  demoFaithful: {
    group: 'Dialects',
    kind: 'switch',
    help: 'Behave as the stock demo server: no order of requests, no extensions',
    default: false,
    schema: flag,
  },
};
