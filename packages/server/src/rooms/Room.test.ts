import { describe, expect, it } from 'vitest';
import { audioParameters } from '../testing/rtp.ts';
import { useBackend } from '../testing/useBackend.ts';
import { roomError, sendAudio, useRegistry } from '../testing/useRegistry.ts';

const rooms = useRegistry(useBackend());

describe('who is there', () => {
  it('is told to who joins, and who joins is told to who is there', async () => {
    const alice = await rooms.enter('alice');
    const announced = alice.next('newPeer');
    const bob = await rooms.registry.enter('room', { id: 'bob', dialect: 'test' });
    bob.join({ displayName: 'Bob', appData: { a: 1 } });
    expect(bob.room.othersOf(bob)).toEqual([alice.peer]);
    const { peer } = await announced;
    expect(peer).toBe(bob);
    expect(peer).toMatchObject({ id: 'bob', displayName: 'Bob', appData: { a: 1 }, state: 'joined' });
  });

  it('has its id for a display name until it says another', async () => {
    const alice = await rooms.enter('alice');
    const bob = await rooms.enter('bob');
    expect(bob.peer.displayName).toBe('bob');
    const changed = alice.next('peerDisplayNameChanged');
    bob.peer.setDisplayName('Bob');
    bob.peer.setDisplayName('Bob');
    expect(await changed).toEqual({ peer: bob.peer, oldDisplayName: 'bob' });
    expect(alice.log).toEqual(['newPeer', 'peerDisplayNameChanged']);
  });

  it('joins once', async () => {
    const alice = await rooms.enter('alice');
    expect(() => {
      alice.peer.join({});
    }).toThrow(roomError('alreadyJoined'));
  });

  it('does nothing in the room before it joins, or after it closes', async () => {
    const peer = await rooms.registry.enter('room', { id: 'alice', dialect: 'test' });
    const send = await peer.createTransport({ isProducing: true, isConsuming: false });
    await expect(peer.sending.produce(send, { kind: 'audio', rtpParameters: audioParameters() })).rejects.toThrow(
      roomError('notJoined'),
    );
    expect(() => {
      peer.sendText('hello');
    }).toThrow(roomError('notJoined'));
    peer.close({ reason: 'left' });
    await expect(peer.createTransport({ isProducing: true, isConsuming: false })).rejects.toThrow(roomError('closed'));
    expect(() => {
      peer.join({});
    }).toThrow(roomError('closed'));
  });

  it('hears what others write', async () => {
    const [alice, bob, carol] = [await rooms.enter('alice'), await rooms.enter('bob'), await rooms.enter('carol')];
    const heard = Promise.all([alice.next('textMessage'), carol.next('textMessage')]);
    bob.peer.sendText('hello');
    expect(await heard).toEqual([
      { peer: bob.peer, text: 'hello' },
      { peer: bob.peer, text: 'hello' },
    ]);
    expect(bob.log).not.toContain('textMessage');
  });
});

describe('two of one id', () => {
  it('the newcomer replaces, where its dialect has it so: the others hear of the end, then of the beginning', async () => {
    const alice = await rooms.enter('alice');
    const old = await rooms.enter('bob');
    await sendAudio(old);
    await alice.next('newConsumer');
    const closed = old.next('closed');
    const young = await rooms.enter('bob', { onDuplicate: 'replace' });
    expect(await closed).toEqual({ reason: 'replaced' });
    expect(alice.log).toEqual(['newPeer', 'newConsumer', 'consumerClosed', 'peerClosed', 'newPeer']);
    expect(rooms.registry.get('room')?.peers.get('bob')).toBe(young.peer);
  });

  it('the newcomer replaces also where nobody else keeps the room open', async () => {
    await rooms.enter('bob');
    const room = rooms.registry.get('room');
    await rooms.enter('bob', { onDuplicate: 'replace' });
    expect(rooms.registry.get('room')).toBe(room);
  });

  it('the newcomer is refused otherwise, and always across dialects', async () => {
    const bob = await rooms.enter('bob');
    await expect(rooms.enter('bob')).rejects.toThrow(roomError('duplicatedPeer'));
    await expect(rooms.enter('bob', { dialect: 'other', onDuplicate: 'replace' })).rejects.toThrow(
      roomError('duplicatedPeer'),
    );
    expect(rooms.registry.get('room')?.peers.get('bob')).toBe(bob.peer);
  });
});

describe('a hidden peer', () => {
  it('sees and hears, and nobody knows', async () => {
    const alice = await rooms.enter('alice');
    const producer = await sendAudio(alice);
    const spy = await rooms.enter('spy', { hidden: true });
    expect((await spy.next('newConsumer')).consumer.producer).toBe(producer);
    const bob = await rooms.registry.enter('room', { id: 'bob', dialect: 'test' });
    bob.join({});
    expect(bob.room.othersOf(bob)).toEqual([alice.peer]);
    spy.peer.setDisplayName('Spy');
    spy.peer.close({ reason: 'left' });
    expect(alice.log).toEqual(['newPeer']);
  });

  it('may not produce', async () => {
    await rooms.enter('alice');
    const spy = await rooms.enter('spy', { hidden: true });
    await expect(sendAudio(spy)).rejects.toThrow(roomError('hiddenPeer'));
  });
});

describe('two rooms', () => {
  it('know nothing of each other', async () => {
    const here = await rooms.enter('alice', { roomId: 'here' });
    const there = await rooms.enter('bob', { roomId: 'there' });
    const namesake = await rooms.enter('alice', { roomId: 'there' });
    await sendAudio(here);
    here.peer.sendText('hello?');
    await sendAudio(namesake);
    await there.next('newConsumer');
    expect(there.log).toEqual(['newPeer', 'newConsumer']);
    expect(here.log).toEqual([]);
    rooms.registry.closeRoom('here');
    expect(there.log).toEqual(['newPeer', 'newConsumer']);
  });
});
