import jpegDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm";
import jpegEncoder from "@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm";
import webpDecoder from "@jsquash/webp/codec/dec/webp_dec.wasm";
import type { CodecModules } from "./codecs.ts";

/** Compiled by whoever bundles the Worker: workerd compiles nothing at run time. */
export const codecModules: CodecModules = { jpegDecoder, jpegEncoder, webpDecoder };
