import type { MeasuredServer } from './MeasuredServer.ts';
import type { Scenario } from './scenarios.ts';

/** What a scenario cost a server. */
export interface Cost {
  readonly units: number;
  /** CPU time of all threads of the main process, from rest to rest, in ns. */
  readonly cpuNs: number;
  readonly workerCpuNs: number;
  /** Growth of the main process's resident memory, in bytes. */
  readonly bytes: number;
}

/** Runs a scenario on a server, from rest to rest. So work after the last response counts too. */
export async function costOf(server: MeasuredServer, scenario: Scenario): Promise<Cost> {
  const running = await scenario(server.url);
  await server.rest();
  const [cpuNs, workerCpuNs, bytes] = [server.cpuNs, server.workerCpuNs, server.residentBytes];
  const units = await running.work();
  await server.rest();
  const cost = {
    units,
    cpuNs: server.cpuNs - cpuNs,
    workerCpuNs: server.workerCpuNs - workerCpuNs,
    bytes: server.residentBytes - bytes,
  };
  await running.end();
  await server.rest();
  return cost;
}

/** Units for each second of CPU time. */
export const perCpuSecond = ({ units, cpuNs }: Cost): number => units / (cpuNs / 1e9);

/** Memory of each unit, in kB (1024 bytes). */
export const kilobytesEach = ({ units, bytes }: Cost): number => bytes / 1024 / units;
