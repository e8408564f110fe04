import { afterEach, describe, expect, it } from 'vitest';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { FakeMachine } from '../../devices/FakeMachine.ts';
import { Recorder } from '../../shared/Recorder.ts';
import { mutedGraceMs } from './ManagedTrack.ts';

/** Joins a room with a microphone, on a machine with these devices. `events` records the room's events about the producer. */
async function speaking(options: { deviceId?: string; paused?: boolean }, ...devices: string[]) {
  const world = roomWorld();
  const machine = new FakeMachine(...devices);
  Object.defineProperty(navigator, 'permissions', { value: machine.permissions, configurable: true });
  const { room } = world;
  await room.join();
  const microphone = await room.enableMicrophone({ mediaDevices: machine.real, ...options });
  const events = new Recorder();
  microphone.on('trackEnded', ({ track }) => events.push(`ended: ${track.label}`));
  room.on('producerDeviceChanged', ({ label, reason }) => events.push(`now ${label}: ${reason}`));
  room.on('producerPaused', ({ reason }) => events.push(`paused: ${reason ?? 'a call'}`));
  room.on('producerResumed', () => events.push('resumed'));
  return { ...world, machine, microphone, events };
}

afterEach(() => {
  Reflect.deleteProperty(navigator, 'permissions');
});

describe('a track that ends during a capture', () => {
  it('is captured again when the capture of a new default device fails', async () => {
    const { machine, microphone, events } = await speaking({}, 'mic:desk', 'mic:head', 'mic:ear');
    const release = machine.hold();
    machine.prefer('head');
    await machine.requests.reaches(2);
    machine.taken.add('head');
    machine.prefer('ear');
    machine.unplug('desk');
    release();
    await events.reaches(2);
    expect(events).toEqual(['ended: Default - desk', 'now Default - ear: deviceLost']);
    expect(microphone).toMatchObject({ paused: false, loss: null });
    expect(machine.live).toHaveLength(1);
  });

  it('reports why the track cannot be captured again, not why the other device failed', async () => {
    const { machine, microphone, events } = await speaking({}, 'mic:desk', 'mic:head');
    const release = machine.hold();
    machine.prefer('head');
    await machine.requests.reaches(2);
    machine.failure = new DOMException('busy', 'NotReadableError');
    machine.last.remoteStop();
    release();
    const again = machine.hold();
    await machine.requests.reaches(3);
    machine.failure = undefined;
    machine.unplug('desk');
    machine.unplug('head');
    again();
    await events.reaches(2);
    expect(events).toEqual(['ended: Default - desk', 'paused: deviceLost']);
    expect(microphone).toMatchObject({ paused: true, loss: 'deviceLost' });
  });

  it('keeps its failure when the app has paused the producer', async () => {
    const { machine, microphone, events } = await speaking({ paused: true }, 'mic:desk', 'mic:head');
    const release = machine.hold();
    machine.prefer('head');
    await machine.requests.reaches(2);
    machine.taken.add('head');
    machine.last.remoteStop();
    release();
    const facts = () => ({ events: [...events], loss: microphone.loss, requests: machine.requests.length });
    await expectUnchanged(facts, { events: ['ended: Default - desk'], loss: 'trackEnded', requests: 2 });
    expect(microphone.paused).toBe(true);
  });

  it('is captured again by resume(), and not the device whose capture fails', async () => {
    const { machine, microphone, events } = await speaking({ paused: true }, 'mic:desk', 'mic:head');
    const release = machine.hold();
    machine.prefer('head');
    await machine.requests.reaches(2);
    machine.taken.add('head');
    machine.prefer('desk');
    machine.last.remoteStop();
    const resumed = microphone.resume();
    release();
    await resumed;
    expect(events).toEqual(['ended: Default - desk', 'now Default - desk: local', 'resumed']);
    expect(microphone).toMatchObject({ paused: false, loss: null });
  });

  it('is captured again when the muted source is stopped and the new default device fails', async () => {
    const { machine, microphone, events, clock } = await speaking({}, 'mic:desk', 'mic:head');
    machine.last.remoteMute();
    machine.change();
    machine.plug('mic:ear');
    await expectUnchanged(() => events, []);
    const release = machine.hold();
    machine.prefer('head');
    await machine.requests.reaches(2);
    clock.advance(mutedGraceMs);
    machine.taken.add('head');
    machine.prefer('desk');
    release();
    await events.reaches(1);
    expect(events).toEqual(['now Default - desk: muted']);
    expect(microphone).toMatchObject({ paused: false, loss: null });
  });
});

describe('a captured track that ends before its capture is over', () => {
  it('is captured again when a listener of deviceChanged is the first to run after the end', async () => {
    const { machine, room, microphone, events } = await speaking({}, 'mic:desk', 'mic:head', 'mic:ear');
    room.once('producerDeviceChanged', () => {
      machine.unplug('head');
    });
    machine.unplug('desk');
    await events.reaches(4);
    expect(events).toEqual([
      'ended: Default - desk',
      'now Default - head: deviceLost',
      'ended: Default - head',
      'now Default - ear: deviceLost',
    ]);
    expect(microphone).toMatchObject({ paused: false, loss: null });
  });

  it('is captured again when it ends while the sender attaches it', async () => {
    const { machine, microphone, events, engine } = await speaking({}, 'mic:desk', 'mic:head', 'mic:ear');
    const replacing = engine.hold('replaceTrack');
    machine.unplug('desk');
    await replacing.reached();
    machine.unplug('head');
    replacing.release();
    await events.reaches(4);
    expect(events.slice(1)).toEqual([
      'now Default - head: deviceLost',
      'ended: Default - head',
      'now Default - ear: deviceLost',
    ]);
    expect(microphone).toMatchObject({ paused: false, loss: null });
    expect(machine.live).toHaveLength(1);
  });

  it('pauses the producer when no other device is left', async () => {
    const { machine, microphone, events, engine } = await speaking({}, 'mic:desk', 'mic:head');
    const replacing = engine.hold('replaceTrack');
    machine.unplug('desk');
    await replacing.reached();
    machine.unplug('head');
    replacing.release();
    await events.reaches(4);
    expect(events.slice(2)).toEqual(['ended: Default - head', 'paused: deviceLost']);
    expect(microphone).toMatchObject({ paused: true, loss: 'deviceLost' });
    machine.plug('mic:ear');
    await events.reaches(6);
    expect(events.slice(4)).toEqual(['now Default - ear: deviceLost', 'resumed']);
  });

  it('resumes a paused producer only with the capture that follows', async () => {
    const { machine, room, microphone, events } = await speaking({}, 'mic:desk');
    machine.unplug('desk');
    await events.reaches(2);
    room.once('producerDeviceChanged', () => {
      machine.plug('mic:ear');
      machine.unplug('head');
    });
    machine.plug('mic:head');
    await events.reaches(6);
    expect(events.slice(2)).toEqual([
      'now Default - head: deviceLost',
      'ended: Default - head',
      'now Default - ear: deviceLost',
      'resumed',
    ]);
    expect(microphone).toMatchObject({ paused: false, loss: null });
  });

  it('makes resume() wait for the capture that follows', async () => {
    const { machine, microphone, events, engine } = await speaking({}, 'mic:desk');
    machine.unplug('desk');
    await events.reaches(2);
    const replacing = engine.hold('replaceTrack');
    machine.plug('mic:head');
    await replacing.reached();
    const rejected = expect(microphone.resume()).rejects.toMatchObject({ code: 'deviceNotFound' });
    machine.unplug('head');
    replacing.release();
    await rejected;
    expect(microphone).toMatchObject({ paused: true, loss: 'deviceLost' });
  });

  it('makes resume() reject when the app has paused the producer', async () => {
    const { machine, microphone, engine } = await speaking({ paused: true }, 'mic:desk', 'mic:head');
    machine.unplug('desk');
    const replacing = engine.hold('replaceTrack');
    const rejected = expect(microphone.resume()).rejects.toMatchObject({ code: 'captureFailed' });
    await replacing.reached();
    machine.unplug('head');
    replacing.release();
    await rejected;
    expect(microphone).toMatchObject({ paused: true, loss: 'trackEnded' });
  });

  it('is captured again when it ends right after switchDevice()', async () => {
    const { machine, microphone, events, engine } = await speaking({}, 'mic:desk', 'mic:head');
    const replacing = engine.hold('replaceTrack');
    const switched = microphone.switchDevice('head');
    await replacing.reached();
    machine.unplug('head');
    replacing.release();
    await switched;
    await events.reaches(3);
    expect(events).toEqual(['now head: local', 'ended: head', 'now Default - desk: deviceLost']);
    expect(microphone).toMatchObject({ paused: false, loss: null });
  });
});
