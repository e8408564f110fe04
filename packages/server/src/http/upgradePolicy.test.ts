import { describe, expect, it } from 'vitest';
import { DialectRegistry, mediasoupV3Route } from '../dialects/registry.ts';
import { EchoDialect } from '../testing/EchoDialect.ts';
import { applyUpgradePolicy } from './upgradePolicy.ts';

const dialects = new DialectRegistry([mediasoupV3Route(new EchoDialect('mediasoup-v3'))]);

function decide(url: string, headers: Record<string, string> = {}, allowedOrigins: string[] = []) {
  const result = applyUpgradePolicy({ url, headers }, { dialects, allowedOrigins });
  if (result.kind === 'refused') return { status: result.status, reason: result.reason, text: result.text };
  return { dialect: result.route.adapter.name, ...Object.fromEntries(result.params) };
}

describe('applyUpgradePolicy', () => {
  it.each([
    '/mediasoup-v3?roomId=r1&peerId=alice',
    '/mediasoup-v3/?roomId=r1&peerId=alice',
    '/?roomId=r1&peerId=alice',
    '/?peerId=%20alice%20&roomId=r1',
  ])('accepts %s for mediasoup-v3', (url) => {
    expect(decide(url)).toEqual({ dialect: 'mediasoup-v3', roomId: 'r1', peerId: 'alice' });
  });

  it('keeps the other parameters for the dialect', () => {
    expect(decide('/?roomId=r&peerId=p&consumerReplicas=2&x=a?b')).toMatchObject({
      consumerReplicas: '2',
      x: 'a?b',
    });
  });

  it.each<[url: string, status: number, text: string]>([
    ['/mediasoup-v3', 400, 'missing query parameter roomId'],
    ['/mediasoup-v3?roomId=r', 400, 'missing query parameter peerId'],
    ['/mediasoup-v3?roomId=%20&peerId=p', 400, 'missing query parameter roomId'],
    ['/?peerId=p', 400, 'missing query parameter roomId'],
    ['/', 400, 'missing query parameter peerId; or name the dialect: /mediasoup-v3'],
    [`/?roomId=r&peerId=${'x'.repeat(129)}`, 400, 'query parameter peerId: Expected at most 128 characters'],
    ['/mediasoup-v4?roomId=r&peerId=p', 404, 'unknown path /mediasoup-v4; use /mediasoup-v3'],
    ['/health?roomId=r&peerId=p', 404, 'unknown path /health; use /mediasoup-v3'],
    ['http://[', 404, 'unknown path http://[; use /mediasoup-v3'],
  ])('refuses %s with %i and a reason', (url, status, text) => {
    expect(decide(url)).toEqual({ status, reason: status === 404 ? 'unknownDialect' : 'badRequest', text });
  });

  it('accepts the subprotocol protoo, also among others, and a request without subprotocols', () => {
    const url = '/?roomId=r&peerId=p';
    expect(decide(url, { 'sec-websocket-protocol': 'protoo' })).toHaveProperty('dialect');
    expect(decide(url, { 'sec-websocket-protocol': 'chat, protoo' })).toHaveProperty('dialect');
    expect(decide(url)).toHaveProperty('dialect');
    expect(decide(url, { 'sec-websocket-protocol': 'chat, soap' })).toEqual({
      status: 400,
      reason: 'badRequest',
      text: 'subprotocol must be protoo, or none; offered: chat, soap',
    });
  });

  it('refuses pages of unlisted origins, and accepts clients that are not pages', () => {
    const url = '/?roomId=r&peerId=p';
    const allowed = ['https://meet.example'];
    expect(decide(url, { origin: 'https://meet.example' }, allowed)).toHaveProperty('dialect');
    expect(decide(url, {}, allowed)).toHaveProperty('dialect');
    expect(decide(url, { origin: 'https://evil.example' }, allowed)).toEqual({
      status: 403,
      reason: 'originNotAllowed',
      text: 'origin https://evil.example is not allowed',
    });
    expect(decide(url, { origin: 'https://evil.example' })).toHaveProperty('dialect');
  });
});
