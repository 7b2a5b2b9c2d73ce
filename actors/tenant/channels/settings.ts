import type { Channel } from "../../../protocol/terms.ts";
import type { Environment, Settings } from "../../kernel/environment.ts";
import { brevo } from "./adapters/brevo.ts";
import { messagebirdSms, messagebirdVoice } from "./adapters/messagebird.ts";
import type { Ways } from "./adapters/outgoing.ts";
import { postmark } from "./adapters/postmark.ts";
import { signedWebhook } from "./adapters/signed-webhook.ts";
import { twilioSms } from "./adapters/twilio-sms.ts";
import { twilioVoice } from "./adapters/twilio-voice.ts";
import { webPush } from "./adapters/web-push.ts";
import type { ChannelAdapter } from "./channel.ts";
import { type ChannelSettings, readChannelSettings } from "./provider-settings.ts";

export type Adapters = Partial<Record<Channel, ChannelAdapter>>;

let decoded: { from: Environment; settings: ChannelSettings; adapters: Adapters } | undefined;

/**
 * The adapter of each channel that this installation has a provider for. A variable that is wrong takes its own channel
 * away and no other: alarms by socket must not depend on the key of an SMS provider. Its name is in the log, once.
 */
export const adaptersOf = (env: Environment, settings: Settings): Adapters => decode(env, settings).adapters;

/** The providers' settings, among them the public key that browsers subscribe with. */
export const channelSettingsOf = (env: Environment, settings: Settings): ChannelSettings =>
  decode(env, settings).settings;

const decode = (env: Environment, { PUBLIC_URL }: Settings) => {
  if (decoded?.from === env) return decoded;
  const { settings, wrong } = readChannelSettings(env, PUBLIC_URL);
  for (const { name, message } of wrong)
    console.error(JSON.stringify({ event: "channel setting wrong", variable: name, message }));
  const adapters = makeAdapters(settings, PUBLIC_URL, waysOf(env, settings));
  decoded = { from: env, settings, adapters };
  return decoded;
};

/** The ways out for providers and push services. */
const waysOf = (env: Environment, { privateHosts }: ChannelSettings): Ways => {
  const net = env.CHANNEL_NET;
  return {
    public: (address, init) => fetch(address, init),
    private: net && ((address, init) => net.fetch(address, init)),
    privateHosts,
  };
};

/** The adapters for these settings over these ways out; tests bring their own. */
export const makeAdapters = (settings: ChannelSettings, publicUrl: string, ways: Ways): Adapters => {
  const { push, sms, voice, email } = settings;
  return {
    ...(push && { push: webPush(push, ways) }),
    ...(sms && { sms: smsAdapter(sms, publicUrl, ways) }),
    ...(voice && { voice: voiceAdapter(voice, publicUrl, ways) }),
    ...(email && { email: emailAdapter(email, ways) }),
  };
};

const smsAdapter = (sms: NonNullable<ChannelSettings["sms"]>, publicUrl: string, ways: Ways): ChannelAdapter => {
  switch (sms.provider) {
    case "webhook":
      return signedWebhook("sms", sms, ways);
    case "twilio":
      return twilioSms(sms, ways, publicUrl);
    case "messagebird":
      return messagebirdSms(sms, ways, publicUrl);
  }
};

const voiceAdapter = (voice: NonNullable<ChannelSettings["voice"]>, publicUrl: string, ways: Ways): ChannelAdapter => {
  switch (voice.provider) {
    case "webhook":
      return signedWebhook("voice", voice, ways);
    case "twilio":
      return twilioVoice(voice, ways, publicUrl);
    case "messagebird":
      return messagebirdVoice(voice, ways, publicUrl);
  }
};

const emailAdapter = (email: NonNullable<ChannelSettings["email"]>, ways: Ways): ChannelAdapter => {
  switch (email.provider) {
    case "webhook":
      return signedWebhook("email", email, ways);
    case "postmark":
      return postmark(email, ways);
    case "brevo":
      return brevo(email, ways);
  }
};
