import { appData, nameText, remotePeerId } from '../common/index.ts';
import * as s from '../common/schema/index.ts';

/* @__NO_SIDE_EFFECTS__ */
const deviceFields = (text: s.Schema<string>) =>
  s.object({
    /** Short machine name, e.g. `chrome`. */
    flag: s.withDefault(text, 'unknown'),
    name: s.withDefault(text, 'unknown'),
    version: s.withDefault(text, ''),
  });
/** Program of a peer. The document has no `flag`. Missing fields read as `unknown`. */
export type Device = s.InferOutput<ReturnType<typeof deviceFields>>;

/** A device, with defaults if missing. */
/* @__NO_SIDE_EFFECTS__ */
export const deviceOf = (text: s.Schema<string>) =>
  s.withDefault(deviceFields(text), (): s.InferInput<ReturnType<typeof deviceFields>> => ({}));

/** Peer with `id` (classic) or `peerId` (notify). A missing display name reads as the ID. */
export const peer = s.preprocess(
  s.object({
    id: remotePeerId,
    displayName: s.string(),
    device: deviceOf(s.string()),
    /** Only in the notify variant. */
    remoteAddress: s.optional(s.string()),
    /** Additive: `peerAppData`. */
    appData: s.optional(appData),
    /** Additive: the dialect of the peer, e.g. `mediasoup-v2`. */
    dialect: s.optional(s.string()),
  }),
  ({ peerId: other, ...fields }) => {
    const id = fields.id ?? other;
    return { ...fields, id, displayName: fields.displayName ?? nameText(id) };
  },
);
/** Peer: newPeer, and the peers of the join response. */
export type Peer = s.InferOutput<typeof peer>;
