import { describe, expect, it } from 'vitest';
import { RoomMemory } from './RoomMemory.ts';

describe('RoomMemory', () => {
  it('creates the state of the dialect once, and returns the same object to each session', () => {
    const memory = new RoomMemory();
    let created = 0;
    const create = () => ({ number: ++created });
    const state = memory.recall(create);
    expect(memory.recall(create)).toBe(state);
    expect(created).toBe(1);
  });

  it('has no resume token before a dialect sets one', () => {
    const memory = new RoomMemory();
    expect(memory.resumeToken).toBeUndefined();
    memory.resumeToken = 'token';
    expect(memory.resumeToken).toBe('token');
  });
});
