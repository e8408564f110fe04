import type { Call } from '../call/Call.ts';
import { h, setAttribute, setText } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';
import { DeviceNotice } from './DeviceNotice.ts';

/** Banners at the top of the stage for problems with the connection, the local devices, or the browser's autoplay policy. */
export class Banner {
  readonly element = h('div', { class: 'banners' });
  readonly #call: Call;
  readonly #text = h('span', {});
  readonly #reconnecting = h('div', { class: 'banner banner--warning', testid: 'banner' }, icon('offline'), this.#text);
  readonly #sound: HTMLElement;
  readonly #devices: readonly DeviceNotice[];

  constructor(call: Call) {
    this.#call = call;
    this.#sound = h(
      'div',
      { class: 'banner', testid: 'playback-banner' },
      icon('sound'),
      h('span', {}, 'Your browser blocks playback until you click.'),
      h(
        'button',
        {
          class: 'button button--small',
          testid: 'enable-sound-button',
          attrs: { type: 'button' },
          on: { click: () => void call.startPlayback() },
        },
        'Enable sound',
      ),
    );
    this.#devices = (['camera', 'microphone'] as const).map((source) => new DeviceNotice(call, source));
    const devices = this.#devices.map(({ element }) => element);
    const status = h('div', { class: 'banners__status', attrs: { role: 'status' } }, this.#reconnecting, ...devices);
    this.element.append(status, this.#sound);
    this.render();
  }

  render(): void {
    const { room, reconnecting, repairing, isPlaybackBlocked } = this.#call;
    this.#reconnecting.hidden = room.state !== 'reconnecting' && (room.state !== 'joined' || repairing.size === 0);
    if (room.state === 'joined') {
      setText(this.#text, interruptionText(repairing));
      setAttribute(this.#reconnecting, 'title', 'Media recovery is in progress');
    } else if (reconnecting !== null) {
      const { attempt, reason, waitingForNetwork } = reconnecting;
      const lost = `Connection lost. Reconnecting…${attempt > 1 ? ` (attempt ${attempt})` : ''}`;
      setText(this.#text, waitingForNetwork ? 'You are offline. The call continues when the network is back.' : lost);
      setAttribute(this.#reconnecting, 'title', reason);
    }
    this.#sound.hidden = !isPlaybackBlocked;
    for (const device of this.#devices) device.render();
  }
}

function interruptionText(repairing: ReadonlySet<'send' | 'recv'>): string {
  if (repairing.size > 1) return 'Audio and video are interrupted. Restoring…';
  return `${repairing.has('send') ? 'Your' : 'The others’'} audio and video are interrupted. Restoring…`;
}
