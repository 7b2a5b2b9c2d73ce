import type { PhotoHeader } from "./header.ts";
import { orientationOf } from "./orientation.ts";

/** Passes over the picture. Progressive ones of cameras and editors have about ten; each costs a decoder the whole picture. ours. */
const mostScans = 24;

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
/** Baseline, extended and progressive, with Huffman's code. */
const isReadable = (marker: number): boolean => marker >= 0xc0 && marker <= 0xc2;
/** `Exif\0\0` */
const exif = [0x45, 0x78, 0x69, 0x66, 0, 0];

/** Throws RangeError when it is cut off. */
export const jpegHeader = (bytes: Uint8Array): PhotoHeader | undefined => {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let size: { width: number; height: number } | undefined;
  let orientation = 1;
  let scans = 0;
  let at = 2;
  for (;;) {
    at = nextMarker(view, at);
    const marker = view.getUint8(at - 1);
    if (marker === 0xd9) break;
    // Markers without a length: a decoder steps over them.
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) continue;
    // A picture in a picture belongs into a segment, not here.
    if (marker === 0xd8) return undefined;
    const length = view.getUint16(at);
    if (length < 2) return undefined;
    if (isFrame(marker)) {
      const [height, width] = [view.getUint16(at + 3), view.getUint16(at + 5)];
      const components = view.getUint8(at + 7);
      // A second size, a size that comes later, more colours than grey or three: nothing that a camera sends.
      if (!isReadable(marker) || size !== undefined || (components !== 1 && components !== 3)) return undefined;
      size = { width, height };
    }
    if (marker === 0xe1 && exif.every((byte, n) => bytes[at + 2 + n] === byte))
      orientation = orientationOf(bytes.subarray(at + 8, at + length));
    at += length;
    if (marker === 0xda) {
      scans += 1;
      if (size === undefined || scans > mostScans) return undefined;
    }
  }
  if (size === undefined || scans === 0) return undefined;
  return { format: "jpeg", ...size, orientation, picture: bytes.subarray(0, at) };
};

/** The place after the next marker: what is no marker is a scan's data or padding, over which decoders step as well. */
const nextMarker = (view: DataView, from: number): number => {
  let at = from;
  for (;;) {
    while (view.getUint8(at) !== 0xff) at += 1;
    while (view.getUint8(at) === 0xff) at += 1;
    at += 1;
    if (view.getUint8(at - 1) !== 0) return at;
  }
};
