import { deflateSync } from "node:zlib";
import { decodeJpeg, encodeJpeg } from "../../workers/photo/codecs.ts";
import type { Pixels } from "../../workers/photo/shrink.ts";
import { codecModules } from "./codecs.ts";

/** What must not come through: it stands in everything that is no pixel. */
export const canary = "CANARY-52.3702N-4.8952E";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 255);
export const u32 = (value: number): Uint8Array =>
  Uint8Array.of((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
export const joined = (...parts: (Uint8Array | string)[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === "string" ? ascii(part) : part))));

/** The colour of each quarter of a picture that stands upright. */
export const quarters = {
  topLeft: [220, 30, 30],
  topRight: [30, 180, 30],
  bottomLeft: [30, 30, 220],
  bottomRight: [230, 220, 40],
} as const;

/** A picture of four colours with a little grain, as a camera has. @param alpha of the lower half */
export const picture = (width: number, height: number, alpha = 255): Pixels => {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 4) {
      const left = x < width / 2;
      const lower = y >= height / 2;
      const [red, green, blue] = lower
        ? left
          ? quarters.bottomLeft
          : quarters.bottomRight
        : left
          ? quarters.topLeft
          : quarters.topRight;
      const grain = ((x * 7919 + y * 104729) % 13) - 6;
      data[at] = red + grain;
      data[at + 1] = green + grain;
      data[at + 2] = blue + grain;
      data[at + 3] = lower ? alpha : 255;
    }
  return { width, height, data };
};

/** The same picture as a camera on its side keeps it, to be turned by EXIF's 6 (a quarter to the right). */
export const onItsSide = ({ width, height, data }: Pixels): Pixels => {
  const turned = new Uint8Array(data.length);
  // Row r of what is kept is the column of what is seen, from below: kept (x, y) is seen at (height' - 1 - y, x).
  for (let y = 0; y < width; y++)
    for (let x = 0; x < height; x++) {
      const from = (x * width + (width - 1 - y)) * 4;
      turned.set(data.subarray(from, from + 4), (y * height + x) * 4);
    }
  return { width: height, height: width, data: turned };
};

/** A TIFF block as EXIF has it: how to turn it, a GPS directory with a place, and the canary as the camera's maker. */
export const tiff = (orientation: number): Uint8Array => {
  const maker = joined(canary, "\0");
  const entry = (tag: number, type: number, count: number, value: Uint8Array) =>
    joined(u16(tag), u16(type), u32(count), value);
  const directory = 8;
  const after = directory + 2 + 3 * 12 + 4;
  const gps = after + maker.byteLength;
  return joined(
    "MM\0*",
    u32(directory),
    u16(3),
    entry(0x010f, 2, maker.byteLength, u32(after)),
    entry(0x0112, 3, 1, joined(u16(orientation), u16(0))),
    entry(0x8825, 4, 1, u32(gps)),
    u32(0),
    maker,
    u16(1),
    entry(0x001d, 2, 11, u32(gps + 2 + 12 + 4)),
    u32(0),
    "2026:11:28\0",
  );
};

const segment = (marker: number, body: Uint8Array): Uint8Array =>
  joined(Uint8Array.of(0xff, marker), u16(body.byteLength + 2), body);

/** Puts into a JPEG what phones and editors put there, and something behind its end. */
export const withMetadata = (jpeg: Uint8Array, orientation: number): Uint8Array =>
  joined(
    jpeg.subarray(0, 2),
    segment(0xe1, joined("Exif\0\0", tiff(orientation))),
    segment(0xe1, joined("http://ns.adobe.com/xap/1.0/\0", `<x:xmpmeta>${canary}</x:xmpmeta>`)),
    segment(0xe2, joined("ICC_PROFILE\0", Uint8Array.of(1, 1), canary)),
    segment(0xed, joined("Photoshop 3.0\0", canary)),
    segment(0xfe, ascii(canary)),
    jpeg.subarray(2),
    `<script>${canary}</script>`,
  );

/** What a phone held upright sends: on its side, with EXIF, XMP, a colour profile and a comment. */
export const phoneJpeg = async (width: number, height: number, quality = 70): Promise<Uint8Array> =>
  withMetadata(await encodeJpeg(onItsSide(picture(width, height)), quality, codecModules), 6);

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
const crc = (bytes: Uint8Array): number => {
  let c = 0xffffffff;
  for (const byte of bytes) c = (crcTable[(c ^ byte) & 255] as number) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
};

export const pngChunk = (type: string, body: Uint8Array): Uint8Array => {
  const typed = joined(type, body);
  return joined(u32(body.byteLength), typed, u32(crc(typed)));
};

const pngSignature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A PNG with this header and these rows (each with its filter byte), whatever the one says of the other. */
export const pngOf = (
  header: { width: number; height: number; depth?: number; colour?: number },
  rows: Uint8Array,
  more: readonly Uint8Array[] = [],
): Uint8Array => {
  const { width, height, depth = 8, colour = 6 } = header;
  return joined(
    pngSignature,
    pngChunk("IHDR", joined(u32(width), u32(height), Uint8Array.of(depth, colour, 0, 0, 0))),
    ...more,
    pngChunk("IDAT", deflateSync(rows)),
    pngChunk("IEND", new Uint8Array()),
  );
};

/** A PNG of pixels with what editors add, and something behind its end. */
export const pngWithMetadata = ({ width, height, data }: Pixels): Uint8Array => {
  const rows = new Uint8Array((width * 4 + 1) * height);
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * width * 4, (y + 1) * width * 4), y * (width * 4 + 1) + 1);
  const more = [
    pngChunk("tEXt", joined("Comment\0", canary)),
    pngChunk("iCCP", joined("p\0\0", deflateSync(ascii(canary)))),
    pngChunk("eXIf", tiff(1)),
    pngChunk("iTXt", joined("XML:com.adobe.xmp\0\0\0\0\0", canary)),
  ];
  return joined(pngOf({ width, height }, rows, more), canary);
};

const u32le = (value: number): Uint8Array => u32(value).reverse();
const riffChunk = (type: string, body: Uint8Array): Uint8Array =>
  joined(type, u32le(body.byteLength), body, body.byteLength % 2 === 1 ? Uint8Array.of(0) : "");

/** Makes a simple WebP an extended one with EXIF, XMP and a colour profile. */
export const webpWithMetadata = (webp: Uint8Array, { width, height }: Pixels, orientation: number): Uint8Array => {
  const [w, h] = [u32le(width - 1).subarray(0, 3), u32le(height - 1).subarray(0, 3)];
  // One that lets through is an extended one already.
  const simple = webp.subarray(String.fromCharCode(...webp.subarray(12, 16)) === "VP8X" ? 30 : 12);
  const body = joined(
    "WEBP",
    riffChunk("VP8X", joined(Uint8Array.of(0b111100, 0, 0, 0), w, h)),
    riffChunk("ICCP", ascii(canary)),
    simple,
    riffChunk("EXIF", tiff(orientation)),
    riffChunk("XMP ", ascii(canary)),
  );
  return joined("RIFF", u32le(body.byteLength), body, canary);
};

/** The mean colour in the middle of each quarter of what the server answered. */
export const seenQuarters = async (jpeg: Uint8Array) => {
  const { width, height, data } = await decodeJpeg(jpeg, codecModules);
  const meanAt = (x: number, y: number): number[] => {
    const sums = [0, 0, 0];
    for (let dy = -4; dy < 4; dy++)
      for (let dx = -4; dx < 4; dx++)
        for (const n of [0, 1, 2])
          sums[n] = (sums[n] ?? 0) + (data[((Math.round(y) + dy) * width + Math.round(x) + dx) * 4 + n] ?? 0) / 64;
    return sums;
  };
  return {
    width,
    height,
    topLeft: meanAt(width / 4, height / 4),
    topRight: meanAt((3 * width) / 4, height / 4),
    bottomLeft: meanAt(width / 4, (3 * height) / 4),
    bottomRight: meanAt((3 * width) / 4, (3 * height) / 4),
  };
};

/** The largest difference of one colour from another. */
export const difference = (seen: readonly number[], wanted: readonly number[]): number =>
  Math.max(...wanted.map((value, n) => Math.abs(value - (seen[n] ?? Number.NaN))));
