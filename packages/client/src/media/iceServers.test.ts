import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { withUsableIceServers } from './iceServers.ts';

const good: RTCIceServer = { urls: 'stun:stun.example.com' };
const turn: RTCIceServer = { urls: 'turn:turn.example.com', username: 'u', credential: 'secret' };

/** Fakes a browser that refuses the servers that Chromium and Firefox refuse. `made` counts its connections. */
function browser() {
  const made: RTCConfiguration[] = [];
  const close = vi.fn();
  vi.stubGlobal('RTCPeerConnection', function (configuration?: RTCConfiguration) {
    made.push(configuration ?? {});
    for (const { urls, credential } of configuration?.iceServers ?? [])
      for (const url of [urls].flat()) {
        if (!/^(stuns?|turns?):[^:]+(:\d+)?$/.test(url)) throw new SyntaxError(`'${url}' is not a valid URL`);
        if (url.startsWith('turn') && !credential) throw new Error('credential is required');
      }
    return { close };
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const create = (iceServers: RTCIceServer[] | undefined) => new RTCPeerConnection(iceServers && { iceServers });
  return { made, close, logger, create, warnings: () => logger.warn.mock.calls.map(([text]) => text as string) };
}

describe('withUsableIceServers()', () => {
  it('tries nothing where the browser accepts all servers', () => {
    const { made, logger, create } = browser();
    withUsableIceServers({ iceServers: [good, turn], logger }, create);
    withUsableIceServers({ iceServers: undefined, logger }, create);
    expect(made).toHaveLength(2);
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it.each([
    ['TURN without variables', { urls: 'turn:undefined:undefined', username: 'u', credential: 'c' }],
    ['another scheme', { urls: 'http://example.com' }],
    ['a missing credential', { urls: 'turn:turn.example.com' }],
    ['no URL', {} as RTCIceServer],
    ['an empty URL', { urls: '' }],
    ['nothing', null as unknown as RTCIceServer],
  ])('drops %s with a warning, and keeps the others in their order', (_what, bad) => {
    const { made, close, logger, create, warnings } = browser();
    withUsableIceServers({ iceServers: [turn, bad, good], logger }, create);
    expect(made.at(-1)).toEqual({ iceServers: [turn, good] });
    expect(warnings()).toEqual([expect.stringContaining('dropping an ICE server')]);
    expect(JSON.stringify(logger.warn.mock.calls)).not.toContain('secret');
    // Each connection made for a trial is closed.
    expect(close).toHaveBeenCalledTimes(2);
  });

  it('keeps the valid URLs of a server', () => {
    const { made, logger, create, warnings } = browser();
    const mixed = { ...turn, urls: ['turn:a.example.com', 'turn:undefined:undefined', 'turns:b.example.com:443'] };
    withUsableIceServers({ iceServers: [mixed, good], logger }, create);
    expect(made.at(-1)).toEqual({
      iceServers: [{ ...turn, urls: ['turn:a.example.com', 'turns:b.example.com:443'] }, good],
    });
    expect(warnings()).toHaveLength(1);
  });

  it.each<[RTCIceServer[], boolean]>([
    [[{ urls: 'turn:undefined:undefined' }, good], true],
    [[{ urls: 'turn:undefined:undefined' }], true],
    [[{ urls: 'turn:undefined:undefined' }, turn], false],
  ])('reports policy relay without TURN: %j', (iceServers, isTold) => {
    const { made, logger, create, warnings } = browser();
    withUsableIceServers({ iceServers, iceTransportPolicy: 'relay', logger }, create);
    expect(made.at(-1)).toEqual({ iceServers: iceServers.slice(1) });
    expect(warnings().some((text) => text.includes("'relay'"))).toBe(isTold);
  });

  it('rethrows an error with another cause', () => {
    const { logger } = browser();
    const create = () => {
      throw new Error('too many connections');
    };
    expect(() => withUsableIceServers({ iceServers: [good], logger }, create)).toThrow('too many connections');
    expect(() => withUsableIceServers({ iceServers: undefined, logger }, create)).toThrow('too many connections');
    vi.unstubAllGlobals();
    const bad = [{ urls: 'nope' }];
    expect(() => withUsableIceServers({ iceServers: bad, logger }, create)).toThrow('too many connections');
    expect(logger.warn).not.toHaveBeenCalled();
  });
});
