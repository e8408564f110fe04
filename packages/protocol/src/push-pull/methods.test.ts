import { describe, expect, it } from 'vitest';

import * as s from '../common/schema/index.ts';
import { EXTENSIONS } from './extensions.ts';
import { clientToServer, methods, responses, serverToClient, type MethodEntry } from './methods.ts';

describe('Method table', () => {
  it('names the direction of each message, and has responses to requests only', () => {
    for (const direction of ['clientToServer', 'serverToClient'] as const) {
      for (const entry of Object.values<MethodEntry>(methods[direction])) {
        expect(entry.direction).toBe(direction);
        expect(entry.response === undefined).toBe(entry.kind === 'notification');
      }
    }
  });

  it('has a schema for each response that is not empty', () => {
    const more = Object.entries<MethodEntry>(clientToServer)
      .filter(([, { response }]) => response !== undefined && response !== s.empty)
      .map(([name, { response }]) => [name, response]);
    expect(Object.fromEntries(more)).toEqual(responses);
  });

  it('lists every additive message, or the message that announces it, among the extensions', () => {
    const additive = Object.entries<MethodEntry>({ ...clientToServer, ...serverToClient })
      .filter(([, entry]) => entry.additive === true)
      .map(([name]) => name.replace(/^resume(Push|Pull)$/, 'pause$1').replace('pusherResumed', 'pusherPaused'));
    const fields = ['resumeToken', 'userAppData', 'pushers', 'pulled', 'pushDetails'];
    expect(new Set([...additive, ...fields])).toEqual(new Set(EXTENSIONS));
  });
});
