import { describe, expect, it } from 'vitest';
import { type Rect, type Size, cameraGrid, gridLayout } from './gridLayout.ts';
import { stageLayout } from './stageLayout.ts';

const phone = { width: 344, height: 560 };
const laptop = { width: 1424, height: 780 };

const overlaps = (a: Rect, b: Rect) =>
  a.x < b.x + b.width - 0.01 &&
  b.x < a.x + a.width - 0.01 &&
  a.y < b.y + b.height - 0.01 &&
  b.y < a.y + a.height - 0.01;
const isInside = (rect: Rect, area: Size) =>
  rect.x >= -0.01 &&
  rect.y >= -0.01 &&
  rect.x + rect.width <= area.width + 0.01 &&
  rect.y + rect.height <= area.height + 0.01;
const columnsOf = (rects: readonly Rect[]) => new Set(rects.map((rect) => Math.round(rect.x))).size;

describe('gridLayout', () => {
  it('places every tile inside the area without overlap', () => {
    for (const area of [phone, laptop, { width: 900, height: 900 }]) {
      for (let count = 1; count <= 12; count += 1) {
        const rects = gridLayout(count, area, cameraGrid(area));
        expect(rects).toHaveLength(count);
        expect(rects.every((rect) => isInside(rect, area))).toBe(true);
        expect(rects.some((rect, index) => rects.slice(index + 1).some((other) => overlaps(rect, other)))).toBe(false);
      }
    }
  });

  it('stacks two people on a phone and places them side by side on a wide screen', () => {
    expect(columnsOf(gridLayout(2, phone, cameraGrid(phone)))).toBe(1);
    expect(columnsOf(gridLayout(2, laptop, cameraGrid(laptop)))).toBe(2);
  });

  it('places four people two by two, also on a phone', () => {
    expect(columnsOf(gridLayout(4, phone, cameraGrid(phone)))).toBe(2);
    expect(columnsOf(gridLayout(4, laptop, cameraGrid(laptop)))).toBe(2);
  });

  it('gives a single person the whole width of a phone', () => {
    expect(gridLayout(1, phone, cameraGrid(phone))[0]?.width).toBe(phone.width);
  });

  it('centers an incomplete last row', () => {
    const [, , third] = gridLayout(3, { width: 1000, height: 800 }, cameraGrid(laptop));
    expect((third?.x ?? 0) + (third?.width ?? 0) / 2).toBeCloseTo(500);
  });

  it('keeps every tile between its smallest and largest aspect ratio', () => {
    const options = cameraGrid(phone);
    for (let count = 1; count <= 12; count += 1) {
      for (const { width, height } of gridLayout(count, phone, options)) {
        expect(width / height).toBeGreaterThanOrEqual(options.minAspect - 0.001);
        expect(width / height).toBeLessThanOrEqual(options.maxAspect + 0.001);
      }
    }
  });

  it('grows beyond the area before tiles become too small', () => {
    const rects = gridLayout(80, phone, cameraGrid(phone));
    expect(Math.min(...rects.map((rect) => rect.width))).toBeGreaterThanOrEqual(cameraGrid(phone).minTileWidth);
    expect(Math.max(...rects.map((rect) => rect.y + rect.height))).toBeGreaterThan(phone.height);
  });

  it('places no tile in an empty area', () => {
    expect(gridLayout(3, { width: 0, height: 0 }, cameraGrid(laptop))).toEqual([]);
    expect(gridLayout(0, laptop, cameraGrid(laptop))).toEqual([]);
  });
});

describe('stageLayout', () => {
  it('gives a shared screen the larger part, and the cameras a strip beside it on a wide stage', () => {
    const { screens, cameras } = stageLayout(3, 1, laptop);
    expect(screens[0]?.width).toBeGreaterThan(laptop.width * 0.7);
    expect(cameras.every((rect) => rect.x > (screens[0]?.width ?? 0))).toBe(true);
  });

  it('puts the strip below the screen on a phone', () => {
    const { screens, cameras } = stageLayout(3, 1, phone);
    expect(screens[0]?.width).toBe(phone.width);
    expect(cameras.every((rect) => rect.y >= (screens[0]?.y ?? 0) + (screens[0]?.height ?? 0))).toBe(true);
  });

  it('reports its height when the tiles exceed the area', () => {
    expect(stageLayout(2, 0, phone).height).toBe(phone.height);
    expect(stageLayout(80, 1, phone).height).toBeGreaterThan(phone.height);
  });
});
