import { RoomClientFrame } from "../../../protocol/conversation/frames.ts";
import { fieldErrors } from "../../../protocol/problems.ts";

export type DecodedRoomFrame = { ok: true; frame: RoomClientFrame } | { ok: false; message: string; ref?: string };

/** Decodes a text frame of a client (T20). Its size was looked at before. Never throws, never says the value back. */
export const decodeRoomFrame = (text: string): DecodedRoomFrame => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, message: "is not JSON" };
  }
  const parsed = RoomClientFrame.safeParse(json);
  if (parsed.success) return { ok: true, frame: parsed.data };
  const [first] = fieldErrors(parsed.error);
  const said = json as { type?: unknown; messageId?: unknown } | null;
  const ref = [said?.messageId, said?.type].find((one) => typeof one === "string" && /^[A-Za-z0-9_-]{1,40}$/.test(one));
  const message = first === undefined ? "does not match the schema" : `${first.path || "frame"}: ${first.message}`;
  return {
    ok: false,
    message: message.slice(0, 300),
    ...(typeof ref === "string" ? { ref } : {}),
  };
};
