import type { ChannelTry } from "../../../protocol/alarms.ts";
import type { Channel } from "../../../protocol/terms.ts";
import { words } from "../state/language.ts";
import { clockTime } from "../state/times.ts";
import { Icon, type IconName } from "./icon.tsx";

export const channelIcon: Record<Channel, IconName> = { push: "push", sms: "sms", voice: "voice", email: "email" };

/** A provider's own words, or one of the reasons this page has words for. */
const reasonOf = (reason: string): string => words.value.channel.reason[reason] ?? reason;

const sentence = ({ channel, state, reason }: ChannelTry): string => {
  const w = words.value.channel;
  const why = reason === undefined ? "" : `: ${reasonOf(reason)}`;
  return `${w.name[channel]}, ${w.state[state]}${why}`;
};

/** Each channel once, by what it did last: enough for a row of a table. */
export const ChannelMarks = ({ channels }: { channels: readonly ChannelTry[] | undefined }) => {
  if (channels === undefined || channels.length === 0) return null;
  const last = new Map(channels.map((one) => [one.channel, one]));
  return (
    <span class="channels">
      {[...last.values()].map((one) => (
        <span key={one.channel} class={`channel channel-${one.state}`} title={sentence(one)}>
          <Icon name={channelIcon[one.channel]} size={16} />
          <span class="hidden">{sentence(one)}. </span>
        </span>
      ))}
    </span>
  );
};

/** Every try with its time, state and reason. */
export const ChannelList = ({ channels }: { channels: readonly ChannelTry[] }) => (
  <ol class="channel-list">
    {channels.map((one) => (
      <li key={`${one.channel} ${one.at} ${one.state}`}>
        <time dateTime={one.at}>{clockTime(one.at)}</time>
        <span class={`channel channel-${one.state}`}>
          <Icon name={channelIcon[one.channel]} size={16} />
        </span>
        <span>{sentence(one)}</span>
      </li>
    ))}
  </ol>
);
