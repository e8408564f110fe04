import type { TypedEmitter } from '@tureen/kernel';

/** The part of an emitter that ports promise. */
export type EventSource<Events extends { [Name in keyof Events]: object }> = Pick<
  TypedEmitter<Events>,
  'on' | 'once' | 'subscribe'
>;
