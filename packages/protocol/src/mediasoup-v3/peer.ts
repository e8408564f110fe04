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
/** What a peer says of the program it runs. The document leaves `flag` out; what is missing reads as unknown. */
export type Device = s.InferOutput<ReturnType<typeof deviceFields>>;

/** A device that may be missing altogether. */
/* @__NO_SIDE_EFFECTS__ */
export const deviceOf = (text: s.Schema<string>) =>
  s.withDefault(deviceFields(text), (): s.InferInput<ReturnType<typeof deviceFields>> => ({}));

/** A peer, from `id` (classic) or `peerId` (notify). Its id stands in for a display name that is missing. */
export const peer = s.preprocess(
  s.object({
    id: remotePeerId,
    displayName: s.string(),
    device: deviceOf(s.string()),
    /** `notify` only. */
    remoteAddress: s.optional(s.string()),
    /** Additive: `peerAppData`. */
    appData: s.optional(appData),
    /** Additive: which dialect the peer speaks, e.g. `mediasoup-v2`. */
    dialect: s.optional(s.string()),
  }),
  ({ peerId: other, ...fields }) => {
    const id = fields.id ?? other;
    return { ...fields, id, displayName: fields.displayName ?? nameText(id) };
  },
);
/** A peer, as newPeer and the answer to join describe it. */
export type Peer = s.InferOutput<typeof peer>;
