import { convertIndexedToRgb, type DecodedPng, decode } from "fast-png";
import { limits } from "../../protocol/limits.ts";
import { inflatedBytes, pngData } from "./png-header.ts";
import type { Pixels } from "./shrink.ts";

/** A filter's byte a row, and what interlacing adds. */
const slack = 64 * 1024;

/** Bytes that are inflated at once: some four megabytes come of them at most. */
const fed = 4_096;

/** Decodes a PNG. @param picture of readHeader: without chunks that a decoder would inflate for nothing */
export const decodePng = async (picture: Uint8Array): Promise<Pixels> => {
  await checkInflated(picture);
  return toPixels(decode(picture));
};

/** Data may inflate a thousandfold: counted in pieces that are thrown away, before anything takes the whole. */
const checkInflated = async (picture: Uint8Array): Promise<void> => {
  const most = inflatedBytes(picture);
  // Samples of 16 bits take twice the memory of a pixel: of such there may be half as many.
  if (most > limits.photoSourcePixels * 4 + slack) throw new Error("too deep for its size");
  const { readable, writable } = new DecompressionStream("deflate");
  const data = pngData(picture);
  const writer = writable.getWriter();
  // A little at a time: whatever is written is inflated at once, and a thousand times as much may come of it.
  const feeding = (async () => {
    for (let at = 0; at < data.byteLength; at += fed) await writer.write(data.slice(at, at + fed));
    await writer.close();
  })();
  // What goes wrong in it is told by reading.
  feeding.catch(() => undefined);
  const inflated = readable.getReader();
  for (let size = 0; ; ) {
    const { done, value } = await inflated.read();
    if (done) return;
    size += value.byteLength;
    if (size > most) {
      await Promise.allSettled([inflated.cancel(), writer.abort()]);
      throw new Error("more data than pixels");
    }
  }
};

const toPixels = (png: DecodedPng): Pixels => {
  const { width, height } = png;
  const { samples, channels, shift } = samplesOf(png);
  // As it is: a copy would be a fourth one in memory.
  if (samples instanceof Uint8Array && channels === 4) return { width, height, data: samples };
  const data = new Uint8Array(width * height * 4);
  const grey = channels < 3;
  const opaque = channels % 2 === 1;
  for (let from = 0, to = 0; to < data.length; from += channels, to += 4) {
    data[to] = (samples[from] ?? 0) >> shift;
    data[to + 1] = (samples[grey ? from : from + 1] ?? 0) >> shift;
    data[to + 2] = (samples[grey ? from : from + 2] ?? 0) >> shift;
    data[to + 3] = opaque ? 255 : (samples[from + channels - 1] ?? 0) >> shift;
  }
  return { width, height, data };
};

const samplesOf = (png: DecodedPng) => {
  const { width, height, depth, channels, data } = png;
  if (png.palette === undefined && depth >= 8) return { samples: data, channels, shift: depth - 8 };
  // Grey of less than a byte is a palette of greys.
  const most = 2 ** depth - 1;
  const greys = Array.from({ length: most + 1 }, (_, n) =>
    Array.from({ length: 3 }, () => Math.round((255 * n) / most)),
  );
  const samples = convertIndexedToRgb({ ...png, palette: png.palette ?? greys });
  return { samples, channels: samples.length / (width * height), shift: 0 };
};
