import { readFileSync } from "node:fs";
import webpEncoder from "@jsquash/webp/codec/enc/webp_enc.js";
import { defaultOptions } from "@jsquash/webp/meta.js";
import type { CodecModules } from "../../workers/photo/codecs.ts";
import type { Pixels } from "../../workers/photo/shrink.ts";

const compiled = (path: string): WebAssembly.Module =>
  new WebAssembly.Module(readFileSync(new URL(`../../node_modules/@jsquash/${path}`, import.meta.url)));

/** The same WebAssembly as the Worker's, compiled here: Node and Deno do not import it. */
export const codecModules: CodecModules = {
  jpegDecoder: compiled("jpeg/codec/dec/mozjpeg_dec.wasm"),
  jpegEncoder: compiled("jpeg/codec/enc/mozjpeg_enc.wasm"),
  webpDecoder: compiled("webp/codec/dec/webp_dec.wasm"),
};

interface WebpEncoder {
  encode(data: Pixels["data"], width: number, height: number, options: object): Uint8Array | null;
}

/** The package's types need names that it does not bring. */
const webpFactory = webpEncoder as unknown as (options: object) => Promise<WebpEncoder>;

/** A WebP of pixels: what a sender has, and the server never makes. */
export const encodeWebp = async ({ data, width, height }: Pixels, over = {}): Promise<Uint8Array> => {
  const module = compiled("webp/codec/enc/webp_enc.wasm");
  const encoder = await webpFactory({
    noInitialRun: true,
    instantiateWasm: (imports: WebAssembly.Imports, ready: (instance: WebAssembly.Instance) => void) => {
      const instance = new WebAssembly.Instance(module, imports);
      ready(instance);
      return instance.exports;
    },
  });
  const bytes = encoder.encode(data, width, height, { ...defaultOptions, ...over });
  if (bytes === null) throw new Error("no WebP came of it");
  return bytes.slice();
};
