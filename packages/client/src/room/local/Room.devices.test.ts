import { afterEach, describe, expect, it } from 'vitest';
import { FakeMachine } from '../../devices/FakeMachine.ts';
import { TureenError } from '../../shared/errors.ts';
import { Recorder } from '../../shared/Recorder.ts';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack, joinedTimers, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { mutedGraceMs } from './ManagedTrack.ts';

const inUse = new DOMException('busy', 'NotReadableError');
const refused = new DOMException('no', 'NotAllowedError');

/** Alice, joined, on a computer with these devices; with everything said of hers from now on. */
async function atMachine(...devices: string[]) {
  const world = roomWorld();
  const machine = new FakeMachine(...devices);
  Object.defineProperty(navigator, 'permissions', { value: machine.permissions, configurable: true });
  await world.room.join();
  const told = new Recorder();
  const { room } = world;
  room.on('producerDeviceChanged', ({ label, deviceId, reason }) => told.push(`now ${label} (${deviceId}): ${reason}`));
  room.on('producerMuteChanged', ({ muted }) => told.push(muted ? 'mute' : 'unmute'));
  room.on('producerPaused', ({ by, reason }) => told.push(`paused by ${by}: ${reason ?? 'a call'}`));
  room.on('producerResumed', ({ by }) => told.push(`resumed by ${by}`));
  room.on('requestFailed', ({ method, error }) => told.push(`${method} failed: ${error.code}`));
  return { ...world, machine, told, mediaDevices: machine.real };
}

/** The same with its microphone on. */
async function speaking(options: { deviceId?: string; paused?: boolean } = {}, ...devices: string[]) {
  const world = await atMachine(...(devices.length === 0 ? ['mic:desk', 'mic:head'] : devices));
  const microphone = await world.room.enableMicrophone({ mediaDevices: world.mediaDevices, ...options });
  // The first list of devices emits nothing.
  await expectUnchanged(() => world.told, []);
  world.told.length = 0;
  world.server.received.length = 0;
  return { ...world, microphone };
}

type World = Awaited<ReturnType<typeof speaking>>;
const stateOf = ({ microphone, machine }: World) => ({
  label: microphone.track.label,
  paused: microphone.paused,
  loss: microphone.loss,
  live: machine.live.length,
});

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

describe('races', () => {
  it.each(['close', 'leave'] as const)('%s() during a capture stops the captured track', async (call) => {
    const { machine, microphone, room, told, server, clock } = await speaking({ deviceId: 'head' });
    const release = machine.hold();
    machine.unplug('head');
    await machine.requests.reaches(2);
    await (call === 'close' ? microphone.close() : room.leave());
    release();
    await expectUnchanged(() => machine.live, []);
    expect(machine.tracks).toHaveLength(2);
    expect(told).toEqual([]);
    expect(server.methods()).toHaveLength(1);
    expect(machine.listeners).toBe(0);
    expect(clock.pending).toBe(call === 'close' ? joinedTimers : 0);
  });

  it('resume() shares the capture under way, and rejects when the producer closes', async () => {
    const { machine, microphone } = await speaking();
    const release = machine.hold();
    machine.unplug('desk');
    await machine.requests.reaches(2);
    const resumed = microphone.resume();
    const rejected = expect(resumed).rejects.toMatchObject({ code: 'closed' });
    await expectUnchanged(() => machine.requests.length, 2);
    await microphone.close();
    release();
    await rejected;
    expect(machine.live).toEqual([]);
  });

  it('switchDevice() during a capture wins', async () => {
    const { machine, microphone, told } = await speaking({ deviceId: 'head' }, 'mic:desk', 'mic:head', 'mic:ear');
    const release = machine.hold();
    machine.unplug('head');
    await machine.requests.reaches(2);
    const switched = microphone.switchDevice('ear');
    release();
    await switched;
    await told.reaches(1);
    expect(microphone.track.label).toBe('ear');
    expect(told.at(-1)).toBe('now ear (ear): local');
    expect(machine.live).toHaveLength(1);
  });

  it('replaceTrack() during a capture wins', async () => {
    const { machine, microphone, told } = await speaking({ deviceId: 'head' });
    const release = machine.hold();
    machine.unplug('head');
    await machine.requests.reaches(2);
    const own = fakeTrack('audio');
    await microphone.replaceTrack(own);
    release();
    await expectUnchanged(() => [machine.live, told], [[], []]);
    expect(microphone.track).toBe(own);
    expect(machine.tracks).toHaveLength(2);
  });

  it('pause() during a capture stays in effect', async () => {
    const { machine, microphone, told } = await speaking({ deviceId: 'head' });
    const release = machine.hold();
    machine.unplug('head');
    await machine.requests.reaches(2);
    await microphone.pause();
    release();
    await told.reaches(2);
    expect(microphone).toMatchObject({ paused: true, loss: null });
    expect(told).toEqual(['paused by local: a call', 'now Default - desk (default): deviceLost']);
  });

  it('a device plugged in during a failing capture is captured next', async () => {
    const { machine, told } = await speaking({}, 'mic:desk');
    const release = machine.hold();
    machine.failure = inUse;
    machine.unplug('desk');
    await machine.requests.reaches(2);
    machine.plug('mic:head');
    await expectUnchanged(() => machine.requests.length, 2);
    release();
    const again = machine.hold();
    await machine.requests.reaches(3);
    machine.failure = undefined;
    again();
    await told.reaches(3);
    expect(told.slice(1)).toEqual(['now Default - head (default): deviceLost', 'resumed by local']);
  });

  it('switchDevice() recaptures the old device when it fails after closing that device', async () => {
    const world = await speaking({ deviceId: 'desk' });
    const { machine, microphone, told } = world;
    machine.taken.add('head');
    await expect(microphone.switchDevice('head')).rejects.toMatchObject({ code: 'deviceInUse' });
    await told.reaches(1);
    expect(told).toEqual(['now desk (desk): trackEnded']);
    expect(stateOf(world)).toMatchObject({ paused: false, loss: null, live: 1 });
  });

  it('switchDevice() captures no other device when it fails without a live track', async () => {
    const { machine, microphone, told } = await speaking({}, 'mic:desk');
    machine.unplug('desk');
    await told.reaches(1);
    await microphone.pause();
    const asked = machine.requests.length;
    await expect(microphone.switchDevice('head')).rejects.toMatchObject({ code: 'deviceNotFound' });
    await expectUnchanged(() => machine.requests.length, asked + 1);
    machine.plug('mic:head');
    await microphone.switchDevice('head');
    expect(microphone).toMatchObject({ paused: true, loss: null });
  });

  it('a rejoin without a live track publishes nothing; the next track is published', async () => {
    const { machine, microphone, server, room, clock, told } = await speaking({}, 'mic:desk');
    machine.unplug('desk');
    await told.reaches(1);
    const reconnecting = room.waitFor('reconnecting');
    server.drop();
    await reconnecting;
    server.received.length = 0;
    const reconnected = room.waitFor('reconnected');
    clock.advance(1000);
    await reconnected;
    await expectUnchanged(() => server.count('produce'), 0);
    expect(microphone.closed).toBe(false);
    const produced = server.got('produce');
    machine.plug('mic:head');
    await Promise.all([told.reaches(3), produced]);
    await expectUnchanged(() => server.count('produce'), 1);
    expect(microphone).toMatchObject({ paused: false, loss: null });
    expect(told.at(-1)).toBe('resumed by local');
  });

  it('a device replaced while the room reconnects is published after the rejoin', async () => {
    const { machine, microphone, server, room, clock, told } = await speaking();
    const reconnecting = room.waitFor('reconnecting');
    server.drop();
    await reconnecting;
    machine.unplug('desk');
    await told.reaches(1);
    const reconnected = room.waitFor('reconnected');
    const produced = server.got('produce');
    clock.advance(1000);
    await Promise.all([reconnected, produced]);
    expect(server.methods()).toContain('produce');
    expect(microphone).toMatchObject({ paused: false, loss: null, closed: false });
    expect(microphone.track.label).toBe('Default - head');
  });

  it.each([
    ['before', ['replace', 'produce']],
    ['after', ['produce', 'replace']],
  ] as const)('a device changed %s the republication is published once, with the new track', async (_, order) => {
    const { machine, microphone, server, room, clock, engine } = await speaking({ deviceId: 'desk' });
    const sent = () =>
      [...engine.sessions].flatMap(({ sendTransports }) => [...sendTransports].flatMap((one) => [...one.producers]));
    const replacing = engine.hold('replaceTrack');
    const switching = microphone.switchDevice('head');
    await replacing.reached();
    const producing = engine.hold('produce');
    const reconnecting = room.waitFor('reconnecting');
    server.drop();
    await reconnecting;
    clock.advance(1000);
    await producing.reached();
    for (const what of order) {
      (what === 'replace' ? replacing : producing).release();
      // The effects of one come to rest before the other starts: the order is what the test is about.
      await expectUnchanged(() => machine.requests.length, 2);
    }
    await switching;
    await server.sent('produce');
    await expectUnchanged(() => server.count('produce'), 1);
    expect(room.state).toBe('joined');
    expect(microphone.track.label).toBe('head');
    expect(sent().map(({ track }) => track === microphone.track)).toEqual([true]);
    expect(machine.live).toHaveLength(1);
  });

  it('a device lost during the republication is published once it is replaced', async () => {
    const { machine, microphone, server, room, clock, engine, told } = await speaking({}, 'mic:desk');
    const producing = engine.hold('produce');
    const reconnecting = room.waitFor('reconnecting');
    server.drop();
    await reconnecting;
    clock.advance(1000);
    await producing.reached();
    machine.unplug('desk');
    engine.failNext('produce', new TureenError('mediaFailed', 'the track has ended'));
    producing.release();
    await told.reaches(1);
    expect(microphone).toMatchObject({ closed: false, paused: true, loss: 'deviceLost' });
    const produced = server.got('produce');
    machine.plug('mic:head');
    await Promise.all([told.reaches(3), produced]);
    await expectUnchanged(
      () => told,
      ['paused by local: deviceLost', 'now Default - head (default): deviceLost', 'resumed by local'],
    );
    expect(microphone).toMatchObject({ paused: false, loss: null });
    expect(engine.counts.producers).toBe(1);
  });

  it('a device lost during the first publication pauses the producer', async () => {
    const { room, machine, engine, mediaDevices, told } = await atMachine('mic:desk');
    const hold = engine.hold('produce');
    const enabling = room.enableMicrophone({ mediaDevices });
    await hold.reached();
    machine.unplug('desk');
    await told.reaches(1);
    hold.release();
    const microphone = await enabling;
    expect(microphone).toMatchObject({ paused: true, loss: 'deviceLost' });
    await microphone.close();
    expect(machine.listeners).toBe(0);
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
    const error = { code: 'invalidArgument', message: expect.stringContaining('there is no preset') as string };
    await expect(room.enableCamera({ preset, mediaDevices })).rejects.toMatchObject(error);
    await expect(room.enableScreenShare({ preset, mediaDevices })).rejects.toMatchObject(error);
    expect([machine.live, room.producers.size]).toEqual([[], 0]);
  });
});
