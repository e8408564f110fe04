import type { Consumer } from '@tureen/client';
import type { TileModel } from '../call/tiles.ts';
import type { Rect } from '../logic/gridLayout.ts';
import { shortDialect } from '../logic/dialects.ts';
import { Avatar } from '../ui/Avatar.ts';
import { h, setAttribute, setText } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';
import { applySpeaker } from '../ui/speaker.ts';
import { TileStats } from './TileStats.ts';

/** One person, or one screen, on the stage. */
export class Tile {
  readonly element: HTMLLIElement;
  readonly #video: HTMLVideoElement;
  readonly #avatar = new Avatar();
  readonly #name = h('span', { class: 'tile__name', testid: 'tile-name' });
  readonly #dialect = h('span', { class: 'tile__dialect', testid: 'tile-dialect' });
  readonly #muted = h('span', { class: 'tile__muted', testid: 'tile-muted' }, icon('microphoneOff'));
  readonly #note = h('p', { class: 'tile__note', testid: 'tile-note' });
  readonly #stats: TileStats;
  readonly #attached = new Set<Consumer>();
  #localTrack: MediaStreamTrack | null = null;
  #model: TileModel;
  #showsStats = false;

  constructor(model: TileModel, onFailed: (error: unknown) => void) {
    this.#model = model;
    this.#stats = new TileStats(onFailed);
    this.#video = h('video', {
      class: 'tile__video',
      testid: 'tile-video',
      attrs: { playsinline: true, autoplay: true, tabindex: -1 },
      on: {
        resize: () => {
          this.#renderStats();
        },
      },
    });
    // The local microphone is not played back.
    this.#video.muted = model.isLocal;
    this.element = h(
      'li',
      {
        class: 'tile',
        testid: 'tile',
        attrs: { 'data-peer-id': model.peerId, 'data-kind': model.kind, 'data-local': String(model.isLocal) },
      },
      model.kind === 'camera' ? h('div', { class: 'tile__avatar' }, this.#avatar.element) : null,
      this.#video,
      this.#note,
      this.#stats.element,
      h('div', { class: 'tile__label' }, this.#muted, this.#name, this.#dialect),
      model.kind === 'screen' ? this.#fullscreenButton() : null,
    );
  }

  render(model: TileModel, { showsStats }: { showsStats: boolean }): void {
    this.#model = model;
    this.#showsStats = showsStats;
    if (model.isLocal) this.#showLocal(model);
    else this.#play(model.consumers);
    const { element } = this;
    setAttribute(element, 'data-microphone', model.microphone);
    setAttribute(element, 'data-camera', model.camera);
    setAttribute(element, 'data-speaking', String(model.isSpeaking));
    setAttribute(element, 'data-reconnecting', String(model.isReconnecting));
    setAttribute(element, 'aria-label', describe(model));
    this.#avatar.render(model.peerId, model.name);
    element.style.setProperty('--hue', this.#avatar.element.style.getPropertyValue('--hue'));
    setText(this.#name, caption(model));
    this.#muted.hidden = model.kind === 'screen' || model.microphone === 'on';
    this.#dialect.hidden = model.kind === 'screen' || model.dialect === null;
    setText(this.#dialect, model.dialect === null ? '' : shortDialect(model.dialect));
    this.#dialect.title = `Protocol: ${model.dialect ?? ''}`;
    const note = model.isReconnecting ? 'Reconnecting…' : model.note;
    this.#note.hidden = note === null;
    setText(this.#note, note ?? '');
    this.#renderStats();
  }

  place({ x, y, width, height }: Rect): void {
    const { style } = this.element;
    style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
    style.width = `${Math.round(width)}px`;
    style.height = `${Math.round(height)}px`;
    style.setProperty('--tile-size', `${Math.round(Math.min(width, height))}px`);
  }

  /** Plays the tile's sound on the chosen speaker. */
  applySpeaker(): void {
    if (!this.#model.isLocal) applySpeaker(this.#video);
  }

  close(): void {
    this.#play([]);
    this.#video.srcObject = null;
    this.element.remove();
  }

  #play(consumers: readonly Consumer[]): void {
    for (const consumer of this.#attached) {
      if (consumers.includes(consumer)) continue;
      consumer.detach(this.#video);
      this.#attached.delete(consumer);
    }
    for (const consumer of consumers) {
      if (this.#attached.has(consumer)) continue;
      this.#attached.add(consumer);
      consumer.attach(this.#video);
      applySpeaker(this.#video);
    }
  }

  #showLocal(model: TileModel): void {
    const track = model.producers.find((producer) => producer.kind === 'video')?.track ?? null;
    if (track !== this.#localTrack) {
      this.#localTrack = track;
      this.#video.srcObject = track === null ? null : new MediaStream([track]);
      // The next track or the removal of the tile interrupts `play()`. Neither needs a message.
      if (track !== null) this.#video.play().catch(() => {});
    }
    const isAway = track?.getSettings().facingMode === 'environment';
    setAttribute(this.element, 'data-mirrored', String(model.kind === 'camera' && !isAway));
  }

  #renderStats(): void {
    this.#stats.element.hidden = !this.#showsStats;
    if (this.#showsStats) this.#stats.render(this.#model, this.#video);
  }

  #fullscreenButton(): HTMLElement | null {
    if (!document.fullscreenEnabled) return null;
    return h(
      'button',
      {
        class: 'tile__fullscreen icon-button icon-button--small',
        testid: 'tile-fullscreen',
        attrs: { type: 'button', 'aria-label': 'Full screen', title: 'Full screen' },
        on: {
          click: () => {
            // Browsers refuse this only without a user gesture, and a click is one.
            if (document.fullscreenElement === null) this.element.requestFullscreen().catch(() => {});
            else void document.exitFullscreen();
          },
        },
      },
      icon('fullscreen'),
    );
  }
}

function caption({ kind, name, isLocal }: TileModel): string {
  if (kind === 'screen') return isLocal ? 'Your screen' : `${name}: screen`;
  return isLocal ? `${name} (you)` : name;
}

function describe(model: TileModel): string {
  if (model.kind === 'screen') return caption(model);
  const microphone = model.microphone === 'on' ? 'microphone on' : 'muted';
  const camera = model.camera === 'on' ? 'camera on' : 'camera off';
  return `${caption(model)}: ${microphone}, ${camera}`;
}
