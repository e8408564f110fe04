import { describe, expect, it } from 'vitest';

import { EXTENSIONS } from './extensions.ts';
import { nothing } from '../common/index.ts';
import { answers, clientToServer, methods, serverToClient, type MethodEntry } from './methods.ts';

describe('the method table', () => {
  it('says of each message which way it goes, and answers requests only', () => {
    for (const direction of ['clientToServer', 'serverToClient'] as const) {
      for (const entry of Object.values<MethodEntry>(methods[direction])) {
        expect(entry.direction).toBe(direction);
        expect(entry.response === undefined).toBe(entry.kind === 'notification');
      }
    }
  });

  it('has an answer to read for each request that is answered with more than yes', () => {
    const more = Object.entries<MethodEntry>(clientToServer)
      .filter(([, { response }]) => response !== undefined && response !== nothing)
      .map(([name, { response }]) => [name, response]);
    expect(Object.fromEntries(more)).toEqual(answers);
  });

  it('has every additive message among the extensions, or comes with one of them', () => {
    const additive = Object.entries<MethodEntry>({ ...clientToServer, ...serverToClient })
      .filter(([, entry]) => entry.additive === true)
      .map(([name]) => name.replace(/^resume(Push|Pull)$/, 'pause$1').replace('pusherResumed', 'pusherPaused'));
    const fields = ['resumeToken', 'userAppData', 'pushers', 'pulled', 'pushDetails'];
    expect(new Set([...additive, ...fields])).toEqual(new Set(EXTENSIONS));
  });
});
