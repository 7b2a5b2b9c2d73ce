/** Realistic values of what the documents say about channels and contacts (documents-examples.ts). */
const alarmId = "alm_V1StGXR8_Z5jdHi6B";
const userId = "usr_b0XkW3nQp7LmT2vYc";
const contactId = "con_k3JdP8sVw1RtY6bNm";
const at = "2026-11-23T09:41:07.412Z";
const later = "2026-11-23T10:02:55.000Z";

const contact = {
  contactId,
  name: "Beveiliging Zuid",
  phone: "+31 20 1234567",
  email: "meldkamer@example.nl",
  locale: "nl",
  phoneVerified: true,
  emailVerified: false,
};
const { contactId: _, phoneVerified: __, emailVerified: ___, ...newContact } = contact;
const own = [
  { channel: "push", configured: true, available: true, verified: true },
  { channel: "sms", configured: true, available: true, verified: false },
];

export const channelExamples: Readonly<Record<string, readonly unknown[]>> = {
  AnswerByLink: [{ response: "coming", etaMinutes: 4, text: "Via de noordkant" }, { response: "notComing" }],
  AnswerLink: [
    {
      organisation: "Gemeente Zuid",
      title: "Brand in hal 3",
      message: "Verzamelen bij de noorduitgang.",
      instructions: ["Neem de AED mee."],
      kind: "exercise",
      raisedAt: at,
      timeZone: "Europe/Amsterdam",
      locale: "nl",
      state: "received",
    },
  ],
  ChannelStatus: [
    { channel: "sms", configured: true, provider: "twilio", counts: { sent: 12, delivered: 40, failed: 1 } },
    { channel: "voice", configured: false, counts: {} },
  ],
  CodeSent: [{ detail: "phone", expiresAt: later }],
  ConfirmVerification: [{ detail: "email", code: "031337" }],
  Contact: [
    contact,
    { contactId, name: "Buren", phone: "+31612345678", locale: "en", phoneVerified: false, emailVerified: false },
  ],
  ContactPatch: [{ name: "Beveiliging", phone: null, email: "wacht@example.nl", locale: "en" }],
  DeadLetter: [
    {
      sendId: "snd_a1b2c3d4e5f6g7h8",
      alarmId,
      purpose: "alarm",
      channel: "sms",
      userId,
      name: "Jan de Vries",
      reason: "badNumber",
      attempts: 1,
      createdAt: at,
      failedAt: later,
    },
  ],
  Detail: ["email", "phone"],
  LinkAnswered: [{ response: "coming", respondedAt: later }],
  NewContact: [newContact, { name: "Buren", phone: "+31612345678" }],
  NewPushSubscription: [
    {
      endpoint: "https://push.example.net/send/f1x2",
      keys: {
        p256dh: "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
        auth: "tBHItJI5svbpez7KI4CCXg",
      },
    },
  ],
  NewVerification: [{ detail: "phone" }],
  OwnChannel: own,
  OwnChannels: [{ channels: own }],
};
