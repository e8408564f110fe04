export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

export interface GridOptions {
  /** Between tiles, px. */
  readonly gap: number;
  /** Aspect ratio of the pictures, width by height. */
  readonly pictureAspect: number;
  /** Smallest and largest aspect ratio of a tile. */
  readonly minAspect: number;
  readonly maxAspect: number;
  /** Smallest width of a tile, px. The grid grows taller than its area rather than go below. */
  readonly minTileWidth: number;
}

interface Candidate {
  readonly columns: number;
  readonly tile: Size;
  readonly score: number;
}

const clamp = (value: number, min: number, max: number) => Math.min(Math.max(value, min), max);

/** Cameras are cropped to their tile, which may be taller where the area is. */
export function cameraGrid({ width, height }: Size): GridOptions {
  const isPortrait = height > width;
  return {
    gap: 8,
    pictureAspect: isPortrait ? 1 : 16 / 9,
    minAspect: isPortrait ? 2 / 3 : 4 / 3,
    maxAspect: 16 / 9,
    minTileWidth: 96,
  };
}

/** Screens are shown whole, so the tile takes the whole cell. */
export const screenGrid: GridOptions = {
  gap: 8,
  pictureAspect: 16 / 9,
  minAspect: 1 / 2,
  maxAspect: 3,
  minTileWidth: 160,
};

/**
 * Places `count` tiles so that as much of the pictures as possible is visible. Of all column counts, the layout with the largest
 * visible picture area per tile wins.
 */
export function gridLayout(count: number, area: Size, options: GridOptions): Rect[] {
  if (count === 0 || area.width <= 0 || area.height <= 0) return [];
  let best: Candidate | null = null;
  for (let columns = 1; columns <= count; columns += 1) {
    const candidate = fit(count, columns, area, options);
    if (best === null || candidate.score > best.score) best = candidate;
  }
  if (best === null) return [];
  const minTileWidth = Math.min(options.minTileWidth, area.width);
  return place(count, best.tile.width < minTileWidth ? narrowest(area, options, minTileWidth) : best, area, options);
}

function fit(count: number, columns: number, area: Size, options: GridOptions): Candidate {
  const rows = Math.ceil(count / columns);
  const cell = {
    width: (area.width - options.gap * (columns - 1)) / columns,
    height: (area.height - options.gap * (rows - 1)) / rows,
  };
  if (cell.width <= 0 || cell.height <= 0) return { columns, tile: { width: 0, height: 0 }, score: -1 };
  const aspect = clamp(cell.width / cell.height, options.minAspect, options.maxAspect);
  const width = Math.min(cell.width, cell.height * aspect);
  const tile = { width, height: width / aspect };
  const ratio = aspect / options.pictureAspect;
  return { columns, tile, score: tile.width * tile.height * Math.min(ratio, 1 / ratio) };
}

/** Returns the layout with the smallest allowed tiles in as many columns as fit. Ignores the height of the area. */
function narrowest(area: Size, { gap, pictureAspect }: GridOptions, minTileWidth: number): Candidate {
  const columns = Math.max(1, Math.floor((area.width + gap) / (minTileWidth + gap)));
  const width = (area.width - gap * (columns - 1)) / columns;
  return { columns, tile: { width, height: width / pictureAspect }, score: 0 };
}

function place(count: number, { columns, tile }: Candidate, area: Size, { gap }: GridOptions): Rect[] {
  const rows = Math.ceil(count / columns);
  const height = rows * tile.height + gap * (rows - 1);
  const top = Math.max(0, (area.height - height) / 2);
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = (area.width - inRow * tile.width - gap * (inRow - 1)) / 2;
    return {
      x: left + (index - row * columns) * (tile.width + gap),
      y: top + row * (tile.height + gap),
      width: tile.width,
      height: tile.height,
    };
  });
}
