import { done } from "../../../protocol/problems.ts";
import { explain } from "../alarm/explain.ts";
import { fullName } from "../directory/directory.ts";
import { leads, recipientAt } from "./alarms.ts";
import { notFound, type Operation } from "./operation.ts";

/**
 * Those who lead ask about anybody, others about themselves; anybody else is as unknown to them as a stranger. An alarm that
 * passed somebody by is explained to them too: that is what the question is for.
 */
export const explainRecipient: Operation<"explainRecipient"> = (desk, who, { params }, now) => {
  const userId = params.userId ?? "";
  if (!leads(who) && who.person.userId !== userId) return notFound();
  const opened = desk.alarms.open(params.alarmId ?? "");
  if (opened === undefined) return notFound();
  const { alarmId } = opened.alarm;
  const person = desk.directory.people.get(userId);
  const i = opened.progress.indexOf.get(userId);
  if (person === undefined && i === undefined) return notFound();
  const tries = new Map([[userId, desk.sends.triesOf(alarmId, userId)]]);
  return done(
    explain({
      userId,
      name: person === undefined ? "" : fullName(person),
      recipient: i === undefined ? undefined : recipientAt(desk, opened, i, tries, now),
      leftOut: i === undefined ? desk.alarms.audience(alarmId)?.leftOut : [],
    }),
  );
};
