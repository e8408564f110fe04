import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { defaults, deviations, withDefaults } from '@tureen/testkit/genuine-v2/deviations';
import { GenuineSubject } from '@tureen/testkit/genuine-v2/GenuineSubject';
import { normalize } from '@tureen/testkit/genuine-v2/normalize';
import { record, written } from '@tureen/testkit/genuine-v2/recording';
import { play } from '@tureen/testkit/genuine-v2/scenario';
import { TureenSubject } from '@tureen/testkit/genuine-v2/TureenSubject';
import { fileOf } from '@tureen/testkit/markdown/markdown';

const carriers = ['protoo 3', 'protoo 2'] as const;
const endings = ['leave', 'kick', 'room closed'] as const;
const orders = [false, true];
const plays = carriers.flatMap((carrier) =>
  endings.flatMap((ending) => orders.map((inOrder) => ({ carrier, ending, inOrder }))),
);

describe.each(plays)('a call on the genuine mediasoup 2.6.19, $carrier, in order: $inOrder, $ending', (scenario) => {
  it('sends the frames of the genuine mediasoup-client 2.4.11, except the listed deviations', async () => {
    let ours: TureenSubject | undefined;
    const genuine = await play((server, name) => new GenuineSubject(server, name), scenario);
    const tureen = await play((server, name) => (ours = new TureenSubject(server, name)), scenario);

    let expected = withDefaults(normalize(genuine.steps));
    for (const { rewrite } of deviations) expected = rewrite(expected, scenario);
    const actual = withDefaults(normalize(tureen.steps));
    // Step by step, so that a failure says where.
    for (const [index, scene] of actual.entries()) expect(scene).toEqual(expected[index]);
    expect(actual).toHaveLength(expected.length);
    expect(tureen.server.worker.requests.toSorted()).toEqual(genuine.server.worker.requests.toSorted());
    expect(ours?.failures).toEqual([]);
    expect(ours?.room.state).toBe('left');
  });
});

describe('the genuine mediasoup 2.6.19 and mediasoup-client 2.4.11', () => {
  it('still differ from Tureen in each listed deviation', async () => {
    const scenario = { carrier: 'protoo 2', ending: 'kick' } as const;
    const genuine = await play((server, name) => new GenuineSubject(server, name), scenario);
    let scenes = withDefaults(normalize(genuine.steps));
    for (const { what, rewrite } of deviations) {
      const next = rewrite(scenes, scenario);
      expect(next, what).not.toEqual(scenes);
      scenes = next;
    }
  });

  it('still send the recorded call on which the protocol and the server are tested', async () => {
    await expect(written(await record())).toMatchFileSnapshot(
      fileURLToPath(fileOf('packages/protocol/src/mediasoup-v2/fixtures/genuineCall.json')),
    );
  });

  it('omit each listed default that Tureen sends, or the reverse', async () => {
    const scenario = { carrier: 'protoo 3', ending: 'leave' } as const;
    const genuine = await play((server, name) => new GenuineSubject(server, name), scenario);
    const tureen = await play((server, name) => new TureenSubject(server, name), scenario);
    const text = (steps: typeof genuine.steps) => JSON.stringify(normalize(steps).flatMap(({ lines }) => lines));
    const said = (one: string, field: string) => one.split(`"${field}":`).length;
    for (const { field } of defaults) {
      const last = field.split('.').at(-1) ?? '';
      expect(said(text(genuine.steps), last), field).not.toBe(said(text(tureen.steps), last));
    }
  });
});
