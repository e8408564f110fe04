import type { Call } from '../call/Call.ts';
import { type TileModel, tilesOf } from '../call/tiles.ts';
import { stageLayout } from '../logic/stageLayout.ts';
import { h, setAttribute } from '../ui/dom.ts';
import { Tile } from './Tile.ts';

/** All tiles, as large as they fit. */
export class Stage {
  readonly element: HTMLElement;
  showsStats = false;
  readonly #call: Call;
  readonly #onFailed: (error: unknown) => void;
  readonly #list = h('ul', { class: 'stage__tiles', attrs: { 'aria-label': 'Participants' } });
  readonly #invitation: HTMLElement;
  readonly #tiles = new Map<string, Tile>();
  readonly #resizes = new ResizeObserver(() => {
    this.#place();
  });
  #models: readonly TileModel[] = [];

  constructor(call: Call, { invitation, onFailed }: { invitation: HTMLElement; onFailed: (error: unknown) => void }) {
    this.#call = call;
    this.#onFailed = onFailed;
    this.#invitation = invitation;
    this.element = h('div', { class: 'stage', testid: 'stage' }, this.#list, invitation);
    this.#resizes.observe(this.element);
  }

  render(): void {
    this.#models = tilesOf(this.#call);
    const keys = new Set(this.#models.map((model) => model.key));
    for (const [key, tile] of this.#tiles) {
      if (keys.has(key)) continue;
      tile.close();
      this.#tiles.delete(key);
    }
    for (const model of this.#models) {
      let tile = this.#tiles.get(model.key);
      if (tile === undefined) {
        tile = new Tile(model, this.#onFailed);
        this.#tiles.set(model.key, tile);
        this.#list.append(tile.element);
      }
      tile.render(model, { showsStats: this.showsStats });
    }
    this.#invitation.hidden = this.#call.room.peers.size > 0 || this.#models.length > 1;
    this.#place();
  }

  applySpeaker(): void {
    for (const tile of this.#tiles.values()) tile.applySpeaker();
  }

  close(): void {
    this.#resizes.disconnect();
    for (const tile of this.#tiles.values()) tile.close();
    this.#tiles.clear();
  }

  #place(): void {
    const screens = this.#models.filter((model) => model.kind === 'screen');
    const cameras = this.#models.filter((model) => model.kind === 'camera');
    const { clientWidth, clientHeight } = this.element;
    const layout = stageLayout(cameras.length, screens.length, { width: clientWidth, height: clientHeight });
    setAttribute(this.#list, 'data-screens', screens.length);
    this.#list.style.height = `${Math.ceil(layout.height)}px`;
    const placeAll = (models: readonly TileModel[], rects: typeof layout.cameras) => {
      models.forEach((model, index) => {
        const rect = rects[index];
        if (rect !== undefined) this.#tiles.get(model.key)?.place(rect);
      });
    };
    placeAll(screens, layout.screens);
    placeAll(cameras, layout.cameras);
  }
}
