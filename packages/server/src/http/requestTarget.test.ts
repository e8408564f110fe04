import { describe, expect, it } from 'vitest';
import { readTarget } from './requestTarget.ts';

describe('readTarget()', () => {
  it.each([
    [undefined, undefined, '/', ''],
    ['/health', undefined, '/health', ''],
    ['/a?b=1?2', undefined, '/a', 'b=1?2'],
    ['/?url=http://x/y', undefined, '/', 'url=http://x/y'],
    ['http://meet.example/health?x', 'meet.example', '/health', 'x'],
    ['WS://meet.example:4443/v3?roomId=r', 'meet.example:4443', '/v3', 'roomId=r'],
    ['https://[::1]:4443', '[::1]:4443', '/', ''],
    ['http://meet.example?x', 'meet.example', '/', 'x'],
    ['http:///health', '', '/health', ''],
    ['//meet.example/health', undefined, '//meet.example/health', ''],
    ['*', undefined, '*', ''],
    ['http://[', undefined, 'http://[', ''],
  ])('reads %j', (url, host, path, query) => {
    expect(readTarget(url)).toEqual({ host, path, query });
  });
});
