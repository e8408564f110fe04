import type { TypedEmitter } from '@tureen/kernel';

/** Methods of an emitter that ports expose. */
export type EventSource<Events extends { [Name in keyof Events]: object }> = Pick<
  TypedEmitter<Events>,
  'on' | 'once' | 'subscribe'
>;
