import { appData, maybe, nameText, prepared, remotePeerId, shape } from '../common/index.ts';
import * as v from '../common/kinds.ts';

/* @__NO_SIDE_EFFECTS__ */
const deviceFields = (text: v.GenericSchema<string>) =>
  shape({
    /** Short machine name, e.g. `chrome`. */
    flag: v.nullish(text, 'unknown'),
    name: v.nullish(text, 'unknown'),
    version: v.nullish(text, ''),
  });
/** What a peer says of the program it runs. The document leaves `flag` out; what is missing reads as unknown. */
export type Device = v.InferOutput<ReturnType<typeof deviceFields>>;

/** A device that may be missing altogether. */
/* @__NO_SIDE_EFFECTS__ */
export const deviceOf = (text: v.GenericSchema<string>) =>
  v.nullish(deviceFields(text), (): v.InferInput<ReturnType<typeof deviceFields>> => ({}));

/** A peer, from `id` (classic) or `peerId` (notify). Its id stands in for a display name that is missing. */
export const peer = prepared(
  shape({
    id: remotePeerId,
    displayName: v.string(),
    device: deviceOf(v.string()),
    /** `notify` only. */
    remoteAddress: maybe(v.string()),
    /** Additive: `peerAppData`. */
    appData: maybe(appData),
    /** Additive: which dialect the peer speaks, e.g. `mediasoup-v2`. */
    dialect: maybe(v.string()),
  }),
  ({ peerId: other, ...fields }) => {
    const id = fields.id ?? other;
    return { ...fields, id, displayName: fields.displayName ?? nameText(id) };
  },
);
/** A peer, as newPeer and the answer to join describe it. */
export type Peer = v.InferOutput<typeof peer>;
