import type { Recipient } from "../../../protocol/alarms.ts";
import type { Kind, Response, Urgency } from "../../../protocol/terms.ts";
import { words } from "../state/language.ts";
import type { Group } from "../state/recipients.ts";
import { Icon, type IconName } from "./icon.tsx";

export const urgencyIcon: Record<Urgency, IconName> = { urgent: "siren", normal: "bell", information: "info" };
export const kindIcon: Record<Kind, IconName> = { actual: "siren", exercise: "exercise", test: "test" };

/** Urgency by colour, word and icon: no one of the three is enough for everybody. */
export const UrgencyMark = ({ urgency }: { urgency: Urgency }) => (
  <span class={`mark mark-${urgency}`}>
    <Icon name={urgencyIcon[urgency]} size={16} />
    {words.value.urgency[urgency]}
  </span>
);

/** Nothing for an actual alarm: what is marked is what is not real. */
export const KindMark = ({ kind }: { kind: Kind }) =>
  kind === "actual" ? null : (
    <span class={`mark mark-${kind}`}>
      <Icon name={kindIcon[kind]} size={16} />
      {words.value.kind[kind]}
    </span>
  );

export const SilentMark = ({ silent }: { silent: boolean }) =>
  silent ? (
    <span class="mark mark-silent">
      <Icon name="silent" size={16} />
      {words.value.silent}
    </span>
  ) : null;

/** Across the whole width, wherever an exercise or a test is shown large. */
export const KindBanner = ({ kind }: { kind: Kind }) =>
  kind === "actual" ? null : (
    <p class={`kind-banner kind-banner-${kind}`}>
      <Icon name={kindIcon[kind]} />
      <strong>{words.value.kindBanner[kind]}</strong>
    </p>
  );

export const groupIcon: Record<Group, IconName> = {
  onScene: "place",
  enRoute: "route",
  coming: "check",
  notComing: "cross",
  seen: "eye",
  received: "received",
  sent: "sent",
  pending: "clock",
  notReached: "unreached",
};

export const StateChip = ({ recipient }: { recipient: Recipient }) => {
  const { state, reason } = recipient;
  const icon = state === "answered" ? "check" : groupIcon[state];
  const w = words.value;
  return (
    <span class={`chip chip-${state}`}>
      <Icon name={icon} size={15} />
      {reason === undefined ? w.state[state] : `${w.state[state]}: ${w.reason[reason]}`}
    </span>
  );
};

export const ResponseChip = ({ response, eta }: { response: Response; eta?: number | undefined }) => {
  const w = words.value;
  return (
    <span class={`chip chip-${response}`}>
      <Icon name={groupIcon[response]} size={15} />
      {w.response[response]}
      {eta === undefined ? null : <span>{w.alarm.eta(eta)}</span>}
    </span>
  );
};
