import type { CarrierClientData, CarrierClientMethod } from '@tureen/protocol/mediasoup-v2-family';
import type { RequestContext } from './requests.ts';

type Handler<Method extends CarrierClientMethod> = (
  context: RequestContext,
  data: CarrierClientData<Method>,
) => Promise<void> | void;

/** What clients may say beside the protocol proper: the demo's application took it, and did as its server-side app would. */
export const handlersBeside: { readonly [Method in CarrierClientMethod]: Handler<Method> } = {
  'change-display-name': ({ peer }, { displayName }) => {
    peer.setDisplayName(displayName);
  },

  'request-consumer-keyframe': ({ reception }, { consumerId }) => reception.consumer(consumerId).requestKeyFrame(),

  'change-consumer-preferred-profile': ({ reception }, { consumerId, profile }) =>
    reception.setPreferredProfile(consumerId, profile, 'server'),
};
