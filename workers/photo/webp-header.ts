import type { PhotoHeader } from "./header.ts";
import { orientationOf } from "./orientation.ts";

/** Throws RangeError when it is cut off. */
export const webpHeader = (bytes: Uint8Array): PhotoHeader | undefined => {
  const word = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (word(0) !== "RIFF" || word(8) !== "WEBP") return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = view.getUint32(4, true) + 8;
  if (end > bytes.byteLength) return undefined;
  let size: Size | undefined;
  let canvas: Size | undefined;
  let orientation = 1;
  for (let at = 12; at + 8 <= end; ) {
    const length = view.getUint32(at + 4, true);
    const data = at + 8;
    switch (word(at)) {
      case "VP8X":
        canvas = { width: 1 + three(view, data + 4), height: 1 + three(view, data + 7) };
        break;
      case "ANIM":
      case "ANMF":
        return undefined;
      case "VP8 ":
      case "VP8L":
        // Of two pictures a decoder takes the first.
        size ??= word(at) === "VP8 " ? lossy(view, data) : lossless(view, data);
        if (size === undefined) return undefined;
        break;
      case "EXIF": {
        // Some writers keep JPEG's `Exif\0\0` in front.
        const tiff = word(data) === "Exif" ? data + 6 : data;
        orientation = orientationOf(bytes.subarray(tiff, data + length));
      }
    }
    at = data + length + (length % 2);
  }
  if (size === undefined) return undefined;
  if (canvas !== undefined && (canvas.width !== size.width || canvas.height !== size.height)) return undefined;
  return { format: "webp", ...size, orientation, picture: bytes.subarray(0, end) };
};

interface Size {
  width: number;
  height: number;
}

const three = (view: DataView, at: number): number => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;

/** RFC 6386, 9.1: a key frame, its start code, then both sides in 14 bits. */
const lossy = (view: DataView, at: number): Size | undefined => {
  if (view.getUint8(at) % 2 !== 0 || three(view, at + 3) !== 0x2a019d) return undefined;
  return { width: view.getUint16(at + 6, true) % 0x4000, height: view.getUint16(at + 8, true) % 0x4000 };
};

/** RFC 9649, 3.4: a signature, then both sides less one in 14 bits. */
const lossless = (view: DataView, at: number): Size | undefined => {
  if (view.getUint8(at) !== 0x2f) return undefined;
  const bits = view.getUint32(at + 1, true);
  return { width: (bits % 0x4000) + 1, height: (Math.floor(bits / 0x4000) % 0x4000) + 1 };
};
