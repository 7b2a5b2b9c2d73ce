/** Realistic values of what the documents say about kiosks, shapes and presence integrations (documents-examples.ts). */
const kioskId = "ksk_h2LpQ9vTz4RwX6yBn";
const siteId = "sit_d8FgH3jKm5NpQ7rSt";
const zoneId = "zon_e9GhJ4kLn6PqR8sTv";
const later = "2026-11-23T10:02:55.000Z";
const shape = {
  type: "Polygon",
  coordinates: [
    [
      [4.89, 52.37],
      [4.9, 52.37],
      [4.9, 52.38],
      [4.89, 52.37],
    ],
  ],
};
const kiosk = { kioskId, name: "Hoofdingang", siteId, zoneId, enrolled: true };

export const presenceExamples: Readonly<Record<string, readonly unknown[]>> = {
  Kiosk: [kiosk],
  KioskCode: [{ code: "40718253" }],
  KioskEnrolment: [{ kioskId, code: "h3KdPs8Vw1RtY6bNmQ2z", expiresAt: later }],
  KioskQr: [{ qr: "usr_b0XkW3nQp7LmT2vYc.V1StGXR8Z5jdHi6BmyT0aB.1795000000000.c2VhbA", expiresAt: later }],
  KioskSession: [
    { token: `${siteId}.${kioskId}.c2VjcmV0.c2VhbA`, kioskId, name: kiosk.name, siteId, expiresAt: later },
  ],
  KioskSign: [
    { code: "40718253", present: true },
    { qr: "usr_b0XkW3nQp7LmT2vYc.V1StGXR8Z5jdHi6BmyT0aB.1795000000000.c2VhbA", present: false },
  ],
  KioskSigned: [{ firstName: "Jan", present: true, at: later }],
  NewKiosk: [{ name: "Hoofdingang", siteId, zoneId }],
  NewKioskSession: [{ code: "h3KdPs8Vw1RtY6bNmQ2z" }],
  PlaceShape: [{ siteId, zoneId, shape }],
  PresenceHookBody: [{ userRef: "jan.de.vries", siteId, zoneId, present: true }],
  PresenceHookTaken: [{ taken: true }],
  PresenceRules: [{ dayEndsAt: "19:00", dayEndsAs: "unknown", silenceMinutes: 600 }],
  Shapes: [{ version: 4, items: [{ siteId, shape }] }, { version: 4 }],
};
