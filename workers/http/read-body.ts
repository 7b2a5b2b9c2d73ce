import type { z } from "zod";
import { limits } from "../../protocol/limits.ts";
import { done, fieldErrors, type Outcome, refuse } from "../../protocol/problems.ts";
import { jsonDepth } from "./json-depth.ts";

/** UTF-8 is JSON's only encoding (RFC 8259, 8.1); saying so is allowed. */
const jsonType = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/**
 * The bytes of a JSON body.
 *
 * @returns unsupported_media_type or too_large
 */
export const readBytes = async (request: Request, maxBytes: number): Promise<Outcome<Uint8Array>> => {
  if (!jsonType.test(request.headers.get("Content-Type")?.trim() ?? ""))
    return refuse("unsupported_media_type", "must be application/json");
  return readAnyBytes(request, maxBytes);
};

/**
 * The bytes of a body of any type. The size is counted while they arrive: a missing or wrong Content-Length gets nobody past it.
 *
 * @returns too_large
 */
export const readAnyBytes = async (request: Request, maxBytes: number): Promise<Outcome<Uint8Array>> => {
  if (Number(request.headers.get("Content-Length") ?? 0) > maxBytes) return refuse("too_large");
  if (request.body === null) return done(new Uint8Array());

  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done: ended, value } = await reader.read();
    if (ended) break;
    size += value.byteLength;
    if (size > maxBytes) {
      // What is left of it is discarded when it was answered (discard-body.ts).
      reader.releaseLock();
      return refuse("too_large");
    }
    chunks.push(value);
  }
  const only = chunks[0];
  if (only !== undefined && chunks.length === 1) return done(only);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return done(bytes);
};

/** @returns malformed_json when the bytes are not UTF-8, not JSON or nested too deep */
export const parseJson = (bytes: Uint8Array): Outcome<unknown> => {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    if (jsonDepth(text, limits.jsonDepth) > limits.jsonDepth) return refuse("malformed_json", "nested too deep");
    return done(JSON.parse(text));
  } catch {
    return refuse("malformed_json");
  }
};

/** @returns invalid with the fields named, never with their values */
export const decode = <S extends z.ZodType>(schema: S, value: unknown): Outcome<z.output<S>> => {
  const result = schema.safeParse(value);
  return result.success ? done(result.data) : refuse("invalid", undefined, fieldErrors(result.error));
};

/** A body, read and checked in the order of wire.md's table: 415, 413, 400, 422. */
export const readBody = async <S extends z.ZodType>(
  request: Request,
  schema: S,
  maxBytes: number,
): Promise<Outcome<z.output<S>>> => {
  const bytes = await readBytes(request, maxBytes);
  if (!bytes.ok) return bytes;
  const value = parseJson(bytes.value);
  return value.ok ? decode(schema, value.value) : value;
};
