import { afterEach, describe, expect, it } from 'vitest';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack } from '@tureen/testkit/scripted/roomWorld';
import { mutedGraceMs } from './ManagedTrack.ts';
import { atMachine, inUse, refused, speaking, stateOf } from '../../test-support/roomAtMachine.ts';

afterEach(() => {
  Reflect.deleteProperty(navigator, 'permissions');
});

describe('an unplugged device', () => {
  it('is replaced by the device that the browser prefers, without a message', async () => {
    const world = await speaking({ deviceId: 'head' });
    const { machine, microphone, told, server } = world;
    const { id } = microphone;
    machine.unplug('head');
    await told.reaches(1);
    expect(told).toEqual(['now Default - desk (default): deviceLost']);
    expect(stateOf(world)).toEqual({ label: 'Default - desk', paused: false, loss: null, live: 1 });
    expect(microphone.id).toBe(id);
    expect(server.methods()).toEqual([]);
  });

  it('is captured again when only the track ended', async () => {
    const { machine, told } = await speaking({ deviceId: 'head' });
    machine.last.remoteStop();
    await told.reaches(1);
    expect(told).toEqual(['now head (head): trackEnded']);
    expect(machine.requests).toEqual(['audio:head', 'audio:head']);
  });

  it('keeps track.enabled on the replacement', async () => {
    const { machine, microphone, told } = await speaking();
    microphone.track.enabled = false;
    machine.unplug('desk');
    await told.reaches(1);
    expect(microphone.track).toMatchObject({ label: 'Default - head', enabled: false, readyState: 'live' });
  });

  it('is replaced for a camera too', async () => {
    const { room, machine, mediaDevices, told } = await atMachine('cam:front', 'cam:back');
    const camera = await room.enableCamera({ mediaDevices, deviceId: 'back' });
    machine.unplug('back');
    await told.reaches(1);
    expect(told).toEqual(['now front (front): deviceLost']);
    expect(camera.paused).toBe(false);
  });

  it('pauses the producer with the reason, and a device plugged in later resumes it', async () => {
    const world = await speaking({}, 'mic:desk');
    const { machine, told, server, room } = world;
    machine.unplug('desk');
    await told.reaches(1);
    expect(told).toEqual(['paused by local: deviceLost']);
    expect(stateOf(world)).toMatchObject({ paused: true, loss: 'deviceLost' });
    expect(room.snapshot().producers).toMatchObject([{ paused: true, loss: 'deviceLost' }]);
    const asked = machine.requests.length;
    machine.plug('cam:front');
    await expectUnchanged(() => machine.requests.length, asked);
    machine.plug('mic:head');
    await told.reaches(3);
    expect(told.slice(1)).toEqual(['now Default - head (default): deviceLost', 'resumed by local']);
    expect(stateOf(world)).toMatchObject({ paused: false, loss: null, live: 1 });
    expect(server.methods()).toEqual(['pauseProducer', 'resumeProducer']);
  });

  it('is not replaced automatically after pause(): resume() captures', async () => {
    const world = await speaking({}, 'mic:desk');
    const { machine, microphone, told } = world;
    machine.unplug('desk');
    await told.reaches(1);
    await microphone.pause();
    machine.plug('mic:head');
    await expectUnchanged(() => machine.live, []);
    expect(microphone.paused).toBe(true);
    await microphone.resume();
    expect(told.slice(1)).toEqual(['now Default - head (default): local', 'resumed by local']);
  });

  it('is not replaced while paused by the app: enableMicrophone() captures', async () => {
    const world = await speaking();
    const { machine, microphone, room, told } = world;
    await microphone.pause();
    machine.unplug('desk');
    await expectUnchanged(() => machine.live, []);
    expect(microphone.loss).toBe('trackEnded');
    expect(await room.enableMicrophone()).toBe(microphone);
    expect(told).toEqual(['paused by local: a call', 'now Default - head (default): local', 'resumed by local']);
    expect(stateOf(world)).toMatchObject({ loss: null, live: 1 });
  });

  it('is captured again when devices change, where another program used it', async () => {
    const { machine, told } = await speaking();
    machine.failure = inUse;
    machine.last.remoteStop();
    await told.reaches(1);
    expect(told).toEqual(['paused by local: deviceInUse']);
    machine.failure = undefined;
    machine.change();
    machine.plug('mic:third');
    await told.reaches(3);
    expect(told.slice(1)).toEqual(['now Default - desk (default): deviceLost', 'resumed by local']);
  });

  it('stays paused when resume() finds no device and rejects', async () => {
    const { machine, microphone, told } = await speaking({}, 'mic:desk');
    machine.unplug('desk');
    await told.reaches(1);
    await expect(microphone.resume()).rejects.toMatchObject({ code: 'deviceNotFound' });
    expect(microphone).toMatchObject({ paused: true, loss: 'deviceLost' });
  });
});

describe('a revoked permission', () => {
  it('pauses with the reason without a prompt; resume() prompts', async () => {
    const world = await atMachine('mic:desk');
    const { machine, told, room, mediaDevices } = world;
    machine.permission = 'granted';
    const microphone = await room.enableMicrophone({ mediaDevices });
    await expectUnchanged(() => told, []);
    machine.permission = 'prompt';
    machine.last.remoteStop();
    await told.reaches(1);
    expect(told).toEqual(['paused by local: permissionDenied']);
    machine.plug('mic:head');
    await expectUnchanged(() => machine.requests.length, 1);
    machine.failure = refused;
    await expect(microphone.resume()).rejects.toMatchObject({ code: 'permissionDenied' });
    machine.failure = undefined;
    await microphone.resume();
    expect(told.slice(1)).toEqual(['now Default - desk (default): local', 'resumed by local']);
  });

  it('is not assumed where the browser prompts each time', async () => {
    const { machine, room, mediaDevices, told } = await atMachine('mic:desk', 'mic:head');
    machine.permission = 'prompt';
    await room.enableMicrophone({ mediaDevices });
    await expectUnchanged(() => told, []);
    machine.unplug('desk');
    await told.reaches(1);
    expect(told).toEqual(['now Default - head (default): deviceLost']);
  });

  it('is assumed when the user refuses the prompt', async () => {
    const { machine, told } = await speaking();
    machine.failure = refused;
    machine.unplug('desk');
    await told.reaches(1);
    expect(told).toEqual(['paused by local: permissionDenied']);
  });
});

describe('a track of the app', () => {
  it('pauses its producer when it ends; replaceTrack() resumes', async () => {
    const { room, told, server } = await atMachine('mic:desk');
    const producer = await room.produce(fakeTrack('audio'), { source: 'microphone' });
    (producer.track as unknown as { remoteStop(): void }).remoteStop();
    await told.reaches(1);
    expect(told).toEqual(['paused by local: trackEnded']);
    await expect(producer.resume()).rejects.toMatchObject({ code: 'unsupported', hint: expect.any(String) as string });
    await producer.replaceTrack(fakeTrack('audio'));
    await producer.resume();
    expect(told.slice(1)).toEqual(['resumed by local']);
    expect(server.methods().slice(-2)).toEqual(['pauseProducer', 'resumeProducer']);
  });

  it('is not captured again when it ends, although owned', async () => {
    const { room, told } = await atMachine('mic:desk');
    const producer = await room.produce(fakeTrack('audio'), { ownership: 'owned' });
    (producer.track as unknown as { remoteStop(): void }).remoteStop();
    await told.reaches(1);
    expect(told).toEqual(['paused by local: trackEnded']);
    expect(producer.closed).toBe(false);
  });

  it('is kept when devices change after it replaced a lost device', async () => {
    const { machine, microphone, told } = await speaking({}, 'mic:desk');
    machine.unplug('desk');
    await told.reaches(1);
    await microphone.replaceTrack(fakeTrack('audio'));
    machine.plug('mic:head');
    await told.reaches(2);
    expect(told).toEqual(['paused by local: deviceLost', 'resumed by local']);
    expect(machine.live).toEqual([]);
  });
});

describe('a muted source', () => {
  it('emits producerMuteChanged and pauses nothing', async () => {
    const { machine, microphone, told, server } = await speaking();
    machine.last.remoteMute();
    expect(microphone.paused).toBe(false);
    machine.last.remoteUnmute();
    expect(told).toEqual(['mute', 'unmute']);
    expect(server.received).toEqual([]);
  });

  it('emits unmute when another track replaces the track', async () => {
    const { machine, microphone, told } = await speaking();
    machine.last.remoteMute();
    await microphone.replaceTrack(fakeTrack('audio'));
    expect(told).toEqual(['mute', 'unmute']);
  });

  it('is captured again when a microphone stays muted after devices changed', async () => {
    const { machine, clock, told } = await speaking();
    machine.plug('mic:third');
    machine.last.remoteMute();
    await expectUnchanged(() => told, ['mute']);
    clock.advance(mutedGraceMs - 1);
    await expectUnchanged(() => told, ['mute']);
    clock.advance(1);
    await told.reaches(3);
    expect(told.slice(1)).toEqual(['now Default - desk (default): muted', 'unmute']);
    expect(machine.live).toHaveLength(1);
  });

  it('is no longer reported when a listener closes the producer that was captured again', async () => {
    const { room, machine, microphone, clock, told } = await speaking();
    room.on('producerDeviceChanged', () => void microphone.close());
    room.on('producerClosed', () => told.push('closed'));
    machine.plug('mic:third');
    machine.last.remoteMute();
    await expectUnchanged(() => told, ['mute']);
    clock.advance(mutedGraceMs);
    await told.reaches(3);
    await expectUnchanged(() => told, ['mute', 'now Default - desk (default): muted', 'closed']);
  });

  it('is not captured again when it unmutes in time', async () => {
    const { machine, clock } = await speaking();
    machine.last.remoteMute();
    machine.change();
    machine.plug('mic:third');
    await expectUnchanged(() => machine.requests.length, 1);
    machine.last.remoteUnmute();
    clock.advance(mutedGraceMs);
    await expectUnchanged(() => machine.requests.length, 1);
  });

  it('is not captured again for a camera', async () => {
    const { room, machine, mediaDevices, clock, told } = await atMachine('cam:front');
    await room.enableCamera({ mediaDevices });
    await expectUnchanged(() => told, []);
    machine.last.remoteMute();
    machine.plug('cam:back');
    await expectUnchanged(() => machine.requests.length, 1);
    clock.advance(mutedGraceMs);
    await expectUnchanged(() => machine.requests.length, 1);
  });
});

describe('a new default microphone', () => {
  it('replaces the device, by its own ID', async () => {
    const { machine, told, server } = await speaking();
    machine.prefer('head');
    await told.reaches(1);
    expect(told).toEqual(['now head (head): defaultChanged']);
    expect(machine.requests).toEqual(['audio', 'audio:head']);
    expect(machine.live).toHaveLength(1);
    expect(server.methods()).toEqual([]);
    machine.prefer('desk');
    await told.reaches(2);
    await expectUnchanged(() => told.slice(1), ['now desk (desk): defaultChanged']);
    machine.unplug('desk');
    await told.reaches(3);
    expect(told.slice(2)).toEqual(['now Default - head (default): deviceLost']);
  });

  it('replaces the device as soon as it is plugged in', async () => {
    const { machine, told } = await speaking();
    machine.plug('mic:ear', { isDefault: true });
    await told.reaches(1);
    expect(told).toEqual(['now ear (ear): defaultChanged']);
  });

  it('does not replace a device that the app requested by ID', async () => {
    const { machine, told } = await speaking({ deviceId: 'desk' });
    machine.prefer('head');
    await expectUnchanged(() => told, []);
    expect(machine.requests).toEqual(['audio:desk']);
  });

  it('replaces the device with the last of two defaults in a row', async () => {
    const { machine, told } = await speaking({}, 'mic:desk', 'mic:head', 'mic:ear');
    const release = machine.hold();
    machine.prefer('head');
    await machine.requests.reaches(2);
    machine.prefer('ear');
    await expectUnchanged(() => machine.requests.length, 2);
    release();
    await told.reaches(2);
    expect(told).toEqual(['now head (head): defaultChanged', 'now ear (ear): defaultChanged']);
    expect(machine.live).toHaveLength(1);
  });

  it.each([
    ['is broken', new DOMException('broken', 'OperationError')],
    ['is used by another program', inUse],
  ])('changes nothing when the new default %s', async (_, failure) => {
    const world = await speaking();
    const { machine, told } = world;
    machine.failure = failure;
    machine.prefer('head');
    await machine.requests.reaches(2);
    await expectUnchanged(() => told, []);
    expect(stateOf(world)).toEqual({ label: 'Default - desk', paused: false, loss: null, live: 1 });
  });
});

describe('an unknown preset', () => {
  it.each([
    null,
    5,
    Symbol('high'),
    { width: 640, height: 360, frameRate: 30 },
    { width: 640, height: 360, layers: [] },
  ])('rejects %s, and leaves no camera and no screen on', async (given) => {
    const preset = given as 'h720' & 'screen15';
    const { room, machine, mediaDevices } = await atMachine('cam:front');
    const error = { code: 'invalidArgument', argument: expect.stringMatching(/^preset\b/) as string };
    await expect(room.enableCamera({ preset, mediaDevices })).rejects.toMatchObject(error);
    await expect(room.enableScreenShare({ preset, mediaDevices })).rejects.toMatchObject(error);
    expect([machine.live, room.producers.size]).toEqual([[], 0]);
  });
});
