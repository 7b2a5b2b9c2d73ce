import jpegDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import jpegEncoder from "@jsquash/jpeg/codec/enc/mozjpeg_enc.js";
import { defaultOptions } from "@jsquash/jpeg/meta.js";
import webpDecoder from "@jsquash/webp/codec/dec/webp_dec.js";
import type { Pixels } from "./shrink.ts";

/** The WebAssembly of the codecs, compiled: how it is come by differs between runtimes. */
export interface CodecModules {
  jpegDecoder: WebAssembly.Module;
  jpegEncoder: WebAssembly.Module;
  webpDecoder: WebAssembly.Module;
}

/** What is used of the packages' modules. They count their arguments. */
interface JpegDecoder {
  decode(bytes: Uint8Array, turn: boolean): Pixels | null;
}
interface WebpDecoder {
  decode(bytes: Uint8Array): Pixels | null;
}
interface Encoder {
  encode(data: Pixels["data"], width: number, height: number, options: object): Uint8Array;
}

/**
 * A codec in memory of its own, for one picture. What it took is given back with it: memory of WebAssembly never shrinks, and a
 * codec that threw in the middle of a broken picture has lost some.
 */
const fresh = <T>(factory: (options: object) => unknown, module: WebAssembly.Module): Promise<T> =>
  // SAFETY: the packages' own types need names that they do not bring; used is what is named above.
  factory({
    noInitialRun: true,
    print: () => undefined,
    printErr: () => undefined,
    instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
  }) as Promise<T>;

/** Throws when it cannot be decoded. */
export const decodeJpeg = async (picture: Uint8Array, modules: CodecModules): Promise<Pixels> =>
  whole((await fresh<JpegDecoder>(jpegDecoder, modules.jpegDecoder)).decode(picture, false));

/** Throws when it cannot be decoded. */
export const decodeWebp = async (picture: Uint8Array, modules: CodecModules): Promise<Pixels> =>
  whole((await fresh<WebpDecoder>(webpDecoder, modules.webpDecoder)).decode(picture));

/** A JPEG of the pixels and nothing else. @param quality 0 to 100 */
export const encodeJpeg = async (
  { data, width, height }: Pixels,
  quality: number,
  modules: CodecModules,
): Promise<Uint8Array> => {
  const encoder = await fresh<Encoder>(jpegEncoder, modules.jpegEncoder);
  // Colours at half the size, as cameras keep them: a fifth less to hold the thread for.
  const colours = { auto_subsample: false, chroma_subsample: 2, chroma_quality: quality };
  const options = { ...defaultOptions, ...colours, quality, baseline: true, progressive: false };
  // Out of the encoder's memory, which goes.
  return encoder.encode(data, width, height, options).slice();
};

const whole = (pixels: Pixels | null): Pixels => {
  if (pixels === null) throw new Error("cannot be decoded");
  return pixels;
};
