import { afterEach, describe, expect, it } from 'vitest';
import { TureenError } from '../../shared/errors.ts';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack, joinedTimers } from '@tureen/testkit/scripted/roomWorld';
import { atMachine, inUse, speaking, stateOf } from '../../test-support/roomAtMachine.ts';

afterEach(() => {
  Reflect.deleteProperty(navigator, 'permissions');
});

describe('a change of devices', () => {
  it.each(['close', 'leave'] as const)('stops the captured track on %s() during a capture', async (call) => {
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

  it('shares the pending capture with resume(), which rejects when the producer closes', async () => {
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

  it('lets switchDevice() during a capture take precedence', async () => {
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

  it('lets replaceTrack() during a capture take precedence', async () => {
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

  it('keeps pause() during a capture in effect', async () => {
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

  it('captures a device next that is plugged in during a failing capture', async () => {
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

  it('recaptures the old device when switchDevice() fails after closing that device', async () => {
    const world = await speaking({ deviceId: 'desk' });
    const { machine, microphone, told } = world;
    machine.taken.add('head');
    await expect(microphone.switchDevice('head')).rejects.toMatchObject({ code: 'deviceInUse' });
    await told.reaches(1);
    expect(told).toEqual(['now desk (desk): trackEnded']);
    expect(stateOf(world)).toMatchObject({ paused: false, loss: null, live: 1 });
  });

  it('captures no other device when switchDevice() fails without a live track', async () => {
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

  it('publishes nothing at a rejoin without a live track, and then the next track', async () => {
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

  it('publishes a device that was replaced while the room reconnects after the rejoin', async () => {
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
  ] as const)('publishes a device that changed %s the republication once, with the new track', async (_, order) => {
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
      // The effects of the one settle before the other starts: the test depends on the order.
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

  it('publishes a device that was lost during the republication once it is replaced', async () => {
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

  it('pauses the producer for a device that was lost during the first publication', async () => {
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
