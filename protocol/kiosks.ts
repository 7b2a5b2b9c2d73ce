import * as z from "zod";
import { Token } from "./access.ts";
import { Id, Time } from "./ids.ts";
import { limits } from "./limits.ts";
import { line } from "./text.ts";

/** A device at the door at which people sign themselves in and out. Its session can do nothing else (T1). */
export const NewKiosk = z.strictObject({ name: line(200), siteId: Id, zoneId: Id.optional() });
export const Kiosk = z.strictObject({
  kioskId: Id,
  name: z.string(),
  siteId: Id,
  zoneId: Id.optional(),
  /** Whether a device stands there now. */
  enrolled: z.boolean(),
});
export type Kiosk = z.infer<typeof Kiosk>;

/** Works once, for the device at the door; a device that was enrolled before is out from then on. */
export const KioskEnrolment = z.strictObject({ kioskId: Id, code: z.string(), expiresAt: Time });

export const NewKioskSession = z.strictObject({ code: z.string().min(8).max(100) });
export const KioskSession = z.strictObject({
  token: Token,
  kioskId: Id,
  name: z.string(),
  siteId: Id,
  zoneId: Id.optional(),
  expiresAt: Time,
});
export type KioskSession = z.infer<typeof KioskSession>;

const code = z.string().regex(new RegExp(`^[0-9]{${limits.kioskCodeDigits}}$`), "is not a personal code");
/** A person's own code, shown once; a new one replaces it. */
export const KioskCode = z.strictObject({ code });

/** What a person's own device shows as a QR code: it works once and for a minute. */
export const KioskQr = z.strictObject({ qr: z.string(), expiresAt: Time });
export type KioskQr = z.infer<typeof KioskQr>;

export const KioskSign = z.union([
  z.strictObject({ code, present: z.boolean() }),
  z.strictObject({ qr: z.string().min(20).max(300), present: z.boolean() }),
]);
export type KioskSign = z.infer<typeof KioskSign>;

/** Only what the person at the door needs to see that it was taken, and nobody behind them more. */
export const KioskSigned = z.strictObject({ firstName: z.string(), present: z.boolean(), at: Time });
export type KioskSigned = z.infer<typeof KioskSigned>;
