import { appData, maybe, nameText, peerId, prepared, shape } from '../common/index.ts';
import * as v from '../common/kinds.ts';

/** What a peer says of the program it runs. The document leaves `flag` out; what is missing reads as unknown. */
export const device = shape({
  /** Short machine name, e.g. `chrome`. */
  flag: v.nullish(v.string(), 'unknown'),
  name: v.nullish(v.string(), 'unknown'),
  version: v.nullish(v.string(), ''),
});
/** What a peer says of the program it runs. */
export type Device = v.InferOutput<typeof device>;

const unknownDevice = (): v.InferInput<typeof device> => ({});

/** A device that may be missing altogether. */
export const deviceOrUnknown = v.nullish(device, unknownDevice);

/** A peer, from `id` (classic) or `peerId` (notify). Its id stands in for a display name that is missing. */
export const peer = prepared(
  shape({
    id: peerId,
    displayName: v.string(),
    device: deviceOrUnknown,
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
