import type { Consumer } from '@tureen/client';
import { type StatsLine, consumerLine, producerLine } from '../call/statsText.ts';
import type { TileModel } from '../call/tiles.ts';
import { h, setAttribute } from '../ui/dom.ts';

/** Statistics over a tile's picture. With simulcast, also buttons for the highest layer. */
export class TileStats {
  // Focusable, because it scrolls in a small tile.
  readonly element = h('div', {
    class: 'tile-stats',
    testid: 'tile-stats',
    attrs: { role: 'group', 'aria-label': 'Stats', tabindex: 0 },
  });
  readonly #lines = h('dl', {});
  readonly #layers = h('div', { class: 'tile-stats__layers', attrs: { role: 'group', 'aria-label': 'Highest layer' } });
  readonly #onFailed: (error: unknown) => void;

  constructor(onFailed: (error: unknown) => void) {
    this.#onFailed = onFailed;
    this.element.append(this.#lines, this.#layers);
  }

  render({ consumers, producers }: TileModel, video: HTMLVideoElement): void {
    const size = video.videoWidth === 0 ? [] : [{ label: 'picture', text: `${video.videoWidth}×${video.videoHeight}` }];
    const lines = [...size, ...consumers.map(consumerLine), ...producers.map(producerLine)];
    this.#renderLines(lines);
    this.#renderLayers(consumers.find((consumer) => consumer.kind === 'video' && consumer.type !== 'simple'));
  }

  #renderLines(lines: readonly StatsLine[]): void {
    const text = lines.map(({ label, text }) => `${label} ${text}`).join('\n');
    if (this.#lines.dataset.text === text) return;
    this.#lines.dataset.text = text;
    this.#lines.replaceChildren(...lines.flatMap(({ label, text }) => [h('dt', {}, label), h('dd', {}, text)]));
  }

  #renderLayers(consumer: Consumer | undefined): void {
    const count = consumer === undefined ? 0 : Math.max(consumer.score?.producerScores.length ?? 0, 1);
    this.#layers.hidden = count < 2;
    if (consumer === undefined || count < 2) return;
    // Each button belongs to the consumer that it was made for.
    const key = `${consumer.producerId} ${count}`;
    if (this.#layers.dataset.key !== key) {
      this.#layers.dataset.key = key;
      this.#layers.replaceChildren(...Array.from({ length: count }, (_, layer) => this.#layerButton(consumer, layer)));
    }
    const wanted = consumer.preferredLayers?.spatialLayer ?? count - 1;
    [...this.#layers.children].forEach((button, layer) => {
      setAttribute(button, 'aria-pressed', String(layer === wanted));
    });
  }

  #layerButton(consumer: Consumer, spatialLayer: number): HTMLElement {
    return h(
      'button',
      {
        testid: 'tile-layer',
        attrs: {
          type: 'button',
          'data-layer': spatialLayer,
          'aria-label': `S${spatialLayer}: receive this spatial layer at most`,
        },
        on: {
          click: () => {
            consumer.setPreferredLayers({ spatialLayer }).catch(this.#onFailed);
          },
        },
      },
      `S${spatialLayer}`,
    );
  }
}
