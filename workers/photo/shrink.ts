import { isOnItsSide, placeOf } from "./orientation.ts";

/** Pixels as RGBA, row by row. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8Array | Uint8ClampedArray;
}

const rowsOfSlice = 150;

/** What of the old rows or columns goes into each new one: the first, how many, and their weights, which are 1 together. */
interface Shares {
  first: Uint32Array;
  count: Uint32Array;
  /** `most` of them for each new one. */
  weights: Float32Array;
  most: number;
}

const sharesOf = (from: number, to: number): Shares => {
  const step = from / to;
  const most = Math.ceil(step) + 1;
  const shares = { first: new Uint32Array(to), count: new Uint32Array(to), weights: new Float32Array(to * most), most };
  for (let n = 0; n < to; n++) {
    const start = n * step;
    const end = Math.min(start + step, from);
    const first = Math.min(Math.floor(start), from - 1);
    const count = Math.max(1, Math.ceil(end - 1e-6) - first);
    shares.first[n] = first;
    shares.count[n] = count;
    for (let i = 0; i < count; i++)
      shares.weights[n * most + i] = (Math.min(end, first + i + 1) - Math.max(start, first + i)) / (end - start);
  }
  return shares;
};

/** Whether anything shines through. A loop of its own: the other loops are the quicker for it, and photos have none. */
const letsThrough = (data: Pixels["data"]): boolean => {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
  return false;
};

/** Lays the pixels on white, in their own place. */
const layOnWhite = (data: Pixels["data"]): void => {
  for (let at = 0; at < data.length; at += 4) {
    const opaque = (data[at + 3] ?? 0) / 255;
    for (let n = at; n < at + 3; n++) data[n] = Math.round((data[n] ?? 0) * opaque + 255 * (1 - opaque));
    data[at + 3] = 255;
  }
};

/**
 * Makes a picture so small that no side is longer than `longest`, on white where it lets through, and turned upright. Each new pixel
 * is the mean of the area that it stands for. One row is worked on at a time, so it takes little more memory than what comes out;
 * the pixels that came in may be changed.
 *
 * @param breathe between slices of some ten milliseconds
 */
export const shrink = async (
  pixels: Pixels,
  longest: number,
  orientation: number,
  breathe: () => Promise<void>,
): Promise<Pixels> => {
  const { width, height, data } = pixels;
  if (letsThrough(data)) layOnWhite(data);
  const scale = Math.min(1, longest / Math.max(width, height));
  if (scale === 1 && orientation === 1) return pixels;
  const newWidth = Math.max(1, Math.round(width * scale));
  const newHeight = Math.max(1, Math.round(height * scale));
  const columns = sharesOf(width, newWidth);
  const rows = sharesOf(height, newHeight);
  const turned = isOnItsSide(orientation);
  const out = new Uint8ClampedArray(newWidth * newHeight * 4).fill(255);
  const place = placeOf(orientation, newWidth, newHeight);
  const stride = turned ? newHeight : newWidth;
  const sums = new Float32Array(width * 4);
  for (let y = 0; y < newHeight; y++) {
    if (y % rowsOfSlice === 0) await breathe();
    sums.fill(0);
    const first = rows.first[y] ?? 0;
    const count = rows.count[y] ?? 0;
    for (let n = 0; n < count; n++) addRow(sums, data, (first + n) * width * 4, rows.weights[y * rows.most + n] ?? 0);
    for (let x = 0; x < newWidth; x++) {
      const [toX, toY] = place(x, y);
      meanOf(sums, columns, x, out, (toY * stride + toX) * 4);
    }
  }
  return turned ? { width: newHeight, height: newWidth, data: out } : { width: newWidth, height: newHeight, data: out };
};

const addRow = (sums: Float32Array, data: Pixels["data"], row: number, weight: number): void => {
  for (let n = 0; n < sums.length; n++) sums[n] = (sums[n] as number) + (data[row + n] as number) * weight;
};

const meanOf = (
  sums: Float32Array,
  { first, count, weights, most }: Shares,
  x: number,
  out: Uint8ClampedArray,
  to: number,
) => {
  let red = 0;
  let green = 0;
  let blue = 0;
  let at = (first[x] as number) * 4;
  const end = x * most + (count[x] as number);
  for (let n = x * most; n < end; n++) {
    const weight = weights[n] as number;
    red += (sums[at] as number) * weight;
    green += (sums[at + 1] as number) * weight;
    blue += (sums[at + 2] as number) * weight;
    at += 4;
  }
  // Rounded by the array.
  out[to] = red;
  out[to + 1] = green;
  out[to + 2] = blue;
};
