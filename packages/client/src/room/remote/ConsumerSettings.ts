import { SyncedSetting } from '../../shared/SyncedSetting.ts';
import { connectionDropped } from '../../shared/commonErrors.ts';
import type { TureenError } from '../../shared/errors.ts';
import type { DialectSession } from '../DialectPort.ts';
import type { Layers } from '../entityInfo.ts';

export interface ConsumerSettingsOptions {
  /** Returns the session that has the consumer, and the consumer's ID there. Null while there is none. */
  readonly current: () => { readonly session: DialectSession; readonly id: string } | null;
  /** The server refused to stop the consumer, or to resume it. `isStopped` is the server's state. */
  readonly onStopRefused: (isStopped: boolean) => void;
  readonly onLayersRefused: () => void;
}

/** Compares layers; null stands for the highest, or for none. */
export const sameLayers = (a: Layers | null, b: Layers | null) =>
  a?.spatialLayer === b?.spatialLayer && a?.temporalLayer === b?.temporalLayer;

/** Settings of one consumer, kept across sessions. Sends each session those that differ from the server's defaults. */
export class ConsumerSettings {
  /** Whether the server must send nothing: paused by the app, or not subscribed. */
  readonly stopped: SyncedSetting<boolean>;
  /** Null: the highest layers. */
  readonly preferredLayers: SyncedSetting<Layers | null>;
  readonly priority: SyncedSetting<number>;

  constructor({ current, onStopRefused, onLayersRefused }: ConsumerSettingsOptions) {
    const isReady = () => current() !== null;
    const requireCurrent = () => {
      const found = current();
      if (found === null) throw connectionDropped();
      return found;
    };
    this.stopped = new SyncedSetting({
      initial: false,
      isReady,
      apply: (isStopped) => requireCurrent().session.setConsumerPaused(requireCurrent().id, isStopped),
      onRollback: onStopRefused,
    });
    this.preferredLayers = new SyncedSetting<Layers | null>({
      initial: null,
      isReady,
      equals: sameLayers,
      onRollback: onLayersRefused,
      apply: async (layers) => {
        if (layers !== null) await requireCurrent().session.setPreferredLayers(requireCurrent().id, layers);
      },
    });
    this.priority = new SyncedSetting({
      initial: 1,
      isReady,
      apply: (priority) => requireCurrent().session.setPriority(requireCurrent().id, priority),
    });
  }

  /** A new session has the consumer with the server's defaults: not paused, the highest layers, priority 1. */
  restart(): void {
    this.stopped.restart(false);
    this.preferredLayers.restart(null);
    this.priority.restart(1);
  }

  /** The session was resumed. `isStopped`: the server's state. Sends changes made meanwhile. */
  resume(isStopped: boolean): void {
    this.stopped.restart(isStopped);
    this.preferredLayers.restart(this.preferredLayers.confirmed);
    this.priority.restart(this.priority.confirmed);
  }

  close(error: TureenError): void {
    this.stopped.close(error);
    this.preferredLayers.close(error);
    this.priority.close(error);
  }
}
