import { type Rect, type Size, cameraGrid, gridLayout, screenGrid } from './gridLayout.ts';

export interface StageLayout {
  /** In the order of the screens. */
  readonly screens: readonly Rect[];
  /** In the order of the cameras. */
  readonly cameras: readonly Rect[];
  /** Taller than the area where the tiles would have become too small: the stage scrolls then. */
  readonly height: number;
}

const clamp = (value: number, min: number, max: number) => Math.min(Math.max(value, min), max);

/** Cameras fill the stage; with a screen there, it takes the most of it, and the cameras a strip beside or below. */
export function stageLayout(cameraCount: number, screenCount: number, area: Size): StageLayout {
  if (screenCount === 0) return withHeight([], gridLayout(cameraCount, area, cameraGrid), area);
  if (cameraCount === 0) return withHeight(gridLayout(screenCount, area, screenGrid), [], area);
  const { gap } = cameraGrid;
  if (area.width > area.height * 1.1) {
    const stripWidth = clamp(area.width * 0.2, 140, 320);
    const x = area.width - stripWidth;
    return withHeight(
      gridLayout(screenCount, { width: x - gap, height: area.height }, screenGrid),
      shift(gridLayout(cameraCount, { width: stripWidth, height: area.height }, cameraGrid), x, 0),
      area,
    );
  }
  const stripHeight = clamp(area.height * 0.3, 96, 260);
  const y = area.height - stripHeight;
  return withHeight(
    gridLayout(screenCount, { width: area.width, height: y - gap }, screenGrid),
    shift(gridLayout(cameraCount, { width: area.width, height: stripHeight }, cameraGrid), 0, y),
    area,
  );
}

function shift(rects: readonly Rect[], x: number, y: number): Rect[] {
  return rects.map((rect) => ({ ...rect, x: rect.x + x, y: rect.y + y }));
}

function withHeight(screens: readonly Rect[], cameras: readonly Rect[], area: Size): StageLayout {
  const height = Math.max(area.height, ...[...screens, ...cameras].map((rect) => rect.y + rect.height));
  return { screens, cameras, height };
}
