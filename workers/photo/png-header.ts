import type { PhotoHeader } from "./header.ts";

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** What a picture is made of. Texts, profiles, frames of an animation and the rest stay behind, unread. */
const needed = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);
/** Colour type -> samples of a pixel. */
const channels = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

/** Throws RangeError when it is cut off. */
export const pngHeader = (bytes: Uint8Array): PhotoHeader | undefined => {
  if (!signature.every((byte, n) => bytes[n] === byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = [bytes.subarray(0, 8)];
  let size: { width: number; height: number } | undefined;
  for (let at = 8; ; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 12 + length;
    if (end > bytes.byteLength) return undefined;
    // The first chunk, and only the first, says the size.
    if ((type === "IHDR") !== (at === 8)) return undefined;
    if (type === "IHDR") {
      if (length !== 13 || !channels.has(view.getUint8(at + 17))) return undefined;
      size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    }
    if (needed.has(type)) parts.push(bytes.subarray(at, end));
    at = end;
    if (type === "IEND") break;
  }
  return size && { format: "png", ...size, orientation: 1, picture: joined(parts) };
};

/** Bytes that a picture's data inflate to, at most: interlaced ones have up to twice as many rows, each with a byte in front. */
export const inflatedBytes = (picture: Uint8Array): number => {
  const view = new DataView(picture.buffer, picture.byteOffset, picture.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const bits = view.getUint8(24) * (channels.get(view.getUint8(25)) ?? 4);
  return Math.ceil((width * bits) / 8) * height + 2 * (height + width) + 64;
};

/** The compressed data, of all chunks. */
export const pngData = (picture: Uint8Array): Uint8Array<ArrayBuffer> => {
  const view = new DataView(picture.buffer, picture.byteOffset, picture.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = 8; at < picture.byteLength; at += 12 + view.getUint32(at))
    if (view.getUint32(at + 4) === 0x49444154) parts.push(picture.subarray(at + 8, at + 8 + view.getUint32(at)));
  return joined(parts);
};

const joined = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
};
