import type { OutOfBandClientData, OutOfBandClientMethod } from '@tureen/protocol/mediasoup-v2-shared';
import { RoomError } from '../../rooms/RoomError.ts';
import type { RequestContext } from './requests.ts';

type Handler<Method extends OutOfBandClientMethod> = (
  context: RequestContext,
  data: OutOfBandClientData<Method>,
) => Promise<void> | void;

/** What clients may say beside the protocol proper: the demo's application took it, and did as its server-side app would. */
export const handlersBeside: { readonly [Method in OutOfBandClientMethod]: Handler<Method> } = {
  'change-display-name': ({ peer }, { displayName }) => {
    // The others would not be told; the app would see a name change that means nothing.
    if (peer.hidden) throw new RoomError('hiddenPeer', 'a hidden peer may not change its name');
    peer.setDisplayName(displayName);
  },

  'request-consumer-keyframe': ({ reception }, { consumerId }) => reception.consumer(consumerId).requestKeyFrame(),

  'change-consumer-preferred-profile': ({ reception }, { consumerId, profile }) =>
    reception.setPreferredProfile(consumerId, profile, 'server'),
};
