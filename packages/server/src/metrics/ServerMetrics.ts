import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Registry } from 'prom-client';
import type { EndReason } from '@tureen/protocol/common';
import type { RemoteKeys } from '../auth/RemoteKeys.ts';
import type { MediaBackend } from '../engine/MediaBackend.ts';
import { connectionEnds } from '../http/connectionEnds.ts';
import type { ConnectionEndReason } from '../http/connectionEnds.ts';
import { descriptorLimit } from '../http/DescriptorGuard.ts';
import type { EntryCounters } from '../http/HttpEntry.ts';
import type { SendBudget } from '../http/SendBudget.ts';
import type { CountedMessage, MessageCounters } from '../protoo/ProtooConnection.ts';
import type { RoomRegistry } from '../rooms/RoomRegistry.ts';
import { methodName } from './methodName.ts';

/** Parts that {@link ServerMetrics} measures. */
export interface MeasuredParts {
  readonly registry: Pick<
    RoomRegistry,
    'list' | 'roomCount' | 'returns' | 'lostMessages' | 'prepared' | 'earlyKeyFrames'
  >;
  readonly backend: Pick<MediaBackend, 'workers' | 'on'>;
  readonly sendBudget: Pick<SendBudget, 'heldBytes'>;
  /** Undefined where the keys of tokens come from no URL. */
  readonly keys?: Pick<RemoteKeys, 'status'> | undefined;
  /** Returns the number of lost log lines since the start. */
  readonly logLinesLost: () => number;
}

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/**
 * Metrics of `GET /metrics`, for Prometheus. No label contains the ID of a room or a peer: IDs are unlimited in number, and
 * private.
 */
export class ServerMetrics implements EntryCounters, MessageCounters {
  /** `text/plain` with the version of the format. */
  readonly contentType: string;
  readonly #registry = new Registry();
  readonly #delay = monitorEventLoopDelay({ resolution: 20 });
  readonly #connections: Counter<'dialect'>;
  readonly #messages: Counter<'dialect' | 'kind' | 'method'>;
  readonly #badMessages: Counter<'dialect'>;
  readonly #refusedRequests: Counter<'dialect'>;
  readonly #refusals: Counter<'status' | 'reason'>;
  readonly #descriptorRefusals: Counter;
  readonly #ends: Counter<'reason'>;
  readonly #dropped: Counter<'dialect'>;
  /** Functions that set the gauges before each response. */
  readonly #looks: (() => void)[] = [];

  constructor(parts: MeasuredParts) {
    this.contentType = this.#registry.contentType;
    this.#connections = this.#counter('connections_total', 'Accepted connections', ['dialect']);
    this.#messages = this.#counter('messages_total', 'Messages from clients', ['dialect', 'kind', 'method']);
    this.#badMessages = this.#counter('bad_messages_total', 'Unreadable messages from clients', ['dialect']);
    this.#refusals = this.#counter('refusals_total', 'Refused connections', ['status', 'reason']);
    this.#refusedRequests = this.#counter('refused_requests_total', 'Refused requests', ['dialect']);
    this.#descriptorRefusals = this.#counter(
      'descriptor_refusals_total',
      'TCP connections closed because file descriptors ran out',
      [],
    );
    this.#ends = this.#counter('connections_ended_total', 'Connections closed by the server', ['reason']);
    // Sets every reason to 0 at the start: an alert on the first event needs the zero before it.
    for (const reason of connectionEnds) this.#ends.inc({ reason }, 0);
    this.#dropped = this.#counter('dropped_messages_total', 'Messages dropped for slow clients', ['dialect']);
    this.#measureWorkers(parts);
    this.#measureRooms(parts);
    this.#measureReturns(parts);
    this.#measureLosses(parts);
    this.#measureKeyFrames(parts);
    this.#measureDelay();
    this.#measureBuffers(parts);
    this.#measureKeys(parts);
    this.#measureLogs(parts);
    this.#measureProcess();
  }

  countConnection(dialect: string): void {
    this.#connections.inc({ dialect });
  }

  countMessage(dialect: string, { kind, method, data }: CountedMessage): void {
    // A response has no method name.
    const name = method === undefined ? '' : methodName(dialect, method, data);
    this.#messages.inc({ dialect, kind, method: name });
  }

  countBadMessage(dialect: string): void {
    this.#badMessages.inc({ dialect });
  }

  countRefusedRequest(dialect: string): void {
    this.#refusedRequests.inc({ dialect });
  }

  countEnd(reason: ConnectionEndReason): void {
    this.#ends.inc({ reason });
  }

  countDropped(dialect: string): void {
    this.#dropped.inc({ dialect });
  }

  countRefusal(status: number, reason: EndReason): void {
    this.#refusals.inc({ status: String(status), reason });
  }

  countDescriptorRefusal(): void {
    this.#descriptorRefusals.inc();
  }

  /** Returns the current metrics. */
  text(): Promise<string> {
    for (const look of this.#looks) look();
    return this.#registry.metrics();
  }

  close(): void {
    this.#delay.disable();
  }

  #measureWorkers({ backend }: MeasuredParts): void {
    const hangs = this.#counter('worker_hangs_total', 'Times that a media worker stopped responding', []);
    const kills = this.#counter('worker_kills_total', 'Media workers killed because they did not respond', []);
    const deaths = this.#counter('worker_deaths_total', 'Media workers that exited unexpectedly or were killed', []);
    backend.on('workerSuspect', () => {
      hangs.inc();
    });
    backend.on('workerKilled', () => {
      kills.inc();
    });
    backend.on('workerDied', () => {
      deaths.inc();
    });
    const workers = this.#gauge('workers', 'Media workers by state: running, suspect (no response) or dead', ['state']);
    this.#looks.push(() => {
      for (const state of ['running', 'suspect', 'dead'] as const)
        workers.set({ state }, backend.workers.filter((worker) => worker.state === state).length);
    });
  }

  #measureRooms({ registry }: MeasuredParts): void {
    const transports = this.#gauge('transports', 'WebRTC transports', []);
    const producers = this.#gauge('producers', 'Producers', ['kind']);
    const consumers = this.#gauge('consumers', 'Consumers', ['kind']);
    const peers = this.#gauge('peers', 'Joined peers', ['dialect']);
    const away = this.#gauge('peers_away', 'Disconnected peers within their grace period', ['dialect']);
    const prepared = this.#gauge('peers_prepared', 'Peers that prepared their join and have not joined', []);
    const rooms = this.#gauge('rooms', 'Rooms', []);
    this.#looks.push(() => {
      prepared.set(registry.prepared.size);
      rooms.set(registry.roomCount);
      for (const gauge of [transports, producers, consumers, peers, away]) gauge.reset();
      for (const peer of registry.list().flatMap((room) => room.peers)) {
        peers.inc({ dialect: peer.dialect });
        if (peer.reconnecting) away.inc({ dialect: peer.dialect });
        transports.inc(peer.transports.length);
        for (const { kind } of peer.producers) producers.inc({ kind });
        for (const { kind } of peer.consumers) consumers.inc({ kind });
      }
    });
  }

  #measureReturns({ registry }: MeasuredParts): void {
    const lost = this.#counter('peers_away_total', 'Times that a peer disconnected with a grace period', []);
    const back = this.#counter('peers_back_total', 'Times that a disconnected peer resumed', []);
    let before = { away: 0, back: 0 };
    this.#looks.push(() => {
      const now = { ...registry.returns };
      lost.inc(now.away - before.away);
      back.inc(now.back - before.back);
      before = now;
    });
  }

  #measureLosses({ registry }: MeasuredParts): void {
    const counter = this.#counter('lost_data_messages_total', 'Data channel messages dropped for slow clients', []);
    let before = 0;
    this.#looks.push(() => {
      counter.inc(registry.lostMessages - before);
      before = registry.lostMessages;
    });
  }

  #measureKeyFrames({ registry }: MeasuredParts): void {
    const requests = this.#counter(
      'early_key_frame_requests_total',
      'Key frames requested before the DTLS handshake of a receiver ended',
      [],
    );
    const receivers = this.#counter('early_key_frames_total', 'Receivers of early key frames by outcome', ['outcome']);
    let before = { requested: 0, used: 0, missed: 0 };
    this.#looks.push(() => {
      const now = { ...registry.earlyKeyFrames };
      requests.inc(now.requested - before.requested);
      for (const outcome of ['used', 'missed'] as const) receivers.inc({ outcome }, now[outcome] - before[outcome]);
      before = now;
    });
  }

  #measureBuffers({ sendBudget }: MeasuredParts): void {
    const gauge = this.#gauge('buffered_bytes', 'Unsent bytes of all clients', []);
    this.#looks.push(() => {
      gauge.set(sendBudget.heldBytes);
    });
  }

  #measureKeys({ keys }: MeasuredParts): void {
    if (keys === undefined) return;
    const failed = this.#counter('token_key_failures_total', 'Failed attempts to fetch the token keys', []);
    const age = this.#gauge('token_key_age_seconds', 'Time since the token keys were fetched; NaN without keys', []);
    let before = 0;
    this.#looks.push(() => {
      const { fetchFailures, ageMs = Number.NaN } = keys.status;
      failed.inc(fetchFailures - before);
      before = fetchFailures;
      age.set(ageMs / 1000);
    });
  }

  #measureLogs({ logLinesLost }: MeasuredParts): void {
    const lost = this.#counter('log_lines_lost_total', 'Lost log lines', []);
    let before = 0;
    this.#looks.push(() => {
      const now = logLinesLost();
      lost.inc(now - before);
      before = now;
    });
  }

  #measureDelay(): void {
    this.#delay.enable();
    const gauge = this.#gauge(
      'event_loop_delay_seconds',
      'Delay of the event loop since the last request for metrics',
      ['quantile'],
    );
    this.#looks.push(() => {
      for (const quantile of [0.5, 0.99, 1]) {
        const delay = this.#delay.percentile(quantile * 100) / NANOSECONDS;
        gauge.set({ quantile: String(quantile) }, Number.isFinite(delay) ? delay : 0);
      }
      this.#delay.reset();
    });
  }

  /** Adds metrics under the names that Prometheus uses for every process. */
  #measureProcess(): void {
    const registers = [this.#registry];
    const resident = new Gauge({
      name: 'process_resident_memory_bytes',
      help: 'Memory of the main process',
      registers,
    });
    const heap = new Gauge({
      name: 'nodejs_heap_size_used_bytes',
      help: 'JavaScript heap of the main process',
      registers,
    });
    const used = new Counter({ name: 'process_cpu_seconds_total', help: 'CPU time of the main process', registers });
    const maxFds = descriptorLimit();
    if (maxFds !== undefined) {
      const help = 'Maximum number of file descriptors of the main process';
      new Gauge({ name: 'process_max_fds', help, registers }).set(maxFds);
      const open = new Gauge({
        name: 'process_open_fds',
        help: 'Open file descriptors of the main process',
        registers,
      });
      this.#looks.push(() => {
        open.set(countDescriptors());
      });
    }
    let before = 0;
    this.#looks.push(() => {
      const { rss, heapUsed } = process.memoryUsage();
      const { user, system } = process.cpuUsage();
      resident.set(rss);
      heap.set(heapUsed);
      used.inc((user + system - before) / MICROSECONDS);
      before = user + system;
    });
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name: `tureen_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #gauge<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Gauge<Label> {
    return new Gauge({ name: `tureen_${name}`, help, labelNames, registers: [this.#registry] });
  }
}

/** NaN where no descriptor is left to read the directory. */
function countDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return Number.NaN;
  }
}
