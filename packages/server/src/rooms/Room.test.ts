import { describe, expect, it } from 'vitest';
import { audioParameters } from '../testing/rtp.ts';
import { useBackend } from '../testing/useBackend.ts';
import { roomError, sendAudio, useRegistry } from '../testing/useRegistry.ts';

const rooms = useRegistry(useBackend());

describe('peers of a room', () => {
  it('are notified of a peer that joins, which finds them in the room', async () => {
    const alice = await rooms.enter('alice');
    const announced = alice.next('newPeer');
    const bob = await rooms.registry.enter('room', { id: 'bob', dialect: 'test' });
    bob.join({ displayName: 'Bob', appData: { a: 1 } });
    expect(bob.room.othersOf(bob)).toEqual([alice.peer]);
    const { peer } = await announced;
    expect(peer).toBe(bob);
    expect(peer).toMatchObject({ id: 'bob', displayName: 'Bob', appData: { a: 1 }, state: 'joined' });
  });

  it('have their ID as display name until they set another', async () => {
    const alice = await rooms.enter('alice');
    const bob = await rooms.enter('bob');
    expect(bob.peer.displayName).toBe('bob');
    const changed = alice.next('peerDisplayNameChanged');
    bob.peer.setDisplayName('Bob');
    bob.peer.setDisplayName('Bob');
    expect(await changed).toEqual({ peer: bob.peer, oldDisplayName: 'bob' });
    expect(alice.log).toEqual(['newPeer', 'peerDisplayNameChanged']);
  });

  it('have no emit(), so that only the room and its entities emit their events', async () => {
    const alice = await rooms.enter('alice');
    expect('emit' in alice.peer).toBe(false);
  });

  it('may join only once', async () => {
    const alice = await rooms.enter('alice');
    expect(() => {
      alice.peer.join({});
    }).toThrow(roomError('alreadyJoined'));
  });

  it('may not act before they join, or after they close', async () => {
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

  it('receive the text messages of the others', async () => {
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

describe('two peers of one ID', () => {
  it('notify the others of the close and then of the join, where the second replaces the first', async () => {
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

  it('keep the room open where the second replaces the only other peer', async () => {
    await rooms.enter('bob');
    const room = rooms.registry.get('room');
    await rooms.enter('bob', { onDuplicate: 'replace' });
    expect(rooms.registry.get('room')).toBe(room);
  });

  it('refuse the second otherwise, and always across dialects', async () => {
    const bob = await rooms.enter('bob');
    await expect(rooms.enter('bob')).rejects.toThrow(roomError('duplicatedPeer'));
    await expect(rooms.enter('bob', { dialect: 'other', onDuplicate: 'replace' })).rejects.toThrow(
      roomError('duplicatedPeer'),
    );
    expect(rooms.registry.get('room')?.peers.get('bob')).toBe(bob.peer);
  });
});

describe('a hidden peer', () => {
  it('receives media and events without being announced', async () => {
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
  it('do not share peers, messages or media', async () => {
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
