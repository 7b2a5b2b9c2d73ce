import { limits } from "../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../protocol/problems.ts";
import { type CodecModules, decodeJpeg, decodeWebp, encodeJpeg } from "./codecs.ts";
import { decodePng } from "./decode-png.ts";
import { type PhotoHeader, readHeader } from "./header.ts";
import { type Pixels, shrink } from "./shrink.ts";

/** Tried in turn until it fits. A photo of this size needs the first; noise the others. */
const qualities = [80, 60, 40];

export interface EncodedPhoto {
  width: number;
  height: number;
  bytes: Uint8Array;
}

/**
 * Makes a JPEG of its own of a picture that somebody sent: of its pixels, upright and small, and of nothing else. Where it was taken,
 * by what, its colour profile and what hangs behind its end do not come along (I7, issue 6).
 *
 * Decoding is one step and encoding another, each of a tenth to half a second in which this process does nothing else: on one machine an
 * alarm that is raised meanwhile waits for its end (docs/decisions/0027).
 *
 * @param breathe between two steps: alarms go first
 * @returns unsupported_media_type when it is no JPEG, PNG or WebP; invalid when it has too many pixels or cannot be decoded
 */
export const encodePhoto = async (
  bytes: Uint8Array,
  modules: CodecModules,
  breathe: () => Promise<void>,
): Promise<Outcome<EncodedPhoto>> => {
  const header = readHeader(bytes);
  if (header === undefined)
    return refuse("unsupported_media_type", "The body must be a JPEG, PNG or WebP picture that does not move");
  const { width, height, orientation } = header;
  if (width * height === 0 || width * height > limits.photoSourcePixels)
    return refuse("invalid", `the picture must have at most ${limits.photoSourcePixels} pixels`);
  let pixels: Pixels;
  try {
    pixels = await decode(header, modules);
  } catch {
    return refuse("invalid", "the picture cannot be decoded");
  }
  if (pixels.width !== width || pixels.height !== height) return refuse("invalid", "the picture cannot be decoded");
  await breathe();
  const small = await shrink(pixels, limits.photoPixels, orientation, breathe);
  for (const quality of qualities) {
    await breathe();
    const jpeg = await encodeJpeg(small, quality, modules);
    if (jpeg.byteLength <= limits.photoBytes) return done({ width: small.width, height: small.height, bytes: jpeg });
  }
  return refuse("invalid", "the picture is too rich for its size");
};

const decode = ({ format, picture }: PhotoHeader, modules: CodecModules): Promise<Pixels> => {
  switch (format) {
    case "jpeg":
      return decodeJpeg(picture, modules);
    case "webp":
      return decodeWebp(picture, modules);
    case "png":
      return decodePng(picture);
  }
};
