import { jpegHeader } from "./jpeg-header.ts";
import { pngHeader } from "./png-header.ts";
import { webpHeader } from "./webp-header.ts";

/** What a picture says of itself before anything of it is decoded. */
export interface PhotoHeader {
  format: "jpeg" | "png" | "webp";
  width: number;
  height: number;
  /** How it must be turned, as EXIF numbers it: 1 to 8. */
  orientation: number;
  /** What a decoder needs, without texts, colour profiles and what hangs behind the end. */
  picture: Uint8Array;
}

/**
 * Recognises a picture by its content (never by what the sender calls it) and reads its size from its own header, so that a bomb is
 * refused before it is decoded. Undefined: none of the three formats, broken, animated, or of a kind that nobody's camera makes. Pure.
 */
export const readHeader = (bytes: Uint8Array): PhotoHeader | undefined => {
  try {
    return jpegHeader(bytes) ?? pngHeader(bytes) ?? webpHeader(bytes);
  } catch (error) {
    // Read past the end: a picture that was cut off.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};
