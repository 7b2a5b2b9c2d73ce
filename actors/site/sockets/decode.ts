import { limits } from "../../../protocol/limits.ts";
import { fieldErrors } from "../../../protocol/problems.ts";
import { ClientFrame } from "../../../protocol/socket/client-frames.ts";

export type Decoded =
  | { ok: true; frame: ClientFrame }
  /** `tooLarge` closes the socket at once (4400). */
  | { ok: false; tooLarge: boolean; message: string; ref?: string };

/** Decodes a frame of a client (T20, T21): size, JSON, schema. Never throws, never says the value back. */
export const decodeFrame = (message: string | ArrayBuffer): Decoded => {
  if (typeof message !== "string")
    return { ok: false, tooLarge: message.byteLength > limits.frameBytes, message: "must be text" };
  // UTF-16 units are at most as many as bytes; only a text near the limit is worth counting.
  if (
    message.length > limits.frameBytes ||
    (message.length * 3 > limits.frameBytes && utf8(message) > limits.frameBytes)
  )
    return { ok: false, tooLarge: true, message: "is too large" };
  let json: unknown;
  try {
    json = JSON.parse(message);
  } catch {
    return { ok: false, tooLarge: false, message: "is not JSON" };
  }
  const parsed = ClientFrame.safeParse(json);
  if (parsed.success) return { ok: true, frame: parsed.data };
  const [first] = fieldErrors(parsed.error);
  const type = typeof json === "object" && json !== null && "type" in json ? json.type : undefined;
  const text = first === undefined ? "does not match the schema" : `${first.path || "frame"}: ${first.message}`;
  return {
    ok: false,
    tooLarge: false,
    message: text.slice(0, 300),
    ...(typeof type === "string" && /^[A-Za-z]{1,30}$/.test(type) ? { ref: type } : {}),
  };
};

const utf8 = (text: string): number => new TextEncoder().encode(text).byteLength;
