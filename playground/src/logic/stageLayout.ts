import { type Rect, type Size, cameraGrid, gridLayout, screenGrid } from './gridLayout.ts';

export interface StageLayout {
  /** Rectangles in the order of the screens. */
  readonly screens: readonly Rect[];
  /** Rectangles in the order of the cameras. */
  readonly cameras: readonly Rect[];
  /** Exceeds the height of the area where tiles would become too small. The stage scrolls then. */
  readonly height: number;
}

const gap = 8;
const clamp = (value: number, min: number, max: number) => Math.min(Math.max(value, min), max);

/** Cameras fill the stage. A shared screen takes the largest part, and the cameras a strip beside or below it. */
export function stageLayout(cameraCount: number, screenCount: number, area: Size): StageLayout {
  if (screenCount === 0) return withHeight([], gridLayout(cameraCount, area, cameraGrid(area)), area);
  if (cameraCount === 0) return withHeight(gridLayout(screenCount, area, screenGrid), [], area);
  const cameras = (strip: Size) => gridLayout(cameraCount, strip, cameraGrid(area));
  if (area.width > area.height * 1.1) {
    const unused = area.width - gap - (area.height * 16) / 9;
    const stripWidth = clamp(unused, clamp(area.width * 0.2, 140, 320), area.width * 0.35);
    const x = area.width - stripWidth;
    return withHeight(
      gridLayout(screenCount, { width: x - gap, height: area.height }, screenGrid),
      shift(cameras({ width: stripWidth, height: area.height }), x, 0),
      area,
    );
  }
  const unused = area.height - gap - (screenCount * (area.width * 9)) / 16;
  const stripHeight = clamp(unused, clamp(area.height * 0.3, 96, 260), area.height * 0.6);
  const y = area.height - stripHeight;
  return withHeight(
    gridLayout(screenCount, { width: area.width, height: y - gap }, screenGrid),
    shift(cameras({ width: area.width, height: stripHeight }), 0, y),
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
