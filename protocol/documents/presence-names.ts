import { PresenceHookBody, PresenceHookTaken } from "../integrations.ts";
import {
  Kiosk,
  KioskCode,
  KioskEnrolment,
  KioskQr,
  KioskSession,
  KioskSign,
  KioskSigned,
  NewKiosk,
  NewKioskSession,
} from "../kiosks.ts";
import { PlaceShape, PresenceRules, Shapes } from "../places.ts";

/** Names in the documents for how presence gets in and when it ends. */
export const presenceNames = {
  Kiosk,
  KioskCode,
  KioskEnrolment,
  KioskQr,
  KioskSession,
  KioskSign,
  KioskSigned,
  NewKiosk,
  NewKioskSession,
  PlaceShape,
  PresenceHookBody,
  PresenceHookTaken,
  PresenceRules,
  Shapes,
} as const;
