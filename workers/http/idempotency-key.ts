import { done, type Outcome, refuse } from "../../protocol/problems.ts";

const name = "Idempotency-Key";

/** The optional `Idempotency-Key`: 1 to 255 visible ASCII characters (wire.md, Alarms), or `invalid`. */
export const idempotencyKey = (headers: Headers): Outcome<{ idempotencyKey?: string }> => {
  const given = headers.get(name);
  if (given === null) return done({});
  if (/^[\x21-\x7e]{1,255}$/.test(given)) return done({ idempotencyKey: given });
  return refuse("invalid", undefined, [{ path: name, message: "use 1 to 255 visible ASCII characters" }]);
};
