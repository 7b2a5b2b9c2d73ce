/** Pictures that have a header and nothing to decode, byte by byte. Names no runtime. */

export const bytesOf = (...parts: (readonly number[] | Uint8Array | string)[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === "string" ? [...part].map((c) => c.charCodeAt(0)) : [...part])),
  );
const u16 = (n: number): number[] => [(n >> 8) & 255, n & 255];
export const u32 = (n: number): number[] => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const u32le = (n: number): number[] => u32(n).reverse();
const three = (n: number): number[] => u32le(n).slice(0, 3);

export interface Size {
  width: number;
  height: number;
}

export const tiff = (orientation: number, little = false): Uint8Array =>
  little
    ? bytesOf("II*\0", u32le(8), [1, 0], [0x12, 0x01, 3, 0], u32le(1), u32le(orientation), u32le(0))
    : bytesOf("MM\0*", u32(8), u16(1), u16(0x0112), u16(3), u32(1), u16(orientation), [0, 0], u32(0));

export const segment = (marker: number, body: Uint8Array): Uint8Array =>
  bytesOf([0xff, marker], u16(body.length + 2), body);

export const frame = ({ width, height }: Size, components = 3): Uint8Array =>
  bytesOf([8], u16(height), u16(width), [components], new Uint8Array(components * 3));

export const scan = segment(0xda, Uint8Array.of(1, 1, 0, 0, 63, 0));
/** Data of a scan: an escaped 0xff, a restart, and numbers. */
export const scanned = [1, 2, 0xff, 0x00, 3, 0xff, 0xd0, 4];

export const jpeg = (size: Size, { marker = 0xc0, orientation = 1, components = 3, scans = 1 } = {}): Uint8Array =>
  bytesOf(
    [0xff, 0xd8],
    segment(0xe1, bytesOf("Exif\0\0", tiff(orientation))),
    segment(marker, frame(size, components)),
    ...Array.from({ length: scans }, () => bytesOf(scan, scanned)),
    [0xff, 0xd9],
  );

export const chunk = (type: string, body: Uint8Array): Uint8Array =>
  bytesOf(u32(body.length), type, body, [0, 0, 0, 0]);

export const png = ({ width, height }: Size, { depth = 8, colour = 6, more = [] as Uint8Array[] } = {}): Uint8Array =>
  bytesOf(
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    chunk("IHDR", bytesOf(u32(width), u32(height), [depth, colour, 0, 0, 0])),
    ...more,
    chunk("IDAT", Uint8Array.of(1, 2, 3)),
    chunk("IDAT", Uint8Array.of(4)),
    chunk("IEND", new Uint8Array()),
  );

export const riffChunk = (type: string, body: Uint8Array): Uint8Array =>
  bytesOf(type, u32le(body.length), body, new Uint8Array(body.length % 2));
export const riff = (...chunks: Uint8Array[]): Uint8Array => {
  const body = bytesOf("WEBP", ...chunks);
  return bytesOf("RIFF", u32le(body.length), body);
};
export const lossy = ({ width, height }: Size, first = 0): Uint8Array =>
  riffChunk(
    "VP8 ",
    bytesOf([first, 0, 0, 0x9d, 0x01, 0x2a], [width & 255, width >> 8, height & 255, height >> 8], [9]),
  );
export const lossless = ({ width, height }: Size): Uint8Array =>
  riffChunk("VP8L", bytesOf([0x2f], u32le((width - 1) | ((height - 1) << 14)), [9]));
export const canvas = ({ width, height }: Size): Uint8Array =>
  riffChunk("VP8X", bytesOf([0, 0, 0, 0], three(width - 1), three(height - 1)));
