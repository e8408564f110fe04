import type { OutOfBandClientData, OutOfBandClientMethod } from '@tureen/protocol/mediasoup-v2-shared';
import { RoomError } from '../../rooms/RoomError.ts';
import type { RequestContext } from './requests.ts';

type Handler<Method extends OutOfBandClientMethod> = (
  context: RequestContext,
  data: OutOfBandClientData<Method>,
) => Promise<void> | void;

/** Handlers of messages outside the protocol, as the application of the demo handles them. */
export const outOfBandHandlers: { readonly [Method in OutOfBandClientMethod]: Handler<Method> } = {
  'change-display-name': ({ peer }, { displayName }) => {
    // The other peers would not receive the new name.
    if (peer.hidden) throw new RoomError('hiddenPeer', 'a hidden peer may not change its name');
    peer.setDisplayName(displayName);
  },

  'request-consumer-keyframe': ({ consumers }, { consumerId }) => consumers.consumer(consumerId).requestKeyFrame(),

  'change-consumer-preferred-profile': ({ consumers }, { consumerId, profile }) =>
    consumers.setPreferredProfile(consumerId, profile, 'server'),
};
