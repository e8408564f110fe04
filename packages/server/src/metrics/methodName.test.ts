import { expect, it } from 'vitest';
import { methodName } from './methodName.ts';

it.each([
  ['mediasoup-v3', 'produce', {}, 'produce'],
  ['mediasoup-v3', 'producing-since-1066', {}, 'unknown'],
  ['mediasoup-v3', 'constructor', {}, 'unknown'],
  ['mediasoup-v3', '__proto__', {}, 'unknown'],
  ['mediasoup-v2', 'mediasoup-request', { method: 'createProducer' }, 'createProducer'],
  ['mediasoup-v2', 'mediasoup-notification', { method: 'pauseProducer' }, 'pauseProducer'],
  ['mediasoup-v2', 'createProducer', {}, 'createProducer'],
  ['mediasoup-v2', 'change-display-name', {}, 'change-display-name'],
  ['mediasoup-v2', 'mediasoup-request', { method: 'mediasoup-request' }, 'unknown'],
  ['mediasoup-v2', 'mediasoup-request', null, 'unknown'],
  ['mediasoup-v2-beta', 'mediasoup-request', { method: 'joinRoom' }, 'joinRoom'],
  ['mediasoup-v2-alpha', 'mediasoup-request', { method: 'createReceiver' }, 'createReceiver'],
  ['push-pull', 'push', {}, 'push'],
  ['push-pull', 'createProducer', {}, 'unknown'],
  ['of another server', 'join', {}, 'unknown'],
])('methodName() returns the known name or unknown in %s: %s with %j', (dialect, method, data, name) => {
  expect(methodName(dialect, method, data)).toBe(name);
});
