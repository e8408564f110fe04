import { expect, it } from 'vitest';
import { codeIn, pageOf, rowsOf, sectionOf } from '@tureen/testkit/markdown/markdown';
import { ServerMetrics } from './ServerMetrics.ts';
import { PreparedPeers } from '../rooms/PreparedPeers.ts';

it('docs/server-monitoring.md describes every metric', async () => {
  const metrics = new ServerMetrics({
    registry: {
      list: () => [],
      roomCount: 0,
      returns: { away: 0, back: 0 },
      lostMessages: 0,
      prepared: new PreparedPeers(1),
      earlyKeyFrames: { requested: 0, used: 0, missed: 0 },
    },
    backend: { workers: [], on: () => undefined as never },
    sendBudget: { heldBytes: 0 },
    keys: { status: { state: 'ok', ageMs: 0, fetchFailures: 0 } },
    logLinesLost: () => 0,
  });
  const names = [...(await metrics.text()).matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
  metrics.close();

  const rows = rowsOf(sectionOf(pageOf('docs/server-monitoring.md'), 'Prometheus metrics'));
  const described = rows
    .flatMap(([cell = '']) => codeIn(cell))
    .filter((name) => /^(tureen|process|nodejs)_/.test(name));
  expect(described.map((name) => name.replace(/\{.*/, '')).toSorted()).toEqual(names.toSorted());
});
