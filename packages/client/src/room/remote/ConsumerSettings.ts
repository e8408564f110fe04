import { SyncedSetting } from '../../shared/SyncedSetting.ts';
import { connectionDropped } from '../../shared/commonErrors.ts';
import type { TureenError } from '../../shared/errors.ts';
import type { DialectSession, Layers } from '../ports.ts';

export interface ConsumerSettingsOptions {
  /** The session that knows the consumer, and its id there; null while there is none. */
  readonly current: () => { readonly session: DialectSession; readonly id: string } | null;
  /** The server refused to stop it, or to go on: this is what holds again. */
  readonly onStopRefused: (stopped: boolean) => void;
  readonly onLayersRefused: () => void;
}

/** Whether both say the same; null is all there is, or nothing. */
export const sameLayers = (a: Layers | null, b: Layers | null) =>
  a?.spatialLayer === b?.spatialLayer && a?.temporalLayer === b?.temporalLayer;

/** What is wanted of the server for one consumer. Outlives sessions: each is told what differs from how it starts. */
export class ConsumerSettings {
  /** Whether the server shall send nothing: paused here, or not subscribed. */
  readonly stopped: SyncedSetting<boolean>;
  /** Null: the highest. */
  readonly preferredLayers: SyncedSetting<Layers | null>;
  readonly priority: SyncedSetting<number>;

  constructor({ current, onStopRefused, onLayersRefused }: ConsumerSettingsOptions) {
    const isReady = () => current() !== null;
    const ask = () => {
      const now = current();
      if (now === null) throw connectionDropped();
      return now;
    };
    this.stopped = new SyncedSetting({
      initial: false,
      isReady,
      apply: (stopped) => ask().session.setConsumerPaused(ask().id, stopped),
      onRollback: onStopRefused,
    });
    this.preferredLayers = new SyncedSetting<Layers | null>({
      initial: null,
      isReady,
      equals: sameLayers,
      onRollback: onLayersRefused,
      apply: async (layers) => {
        if (layers !== null) await ask().session.setPreferredLayers(ask().id, layers);
      },
    });
    this.priority = new SyncedSetting({
      initial: 1,
      isReady,
      apply: (priority) => ask().session.setPriority(ask().id, priority),
    });
  }

  /** A new session has made the consumer, as servers make them: sending, the highest layers, priority 1. */
  restart(): void {
    this.stopped.restart(false);
    this.preferredLayers.restart(null);
    this.priority.restart(1);
  }

  /** The session goes on: what was wanted while it was away is told. `stopped` is what the server holds by. */
  resume(stopped: boolean): void {
    this.stopped.restart(stopped);
    this.preferredLayers.restart(this.preferredLayers.confirmed);
    this.priority.restart(this.priority.confirmed);
  }

  close(error: TureenError): void {
    this.stopped.close(error);
    this.preferredLayers.close(error);
    this.priority.close(error);
  }
}
