import { describe, expect, it } from 'vitest';
import { isTrustedServer, readPageParameters, roomLink } from './pageParameters.ts';

describe('readPageParameters', () => {
  it('reads all parameters', () => {
    expect(
      readPageParameters(
        '?room=r1&name=Ada%20L&peer=ada&join=1&server=wss://sfu.example/&dialect=push-pull&camera=0&microphone=1',
      ),
    ).toEqual({
      room: 'r1',
      name: 'Ada L',
      peer: 'ada',
      server: 'wss://sfu.example/',
      dialect: 'push-pull',
      join: true,
      microphone: true,
      camera: false,
    });
  });

  it('treats blank and unknown values as missing', () => {
    expect(readPageParameters('?room=%20&join=0&dialect=klingon')).toEqual({
      room: null,
      name: null,
      peer: null,
      server: null,
      dialect: null,
      join: false,
      microphone: null,
      camera: null,
    });
  });
});

describe('roomLink', () => {
  it('contains room and server, but no personal parameter', () => {
    const page = 'https://meet.example/app/?name=Ada&peer=ada&join=1#x';
    expect(roomLink(page, 'tea & cake', null)).toBe('https://meet.example/app/?room=tea+%26+cake');
    expect(roomLink(page, 'r', 'wss://sfu.example/')).toBe(
      'https://meet.example/app/?room=r&server=wss%3A%2F%2Fsfu.example%2F',
    );
    expect(roomLink(page, 'r', null, 'mediasoup-v2')).toBe('https://meet.example/app/?room=r');
    expect(roomLink(page, 'r', '/old', 'mediasoup-v2')).toBe(
      'https://meet.example/app/?room=r&server=%2Fold&dialect=mediasoup-v2',
    );
  });
});

describe('isTrustedServer', () => {
  it.each([
    [null, 'https://meet.example/', true],
    ['wss://meet.example:4443/', 'https://meet.example/', true],
    ['/mediasoup-v3', 'https://meet.example/', true],
    ['ws://127.0.0.1:4443', 'http://localhost:3000/', true],
    ['wss://elsewhere.example/', 'https://meet.example/', false],
    ['wss://elsewhere.example/', 'http://localhost:3000/', false],
    ['ws://localhost:4443', 'https://meet.example/', false],
    ['ws://127.0.0.1.elsewhere.example', 'http://localhost:3000/', false],
    ['http://[', 'https://meet.example/', false],
  ])('checks %j from a page at %s: %j', (server, page, expected) => {
    expect(isTrustedServer(server, page)).toBe(expected);
  });
});
