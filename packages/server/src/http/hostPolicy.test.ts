import { describe, expect, it } from 'vitest';
import { hostPolicy, isLoopbackHost } from './hostPolicy.ts';

describe('hostPolicy()', () => {
  const allows = hostPolicy(['meet.example', '.team.example', '192.0.2.7', '2001:db8::7'])!;

  it.each([
    'meet.example',
    'MEET.example:4443',
    'meet.example.',
    'team.example',
    'a.b.team.example:443',
    '192.0.2.7:4443',
    '[2001:db8::7]:4443',
    '[2001:db8:0::7]',
    'localhost',
    'localhost:4443',
    'app.localhost',
    '127.0.0.1:4443',
    '127.8.9.10',
    '[::1]:4443',
    '[::ffff:127.0.0.1]',
    undefined,
  ])('allows %j', (host) => {
    expect(allows(host)).toBe(true);
  });

  it.each([
    'evil.example',
    'meet.example.evil.example',
    'evilteam.example',
    'meet.example:80:80',
    'meet.example@evil.example',
    'evil.example#meet.example',
    'sub.meet.example',
    'localhost.evil.example',
    'notlocalhost',
    '127.0.0.1.evil.example',
    '127.1',
    '0.0.0.0:4443',
    '[::]:4443',
    '[2001:db8::8]',
    '2001:db8::7',
    '[evil.example]',
    '.team.example',
    '',
    ' ',
  ])('refuses %j', (host) => {
    expect(allows(host)).toBe(false);
  });

  it('allows any name with *', () => {
    expect(hostPolicy(['meet.example', '*'])).toBeUndefined();
  });
});

describe('isLoopbackHost()', () => {
  it('is false for a client without the header and for other names', () => {
    expect([undefined, '', 'evil.example', '192.0.2.7'].map(isLoopbackHost)).toEqual([false, false, false, false]);
    expect(['localhost:1', '127.0.0.1', '[::1]'].map(isLoopbackHost)).toEqual([true, true, true]);
  });
});
