import * as z from "zod";
import { readPrivateHosts, wayOut } from "./way-out.ts";

/**
 * The providers of this installation, out of environment variables: the one description of them, for the Worker and for the
 * supervisor that starts it. Not of a tenant: keys of providers belong to whoever runs the installation.
 */

const secret = z.string().regex(/^[\x21-\x7e]{8,500}$/, "must have 8 to 500 visible ASCII characters");
const common = {
  /** Another address of the provider's API: a region, a gateway of one's own. */
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** At most this many a second; each provider has its own default. */
  perSecond: z.number().min(0.01).max(1_000).optional(),
};
const number = z.string().regex(/^\+[1-9]\d{6,14}$/, "must be a number such as +31201234567");
/** A name instead of a number: GSM allows 11 characters. */
const sender = z.union([number, z.string().regex(/^[A-Za-z0-9 ]{1,11}$/)], "must be a number or at most 11 letters");
const mailbox = {
  from: z.email(),
  fromName: z
    .string()
    .regex(/^[^\x00-\x1f\x7f<>"\\]{1,70}$/)
    .optional(),
  /** What the provider shows when it reports: its webhook's password or bearer token. Without it reports are refused. */
  receiptSecret: secret.optional(),
};

const webhook = z.strictObject({
  provider: z.literal("webhook"),
  url: z.url({ protocol: /^https?$/ }),
  /** Standard Webhooks: `whsec_` and base64 of 24 to 64 bytes. Receipts are signed with the same. */
  secret: z.string().regex(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, "must be whsec_ and base64 of 24 to 64 bytes"),
  perSecond: common.perSecond,
});
const twilio = {
  provider: z.literal("twilio"),
  accountSid: z.string().regex(/^AC[0-9a-f]{32}$/, "must be AC and 32 hexadecimal digits"),
  authToken: secret,
};
const messagebird = {
  provider: z.literal("messagebird"),
  accessKey: secret,
  /** Of the developer settings: without it receipts are refused. */
  signingKey: secret.optional(),
};

const SmsProvider = z.discriminatedUnion("provider", [
  webhook,
  z.strictObject({
    ...common,
    ...twilio,
    from: z.union([sender, z.string().regex(/^MG[0-9a-f]{32}$/)], "must be a number, a name or a messaging service"),
  }),
  z.strictObject({ ...common, ...messagebird, from: sender }),
]);
const VoiceProvider = z.discriminatedUnion("provider", [
  webhook,
  z.strictObject({ ...common, ...twilio, from: number }),
  z.strictObject({ ...common, ...messagebird, from: number }),
]);
const EmailProvider = z.discriminatedUnion("provider", [
  webhook,
  z.strictObject({
    ...common,
    ...mailbox,
    provider: z.literal("postmark"),
    serverToken: secret,
    messageStream: z
      .string()
      .regex(/^[a-z0-9-]{1,30}$/)
      .optional(),
  }),
  z.strictObject({ ...common, ...mailbox, provider: z.literal("brevo"), apiKey: secret }),
]);
type Webhook = z.infer<typeof webhook>;
type AnyProvider = z.infer<typeof SmsProvider> | z.infer<typeof VoiceProvider> | z.infer<typeof EmailProvider>;
/** The settings of one provider, such as `Provided<"twilio">`. */
export type Provided<Name extends AnyProvider["provider"]> = Extract<AnyProvider, { provider: Name }>;

/** VAPID (RFC 8292): keys in URL-safe base64 without padding, the public one as an uncompressed point. */
export interface PushKeys {
  publicKey: string;
  privateKey: string;
  /** Whom a push service writes to when something is wrong: a mailto: or https: address. */
  subject: string;
}

export interface ChannelSettings {
  push?: PushKeys;
  sms?: z.infer<typeof SmsProvider>;
  voice?: z.infer<typeof VoiceProvider>;
  email?: z.infer<typeof EmailProvider>;
  privateHosts: ReadonlySet<string>;
}

export const channelVariables = [
  "CHANNEL_SMS",
  "CHANNEL_VOICE",
  "CHANNEL_EMAIL",
  "CHANNEL_PRIVATE_HOSTS",
  "VAPID_PUBLIC_KEY",
  "VAPID_PRIVATE_KEY",
  "VAPID_SUBJECT",
] as const;
export type ChannelVariable = (typeof channelVariables)[number];

/** What is wrong with a variable, without its value: values are keys. */
export interface WrongVariable {
  name: ChannelVariable;
  message: string;
}

/** The length says it all: 65 bytes that begin with 4, and 32 bytes. */
const publicKeyForm = /^B[A-Za-z0-9_-]{86}$/;
const privateKeyForm = /^[A-Za-z0-9_-]{43}$/;

/**
 * The settings as far as they are right, and what is wrong: one provider with a wrong key must not take the other channels
 * away. The supervisor refuses to start when anything is wrong; the Worker goes on with what is right.
 *
 * @param publicUrl where people reach the installation: the contact for push services when no VAPID_SUBJECT is given
 */
export const readChannelSettings = (
  variables: Partial<Record<ChannelVariable, string | undefined>>,
  publicUrl: string,
): { settings: ChannelSettings; wrong: WrongVariable[] } => {
  const wrong: WrongVariable[] = [];
  const named = readPrivateHosts(variables.CHANNEL_PRIVATE_HOSTS ?? "");
  if (named === undefined)
    wrong.push({ name: "CHANNEL_PRIVATE_HOSTS", message: "must be host:port, several with commas between them" });
  const privateHosts = named ?? new Set<string>();

  const provider = <P extends AnyProvider>(name: ChannelVariable, schema: z.ZodType<P>): P | undefined => {
    const read = readProvider(variables[name], schema, privateHosts);
    if (typeof read === "string") wrong.push({ name, message: read });
    return typeof read === "string" ? undefined : read;
  };
  const push = readPushKeys(variables, publicUrl, wrong);
  const sms = provider("CHANNEL_SMS", SmsProvider);
  const voice = provider("CHANNEL_VOICE", VoiceProvider);
  const email = provider("CHANNEL_EMAIL", EmailProvider);
  return {
    settings: {
      ...(push && { push }),
      ...(sms && { sms }),
      ...(voice && { voice }),
      ...(email && { email }),
      privateHosts,
    },
    wrong,
  };
};

/** The provider, undefined when none is given, or what is wrong with it. */
const readProvider = <P extends AnyProvider>(
  text: string | undefined,
  schema: z.ZodType<P>,
  privateHosts: ReadonlySet<string>,
): P | undefined | string => {
  if (!text) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, and the text holds the key.
    return "is not JSON";
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) return parsed.error.issues.map(worded).join("; ");
  const address = addressOf(parsed.data);
  if (address !== undefined && wayOut(address, privateHosts).way === "none")
    return `${parsed.data.provider === "webhook" ? "url" : "baseUrl"} must be a public https address, or its host:port must be in CHANNEL_PRIVATE_HOSTS`;
  return parsed.data;
};

const addressOf = (provider: AnyProvider): string | undefined =>
  provider.provider === "webhook" ? (provider satisfies Webhook).url : provider.baseUrl;

const worded = (issue: z.core.$ZodIssue): string => {
  if (issue.code === "unrecognized_keys") return `there is no ${issue.keys.join(", ")}`;
  return `${issue.path.join(".") || "it"}: ${issue.message}`;
};

const readPushKeys = (
  variables: Partial<Record<ChannelVariable, string | undefined>>,
  publicUrl: string,
  wrong: WrongVariable[],
): PushKeys | undefined => {
  const { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey } = variables;
  const subject = variables.VAPID_SUBJECT || publicUrl.replace(/^http:/, "https:");
  const before = wrong.length;
  if (!/^(mailto:[^@\s]+@[^@\s]+|https:\/\/\S+)$/.test(subject))
    wrong.push({ name: "VAPID_SUBJECT", message: "must be a mailto: or https: address" });
  if (publicKey && !publicKeyForm.test(publicKey))
    wrong.push({ name: "VAPID_PUBLIC_KEY", message: "must be 65 bytes in URL-safe base64 without padding" });
  if (privateKey && !privateKeyForm.test(privateKey))
    wrong.push({ name: "VAPID_PRIVATE_KEY", message: "must be 32 bytes in URL-safe base64 without padding" });
  if (publicKey && !privateKey) wrong.push({ name: "VAPID_PRIVATE_KEY", message: "is missing: there is a public key" });
  if (!publicKey && privateKey) wrong.push({ name: "VAPID_PUBLIC_KEY", message: "is missing: there is a private key" });
  return publicKey && privateKey && wrong.length === before ? { publicKey, privateKey, subject } : undefined;
};
