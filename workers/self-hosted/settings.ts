import { createECDH } from "node:crypto";
import * as z from "zod";
// The one description of the providers' settings is the Worker's own.
import {
  type ChannelVariable,
  channelVariables,
  readChannelSettings,
} from "../../actors/tenant/channels/provider-settings.ts";
import { readPrivateHosts } from "../../actors/tenant/channels/way-out.ts";
import { Failure } from "./failure.ts";

const visible = z.string().regex(/^[\x21-\x7e]+$/, "may hold visible ASCII characters only");
/** The Worker refuses shorter ones (actors/kernel/environment.ts); here the person who chose it is still looking. */
const secret = visible.min(16, "must have at least 16 characters");

const webAddress = (protocols: RegExp, words: string) => z.url({ protocol: protocols, error: words });

const portRule = "must be a port number from 1 to 65535";

const variables = z.strictObject({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, portRule)
    .transform(Number)
    .refine((port) => port >= 1 && port <= 65_535, portRule)
    .default(8787),
  /** Loopback alone unless somebody decides otherwise: plain HTTP belongs behind a proxy that adds TLS. */
  STANDBY_HOST: z.union([z.ipv4(), z.ipv6(), z.literal("*")], "must be an IP address or *").default("127.0.0.1"),
  STANDBY_DATA: z.string().default(".standby"),
  STANDBY_DEMO: z.enum(["on", "off"], "must be on or off").default("on"),
  PUBLIC_URL: webAddress(/^https?$/, "must be an address that starts with https:// or http://").optional(),
  OPERATOR_TOKEN: secret.optional(),
  PASSWORD_PEPPER: secret.optional(),
  LIBSQL_URL: webAddress(
    /^(libsql|https?)$/,
    "must be an address that starts with libsql://, https:// or http://",
  ).optional(),
  LIBSQL_AUTH_TOKEN: visible.optional(),
  CALENDAR_PRIVATE_HOSTS: z
    .string()
    .refine((text) => readPrivateHosts(text) !== undefined, "must be host:port, several with commas between them")
    .optional(),
  JURISDICTION: z
    .undefined("is for Cloudflare alone: on one machine everything is where the machine is. Leave it out")
    .optional(),
});

/** Providers of the channels, as text: what is in them is checked below, and the Worker gets them as they came. */
const channelTexts = z.partialRecord(z.enum(channelVariables), z.string());

/** What the operator decides about a self-hosted installation. */
export interface Settings {
  port: number;
  /** The address to listen on; `*` is every address of the machine. */
  host: string;
  dataFolder: string;
  demo: boolean;
  /** Where people reach it, without a slash at the end. */
  publicUrl: string;
  operatorToken: string | undefined;
  passwordPepper: string | undefined;
  /** A libSQL of the operator's own (Turso, another sqld). Undefined: a sqld is run here. */
  libsql: { url: string; authToken: string | undefined } | undefined;
  /** Those variables for the channels that were given, for the Worker. */
  channels: Partial<Record<ChannelVariable, string>>;
  /** Hosts of the operator's own network at which calendars may be read, for the Worker. */
  calendarHosts: string | undefined;
}

/**
 * The settings out of environment variables (design §7). An empty variable counts as not given.
 * @throws Failure with exit code 2 that names each variable that is wrong, without showing the value of a secret.
 */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const ours = Object.entries(environment).filter(
    ([name, value]) =>
      value !== "" &&
      value !== undefined &&
      (name in variables.shape || /^(STANDBY|CHANNEL|CALENDAR|VAPID)_/.test(name)),
  );
  const isChannels = ([name]: [string, unknown]): boolean => channelVariables.some((variable) => variable === name);
  const parsed = variables.safeParse(Object.fromEntries(ours.filter((entry) => !isChannels(entry))));
  if (!parsed.success) throw new Failure(`the configuration is wrong.\n${explain(parsed.error)}`, 2);
  const given = parsed.data;
  if (given.LIBSQL_AUTH_TOKEN !== undefined && given.LIBSQL_URL === undefined) {
    throw new Failure("the configuration is wrong.\n  LIBSQL_AUTH_TOKEN is given without LIBSQL_URL", 2);
  }
  const publicUrl = (given.PUBLIC_URL ?? `http://localhost:${given.PORT}`).replace(/\/+$/, "");
  const channels = channelTexts.parse(Object.fromEntries(ours.filter(isChannels)));
  assertChannels(channels, publicUrl);
  return {
    port: given.PORT,
    host: given.STANDBY_HOST,
    dataFolder: given.STANDBY_DATA,
    demo: given.STANDBY_DEMO === "on",
    publicUrl,
    operatorToken: given.OPERATOR_TOKEN,
    passwordPepper: given.PASSWORD_PEPPER,
    libsql: given.LIBSQL_URL === undefined ? undefined : { url: given.LIBSQL_URL, authToken: given.LIBSQL_AUTH_TOKEN },
    channels,
    calendarHosts: given.CALENDAR_PRIVATE_HOSTS,
  };
}

/** On Cloudflare a wrong channel is left out; here the person who wrote it is still looking. */
function assertChannels(channels: Settings["channels"], publicUrl: string): void {
  const { settings, wrong } = readChannelSettings(channels, publicUrl);
  if (settings.push !== undefined && !belongTogether(settings.push))
    wrong.push({ name: "VAPID_PUBLIC_KEY", message: "does not belong to VAPID_PRIVATE_KEY" });
  if (wrong.length === 0) return;
  const lines = wrong.map(({ name, message }) => `  ${name} ${message}`);
  throw new Failure(`the configuration is wrong.\n${lines.join("\n")}`, 2);
}

function belongTogether({ publicKey, privateKey }: { publicKey: string; privateKey: string }): boolean {
  const pair = createECDH("prime256v1");
  try {
    pair.setPrivateKey(privateKey, "base64url");
  } catch {
    return false;
  }
  return pair.getPublicKey("base64url") === publicKey;
}

function explain(error: z.ZodError): string {
  return error.issues
    .map((issue) =>
      issue.code === "unrecognized_keys"
        ? `  ${issue.keys.join(", ")}: there is no such variable; known are ${[...Object.keys(variables.shape), ...channelVariables].join(", ")}`
        : `  ${issue.path.join(".")} ${issue.message}`,
    )
    .join("\n");
}
