import { afterEach, describe, expect, it } from 'vitest';
import { FakeMachine } from '../../devices/FakeMachine.ts';
import { TureenError } from '../../shared/errors.ts';
import { fakeTrack, joinedTimers, roomWorld, settle } from '../../test-support/roomWorld.ts';
import { mutedGraceMs } from './ManagedTrack.ts';

const inUse = new DOMException('busy', 'NotReadableError');
const refused = new DOMException('no', 'NotAllowedError');

/** Alice, joined, on a computer with these devices; with everything said of hers from now on. */
async function atMachine(...devices: string[]) {
  const world = roomWorld();
  const machine = new FakeMachine(...devices);
  Object.defineProperty(navigator, 'permissions', { value: machine.permissions, configurable: true });
  await world.room.join();
  const told: string[] = [];
  const { room } = world;
  room.on('producerDeviceChanged', ({ label, deviceId, reason }) => told.push(`now ${label} (${deviceId}): ${reason}`));
  room.on('producerMuteChanged', ({ muted }) => told.push(muted ? 'mute' : 'unmute'));
  room.on('producerPaused', ({ by, reason }) => told.push(`paused by ${by}: ${reason ?? 'a wish'}`));
  room.on('producerResumed', ({ by }) => told.push(`resumed by ${by}`));
  room.on('requestFailed', ({ method, error }) => told.push(`${method} failed: ${error.code}`));
  return { ...world, machine, told, mediaDevices: machine.real };
}

/** The same with its microphone on. */
async function speaking(options: { deviceId?: string; paused?: boolean } = {}, ...devices: string[]) {
  const world = await atMachine(...(devices.length === 0 ? ['mic:desk', 'mic:head'] : devices));
  const microphone = await world.room.enableMicrophone({ mediaDevices: world.mediaDevices, ...options });
  // The first look at the devices is over.
  await settle();
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

describe('a device that goes', () => {
  it('is followed by the one that the browser prefers, unnoticed by the others', async () => {
    const world = await speaking({ deviceId: 'head' });
    const { machine, microphone, told, server } = world;
    const { id } = microphone;
    machine.unplug('head');
    await settle();
    expect(told).toEqual(['now Default - desk (default): deviceLost']);
    expect(stateOf(world)).toEqual({ label: 'Default - desk', paused: false, loss: null, live: 1 });
    expect(microphone.id).toBe(id);
    expect(server.methods()).toEqual([]);
  });

  it('is opened again where it is there still', async () => {
    const { machine, told } = await speaking({ deviceId: 'head' });
    machine.last.remoteStop();
    await settle();
    expect(told).toEqual(['now head (head): trackEnded']);
    expect(machine.asked).toEqual(['audio:head', 'audio:head']);
  });

  it('leaves the next one as silent as the app had made it', async () => {
    const { machine, microphone } = await speaking();
    microphone.track.enabled = false;
    machine.unplug('desk');
    await settle();
    expect(microphone.track).toMatchObject({ label: 'Default - head', enabled: false, readyState: 'live' });
  });

  it('is the camera’s case too', async () => {
    const { room, machine, mediaDevices, told } = await atMachine('cam:front', 'cam:back');
    const camera = await room.enableCamera({ mediaDevices, deviceId: 'back' });
    machine.unplug('back');
    await settle();
    expect(told).toEqual(['now front (front): deviceLost']);
    expect(camera.paused).toBe(false);
  });

  it('without another pauses with the reason, and comes back when one is plugged in', async () => {
    const world = await speaking({}, 'mic:desk');
    const { machine, told, server, room } = world;
    machine.unplug('desk');
    await settle();
    expect(told).toEqual(['paused by local: deviceLost']);
    expect(stateOf(world)).toMatchObject({ paused: true, loss: 'deviceLost' });
    expect(room.snapshot().producers).toMatchObject([{ paused: true, loss: 'deviceLost' }]);
    const asked = machine.asked.length;
    machine.plug('cam:front');
    await settle();
    expect(machine.asked).toHaveLength(asked);
    machine.plug('mic:head');
    await settle();
    expect(told.slice(1)).toEqual(['now Default - head (default): deviceLost', 'resumed by local']);
    expect(stateOf(world)).toMatchObject({ paused: false, loss: null, live: 1 });
    expect(server.methods()).toEqual(['pauseProducer', 'resumeProducer']);
  });

  it('does not come back by itself once the app has paused it: resume() opens it', async () => {
    const world = await speaking({}, 'mic:desk');
    const { machine, microphone, told } = world;
    machine.unplug('desk');
    await settle();
    await microphone.pause();
    machine.plug('mic:head');
    await settle();
    expect(machine.live).toEqual([]);
    expect(microphone.paused).toBe(true);
    await microphone.resume();
    expect(told.slice(1)).toEqual(['now Default - head (default): local', 'resumed by local']);
  });

  it('is not looked for while the app has it paused: enableMicrophone() does', async () => {
    const world = await speaking();
    const { machine, microphone, room, told } = world;
    await microphone.pause();
    machine.unplug('desk');
    await settle();
    expect(machine.live).toEqual([]);
    expect(microphone.loss).toBe('trackEnded');
    expect(await room.enableMicrophone()).toBe(microphone);
    expect(told).toEqual(['paused by local: a wish', 'now Default - head (default): local', 'resumed by local']);
    expect(stateOf(world)).toMatchObject({ loss: null, live: 1 });
  });

  it('and that another program holds is tried again when devices come or go', async () => {
    const { machine, told } = await speaking();
    machine.failure = inUse;
    machine.last.remoteStop();
    await settle();
    expect(told).toEqual(['paused by local: deviceInUse']);
    machine.failure = undefined;
    machine.change();
    machine.plug('mic:third');
    await settle();
    expect(told.slice(1)).toEqual(['now Default - desk (default): deviceLost', 'resumed by local']);
  });

  it('resume() that finds none rejects, and it stays paused', async () => {
    const { machine, microphone } = await speaking({}, 'mic:desk');
    machine.unplug('desk');
    await settle();
    await expect(microphone.resume()).rejects.toMatchObject({ code: 'deviceNotFound' });
    expect(microphone).toMatchObject({ paused: true, loss: 'deviceLost' });
  });
});

describe('a permission that is taken back', () => {
  it('pauses with the reason, asks nobody, and resume() asks', async () => {
    const world = await atMachine('mic:desk');
    const { machine, told, room, mediaDevices } = world;
    machine.permission = 'granted';
    const microphone = await room.enableMicrophone({ mediaDevices });
    await settle();
    machine.permission = 'prompt';
    machine.last.remoteStop();
    await settle();
    expect(told).toEqual(['paused by local: permissionDenied']);
    machine.plug('mic:head');
    await settle();
    expect(machine.asked).toHaveLength(1);
    machine.failure = refused;
    await expect(microphone.resume()).rejects.toMatchObject({ code: 'permissionDenied' });
    machine.failure = undefined;
    await microphone.resume();
    expect(told.slice(1)).toEqual(['now Default - desk (default): local', 'resumed by local']);
  });

  it('is no such thing where the browser asks each time', async () => {
    const { machine, room, mediaDevices, told } = await atMachine('mic:desk', 'mic:head');
    machine.permission = 'prompt';
    await room.enableMicrophone({ mediaDevices });
    await settle();
    machine.unplug('desk');
    await settle();
    expect(told).toEqual(['now Default - head (default): deviceLost']);
  });

  it('a refusal of the prompt is one too', async () => {
    const { machine, told } = await speaking();
    machine.failure = refused;
    machine.unplug('desk');
    await settle();
    expect(told).toEqual(['paused by local: permissionDenied']);
  });
});

describe('a track of the app’s', () => {
  it('that ends pauses its producer; replaceTrack() brings it back', async () => {
    const { room, told, server } = await atMachine('mic:desk');
    const producer = await room.produce(fakeTrack('audio'), { source: 'microphone' });
    (producer.track as unknown as { remoteStop(): void }).remoteStop();
    await settle();
    expect(told).toEqual(['paused by local: trackEnded']);
    await expect(producer.resume()).rejects.toMatchObject({ code: 'unsupported', hint: expect.any(String) as string });
    await producer.replaceTrack(fakeTrack('audio'));
    await producer.resume();
    expect(told.slice(1)).toEqual(['resumed by local']);
    expect(server.methods().slice(-2)).toEqual(['pauseProducer', 'resumeProducer']);
  });

  it('that ends is not captured again for having been handed over', async () => {
    const { room, told } = await atMachine('mic:desk');
    const producer = await room.produce(fakeTrack('audio'), { ownership: 'owned' });
    (producer.track as unknown as { remoteStop(): void }).remoteStop();
    await settle();
    expect(told).toEqual(['paused by local: trackEnded']);
    expect(producer.closed).toBe(false);
  });

  it('in the place of a lost device is left alone when devices come', async () => {
    const { machine, microphone, told } = await speaking({}, 'mic:desk');
    machine.unplug('desk');
    await settle();
    await microphone.replaceTrack(fakeTrack('audio'));
    machine.plug('mic:head');
    await settle();
    expect(told).toEqual(['paused by local: deviceLost', 'resumed by local']);
    expect(machine.live).toEqual([]);
  });
});

describe('a source that goes mute', () => {
  it('is told, and nothing is paused', async () => {
    const { machine, microphone, told, server } = await speaking();
    machine.last.remoteMute();
    expect(microphone.paused).toBe(false);
    machine.last.remoteUnmute();
    expect(told).toEqual(['mute', 'unmute']);
    expect(server.received).toEqual([]);
  });

  it('is over when another track takes its place', async () => {
    const { machine, microphone, told } = await speaking();
    machine.last.remoteMute();
    await microphone.replaceTrack(fakeTrack('audio'));
    expect(told).toEqual(['mute', 'unmute']);
  });

  it('a microphone that stays so after devices changed is opened anew', async () => {
    const { machine, clock, told } = await speaking();
    machine.plug('mic:third');
    machine.last.remoteMute();
    await settle();
    clock.advance(mutedGraceMs - 1);
    await settle();
    expect(told).toEqual(['mute']);
    clock.advance(1);
    await settle();
    expect(told.slice(1)).toEqual(['now Default - desk (default): muted', 'unmute']);
    expect(machine.live).toHaveLength(1);
  });

  it('one that speaks again in time is not', async () => {
    const { machine, clock } = await speaking();
    machine.last.remoteMute();
    machine.change();
    machine.plug('mic:third');
    await settle();
    machine.last.remoteUnmute();
    clock.advance(mutedGraceMs);
    await settle();
    expect(machine.asked).toHaveLength(1);
  });

  it('a camera is left as it is', async () => {
    const { room, machine, mediaDevices, clock } = await atMachine('cam:front');
    await room.enableCamera({ mediaDevices });
    await settle();
    machine.last.remoteMute();
    machine.plug('cam:back');
    await settle();
    clock.advance(mutedGraceMs);
    await settle();
    expect(machine.asked).toHaveLength(1);
  });
});

describe('the system prefers another microphone', () => {
  it('and it is gone over to, by its own id', async () => {
    const { machine, told, server } = await speaking();
    machine.prefer('head');
    await settle();
    expect(told).toEqual(['now head (head): defaultChanged']);
    expect(machine.asked).toEqual(['audio', 'audio:head']);
    expect(machine.live).toHaveLength(1);
    expect(server.methods()).toEqual([]);
    machine.prefer('desk');
    await settle();
    expect(told.slice(1)).toEqual(['now desk (desk): defaultChanged']);
    machine.unplug('desk');
    await settle();
    expect(told.slice(2)).toEqual(['now Default - head (default): deviceLost']);
  });

  it('as soon as it is plugged in', async () => {
    const { machine, told } = await speaking();
    machine.plug('mic:ear', { isDefault: true });
    await settle();
    expect(told).toEqual(['now ear (ear): defaultChanged']);
  });

  it('but one that was asked for stays', async () => {
    const { machine, told } = await speaking({ deviceId: 'desk' });
    machine.prefer('head');
    await settle();
    expect(told).toEqual([]);
    expect(machine.asked).toEqual(['audio:desk']);
  });

  it('twice in a row: the last one counts', async () => {
    const { machine, told } = await speaking({}, 'mic:desk', 'mic:head', 'mic:ear');
    const release = machine.hold();
    machine.prefer('head');
    await settle();
    machine.prefer('ear');
    await settle();
    release();
    await settle();
    expect(told).toEqual(['now head (head): defaultChanged', 'now ear (ear): defaultChanged']);
    expect(machine.live).toHaveLength(1);
  });

  it.each([
    ['is broken', new DOMException('broken', 'OperationError')],
    ['another program holds', inUse],
  ])('one that %s changes nothing', async (_, failure) => {
    const world = await speaking();
    const { machine, told } = world;
    machine.failure = failure;
    machine.prefer('head');
    await settle();
    expect(told).toEqual([]);
    expect(stateOf(world)).toEqual({ label: 'Default - desk', paused: false, loss: null, live: 1 });
  });
});

describe('races', () => {
  it.each(['close', 'leave'] as const)('%s() while it is opened again stops what comes', async (call) => {
    const { machine, microphone, room, told, server, clock } = await speaking({ deviceId: 'head' });
    const release = machine.hold();
    machine.unplug('head');
    await settle();
    await (call === 'close' ? microphone.close() : room.leave());
    release();
    await settle();
    expect(machine.live).toEqual([]);
    expect(told).toEqual([]);
    expect(server.methods()).toHaveLength(1);
    expect(machine.listeners).toBe(0);
    expect(clock.pending).toBe(call === 'close' ? joinedTimers : 0);
  });

  it('resume() shares what is under way, and ends with it when it is closed', async () => {
    const { machine, microphone } = await speaking();
    const release = machine.hold();
    machine.unplug('desk');
    await settle();
    const resumed = microphone.resume();
    const rejected = expect(resumed).rejects.toMatchObject({ code: 'closed' });
    await settle();
    expect(machine.asked).toHaveLength(2);
    await microphone.close();
    release();
    await rejected;
    expect(machine.live).toEqual([]);
  });

  it('a device that the app chooses meanwhile wins', async () => {
    const { machine, microphone, told } = await speaking({ deviceId: 'head' }, 'mic:desk', 'mic:head', 'mic:ear');
    const release = machine.hold();
    machine.unplug('head');
    await settle();
    const switched = microphone.switchDevice('ear');
    release();
    await switched;
    await settle();
    expect(microphone.track.label).toBe('ear');
    expect(told.at(-1)).toBe('now ear (ear): local');
    expect(machine.live).toHaveLength(1);
  });

  it('a track of the app’s meanwhile wins', async () => {
    const { machine, microphone, told } = await speaking({ deviceId: 'head' });
    const release = machine.hold();
    machine.unplug('head');
    await settle();
    const own = fakeTrack('audio');
    await microphone.replaceTrack(own);
    release();
    await settle();
    expect(microphone.track).toBe(own);
    expect(machine.live).toEqual([]);
    expect(told).toEqual([]);
  });

  it('pause() meanwhile holds', async () => {
    const { machine, microphone, told } = await speaking({ deviceId: 'head' });
    const release = machine.hold();
    machine.unplug('head');
    await settle();
    await microphone.pause();
    release();
    await settle();
    expect(microphone).toMatchObject({ paused: true, loss: null });
    expect(told).toEqual(['paused by local: a wish', 'now Default - desk (default): deviceLost']);
  });

  it('a device that comes while it is looked for is not missed', async () => {
    const { machine, told } = await speaking({}, 'mic:desk');
    const release = machine.hold();
    machine.failure = inUse;
    machine.unplug('desk');
    await settle();
    machine.plug('mic:head');
    await settle();
    release();
    const again = machine.hold();
    await settle();
    machine.failure = undefined;
    again();
    await settle();
    expect(told.slice(1)).toEqual(['now Default - head (default): deviceLost', 'resumed by local']);
  });

  it('a switch that fails after the one before was closed brings that one back', async () => {
    const world = await speaking({ deviceId: 'desk' });
    const { machine, microphone, told } = world;
    machine.taken.add('head');
    await expect(microphone.switchDevice('head')).rejects.toMatchObject({ code: 'deviceInUse' });
    await settle();
    expect(told).toEqual(['now desk (desk): trackEnded']);
    expect(stateOf(world)).toMatchObject({ paused: false, loss: null, live: 1 });
  });

  it('a switch that fails while there is none looks for no other', async () => {
    const { machine, microphone } = await speaking({}, 'mic:desk');
    machine.unplug('desk');
    await settle();
    await microphone.pause();
    const asked = machine.asked.length;
    await expect(microphone.switchDevice('head')).rejects.toMatchObject({ code: 'deviceNotFound' });
    await settle();
    expect(machine.asked).toHaveLength(asked + 1);
    machine.plug('mic:head');
    await microphone.switchDevice('head');
    expect(microphone).toMatchObject({ paused: true, loss: null });
  });

  it('a rejoin without a track publishes nothing; the track that comes is published', async () => {
    const { machine, microphone, server, room, clock, told } = await speaking({}, 'mic:desk');
    machine.unplug('desk');
    await settle();
    server.drop();
    await settle();
    server.received.length = 0;
    const reconnected = room.waitFor('reconnected');
    clock.advance(1000);
    await reconnected;
    await settle();
    expect(server.methods()).not.toContain('produce');
    expect(microphone.closed).toBe(false);
    machine.plug('mic:head');
    await settle();
    expect(server.methods().filter((method) => method === 'produce')).toHaveLength(1);
    expect(microphone).toMatchObject({ paused: false, loss: null });
    expect(told.at(-1)).toBe('resumed by local');
  });

  it('a device that is lost and found while the connection is away is what comes back', async () => {
    const { machine, microphone, server, room, clock } = await speaking();
    server.drop();
    await settle();
    machine.unplug('desk');
    await settle();
    const reconnected = room.waitFor('reconnected');
    clock.advance(1000);
    await reconnected;
    await settle();
    expect(server.methods()).toContain('produce');
    expect(microphone).toMatchObject({ paused: false, loss: null, closed: false });
    expect(microphone.track.label).toBe('Default - head');
  });

  it.each([
    ['before', ['replace', 'produce']],
    ['after', ['produce', 'replace']],
  ] as const)('a device changed %s it is published anew is published once, with the new track', async (_, order) => {
    const { machine, microphone, server, room, clock, engine } = await speaking({ deviceId: 'desk' });
    const sent = () =>
      [...engine.sessions].flatMap(({ sendTransports }) => [...sendTransports].flatMap((one) => [...one.producers]));
    const replacing = engine.hold('replaceTrack');
    const switching = microphone.switchDevice('head');
    await replacing.reached();
    const producing = engine.hold('produce');
    server.drop();
    await settle();
    clock.advance(1000);
    await producing.reached();
    for (const what of order) {
      (what === 'replace' ? replacing : producing).release();
      await settle();
    }
    await switching;
    await settle();
    expect(room.state).toBe('joined');
    expect(microphone.track.label).toBe('head');
    expect(sent().map(({ track }) => track === microphone.track)).toEqual([true]);
    expect(server.methods().filter((method) => method === 'produce')).toHaveLength(1);
    expect(machine.live).toHaveLength(1);
  });

  it('a device that goes while it is published anew is waited for', async () => {
    const { machine, microphone, server, clock, engine, told } = await speaking({}, 'mic:desk');
    const producing = engine.hold('produce');
    server.drop();
    await settle();
    clock.advance(1000);
    await producing.reached();
    machine.unplug('desk');
    engine.failNext('produce', new TureenError('mediaFailed', 'the track has ended'));
    producing.release();
    await settle();
    expect(microphone).toMatchObject({ closed: false, paused: true, loss: 'deviceLost' });
    machine.plug('mic:head');
    await settle();
    expect(microphone).toMatchObject({ paused: false, loss: null });
    expect(engine.counts.producers).toBe(1);
    expect(told).toEqual([
      'paused by local: deviceLost',
      'now Default - head (default): deviceLost',
      'resumed by local',
    ]);
  });

  it('a device that goes while it is published for the first time is lost', async () => {
    const { room, machine, engine, mediaDevices } = await atMachine('mic:desk');
    const hold = engine.hold('produce');
    const enabling = room.enableMicrophone({ mediaDevices });
    await settle();
    machine.unplug('desk');
    await settle();
    hold.release();
    const microphone = await enabling;
    await settle();
    expect(microphone).toMatchObject({ paused: true, loss: 'deviceLost' });
    await microphone.close();
    expect(machine.listeners).toBe(0);
  });
});

describe('a preset that is none', () => {
  it.each([
    null,
    5,
    Symbol('high'),
    { width: 640, height: 360, frameRate: 30 },
    { width: 640, height: 360, layers: [] },
  ])('%s is refused, and leaves no camera and no screen on', async (given) => {
    const preset = given as 'h720' & 'screen15';
    const { room, machine, mediaDevices } = await atMachine('cam:front');
    const error = { code: 'invalidArgument', message: expect.stringContaining('there is no preset') as string };
    await expect(room.enableCamera({ preset, mediaDevices })).rejects.toMatchObject(error);
    await expect(room.enableScreenShare({ preset, mediaDevices })).rejects.toMatchObject(error);
    expect([machine.live, room.producers.size]).toEqual([[], 0]);
  });
});
