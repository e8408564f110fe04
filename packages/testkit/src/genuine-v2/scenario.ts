import { type Frame, GenuineServer, type GenuineServerOptions } from './GenuineServer.ts';
import { GenuineSubject } from './GenuineSubject.ts';
import type { Subject } from './Subject.ts';

/** Frames between subject and server, and notifications to the other peer, in one step of the scenario. */
export interface Step {
  readonly name: string;
  readonly frames: readonly Frame[];
  /** Notifications that bob received in this step. */
  readonly bobHeard: readonly Frame[];
  readonly state: unknown;
  /** Frames between the server and all three peers. */
  readonly everything: GenuineServer['log'];
}

export type Ending = 'leave' | 'kick' | 'room closed';

export interface Scenario extends GenuineServerOptions {
  readonly ending: Ending;
}

/**
 * A call between alice, the subject, and bob, who always runs the genuine client, in a room of the genuine server. Later carol joins and
 * leaves. The actions are the same for every program of alice.
 */
export async function play(make: (server: GenuineServer, name: string) => Subject, { ending, ...options }: Scenario) {
  const server = new GenuineServer(options);
  const bob = new GenuineSubject(server, 'bob');
  const alice = make(server, 'alice');
  const steps: Step[] = [];
  const seen = { alice: 0, bob: 0 };
  const newFrames = (name: 'alice' | 'bob') => {
    const frames = server.framesOf(name).slice(seen[name]);
    seen[name] += frames.length;
    return frames;
  };
  const step = async (name: string, act: () => unknown) => {
    const from = server.log.length;
    await act();
    await server.exchangesDone();
    const bobHeard = newFrames('bob').filter((frame) => frame.from === 'server' && frame.kind !== 'response');
    steps.push({
      name,
      frames: newFrames('alice'),
      bobHeard,
      state: alice.state(),
      everything: server.log.slice(from),
    });
  };

  await step('bob joins', () => bob.join());
  await step('bob sends audio', () => bob.publish('audio'));
  await step('bob sends video', () => bob.publish('video', { simulcast: true }));
  await step('bob pauses audio', () => {
    bob.setProducerPaused('audio', true);
  });
  await step('join', () => alice.join());
  await step('bob resumes audio', () => {
    bob.setProducerPaused('audio', false);
  });
  await step('send audio', () => alice.publish('audio'));
  await step('send video', () => alice.publish('video', { simulcast: true }));
  await step('pause video', () => {
    alice.setProducerPaused('video', true);
  });
  await step('resume video', () => {
    alice.setProducerPaused('video', false);
  });
  await step('bob pauses video', () => {
    bob.setProducerPaused('video', true);
  });
  await step('bob resumes video', () => {
    bob.setProducerPaused('video', false);
  });
  await step('pause the consumer', () => {
    alice.setConsumerPaused('video', true);
  });
  await step('resume the consumer', () => {
    alice.setConsumerPaused('video', false);
  });
  const atServer = () => server.peer('alice');
  const consumer = () => atServer().consumers.find(({ kind }) => kind === 'video');
  const producer = () => atServer().producers.find(({ kind }) => kind === 'audio');
  await step('the server pauses the consumer', () => consumer()?.pause({ why: 'quota' }));
  await step('bob pauses video meanwhile', () => {
    bob.setProducerPaused('video', true);
  });
  await step('bob resumes video meanwhile', () => {
    bob.setProducerPaused('video', false);
  });
  await step('the server resumes the consumer', () => consumer()?.resume());
  await step('prefer low', () => {
    alice.prefer('video', 'low');
  });
  await step('prefer low again', () => {
    alice.prefer('video', 'low');
  });
  await step('the server prefers medium', () => {
    consumer()?.setPreferredProfile('medium');
  });
  await step('ask for a key frame', () => {
    alice.requestKeyFrame('video');
  });
  for (const of of ['transports', 'producers', 'consumers'] as const) {
    await step(`enable stats of ${of}`, () => {
      alice.enableStats(of, 2000);
    });
    await step(`disable stats of ${of}`, () => {
      alice.disableStats(of);
    });
  }
  await step('restart ICE', () => {
    alice.restartIce();
  });
  await step('bob adds a screen', () => bob.publish('video', { source: 'screen' }));
  await step('bob closes video', () => {
    bob.closeProducer('video');
  });
  await step('the server pauses audio', () => producer()?.pause({ why: 'moderator' }));
  await step('the server resumes audio', () => producer()?.resume());
  await step('the server closes audio', () => producer()?.close({ why: 'moderator' }));
  await step('close video', () => {
    alice.closeProducer('video');
  });
  await step('send video again', () => alice.publish('video'));
  const carol = new GenuineSubject(server, 'carol');
  await step('carol joins', () => carol.join());
  await step('carol sends', () => carol.publish('audio'));
  await step('carol leaves', () => {
    carol.leave();
  });
  await step(ending, () => {
    if (ending === 'leave') alice.leave();
    else if (ending === 'kick') atServer().close({ why: 'moderator' });
    else server.room.close();
  });
  bob.leave();
  await server.exchangesDone();
  return { steps, server };
}
