import type { MinifyOptions, TreeshakingOptions } from 'rolldown';

/** No constructor of a logger and no getter of mediasoup-client has an effect. */
export const leanTreeshake = {
  manualPureFunctions: ['Logger_1.Logger'],
  propertyReadSideEffects: false,
} satisfies TreeshakingOptions;

/** Private members of mediasoup-client that the client reads (`ReceiveGuard`), which keep their names. */
export const reservedMembers: readonly string[] = [
  '_firstMid',
  '_mediaSections',
  '_midToIndex',
  '_remoteSdp',
  '_sdpObject',
];

/** Private members of eventemitter3, which is outside the bundle and has them on the same objects. */
const emitterMembers = ['_events', '_eventsCount'];

/** Shortens the names of private members. Nothing outside the bundle reads them, but a minifier of apps can't know that. */
export const leanMangleProps = {
  include: /^_[a-z]/,
  reserved: [...reservedMembers, ...emitterMembers],
} satisfies MinifyOptions['mangleProps'];
