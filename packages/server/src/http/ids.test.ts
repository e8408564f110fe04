import { expect, it } from 'vitest';
import { objectionTo } from '../dialects/grant.ts';
import { DialectRegistry, mediasoupV3Route } from '../dialects/registry.ts';
import { EchoDialect } from '../testing/EchoDialect.ts';
import { applyUpgradePolicy } from './upgradePolicy.ts';

const dialects = new DialectRegistry([mediasoupV3Route(new EchoDialect('mediasoup-v3'))]);

function idsOf(params: Record<string, string>) {
  const url = `/mediasoup-v3?${new URLSearchParams({ roomId: 'r', peerId: 'p', ...params }).toString()}`;
  const result = applyUpgradePolicy({ url, headers: {} }, { dialects, allowedOrigins: [] });
  return result.kind === 'refused' ? result.text : Object.fromEntries(result.params);
}

it.each(['Jane Doe', 'Žofie', '小明', `a/b?c=d&e#f'"<>\\%00`, '👩🏽', '𝒜'.repeat(128)])(
  'applyUpgradePolicy() accepts the ID %s',
  (id) => {
    expect(idsOf({ peerId: id, roomId: id })).toEqual({ peerId: id, roomId: id });
  },
);

it.each([
  ['a NUL', 'a\0b'],
  ['a line feed', 'a\nb'],
  ['a right-to-left override', 'a\u202eb'],
  ['a zero-width space', 'alice\u200b'],
  ['a zero-width joiner', 'a\u200db'],
])('applyUpgradePolicy() refuses an ID with %s, by the rule of the client', (_, id) => {
  for (const name of ['peerId', 'roomId'])
    expect(idsOf({ [name]: id })).toBe(`query parameter ${name}: Expected no control, bidi or zero-width characters`);
});

it('applyUpgradePolicy() treats both Unicode forms of a letter as one ID, also in a grant', () => {
  expect(idsOf({ peerId: 'cafe\u0301' })).toEqual(idsOf({ peerId: 'café' }));
  expect(objectionTo({ peerId: 'cafe\u0301' }, 'r', 'café')).toBeUndefined();
  expect(objectionTo({ peerId: 'cafe' }, 'r', 'café')).toBe('not authorized as this peer');
});
