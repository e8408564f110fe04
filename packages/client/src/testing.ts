/**
 * Parts for tests of an app in Node: a transport without a network, an engine without media, and a clock that the test advances.
 */
export { FakeEngine } from './media/fake/FakeEngine.ts';
export { FakePeerConnectionMedia } from './media/fake/FakePeerConnectionMedia.ts';
export {
  MemoryTransport,
  type MemoryServerConnection,
  type MemoryTransportOptions,
} from './signaling/MemoryTransport.ts';
export { ManualClock } from '@tureen/kernel';
export type { Clock } from '@tureen/kernel';
