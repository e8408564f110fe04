export { type Deferred, deferred } from './deferred.ts';
export type { Clock } from './Clock.ts';
export { Epoch } from './Epoch.ts';
export { keepRaw } from './keepRaw.ts';
export { ManualClock } from './ManualClock.ts';
export { SerialQueue } from './SerialQueue.ts';
export { systemClock } from './systemClock.ts';
export { type EmitterOptions, type Listener, TypedEmitter, emitOn } from './TypedEmitter.ts';
