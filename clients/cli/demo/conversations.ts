import { routes } from "../../../protocol/http/routes.ts";
import type { User } from "../../../protocol/people.ts";
import { StandbyApi } from "../../sdk/api.ts";
import { Room } from "../../sdk/conversation/room.ts";
import { pause } from "../../sdk/pause.ts";
import { connectWithToken } from "./connect.ts";
import type { FilledSite } from "./fill.ts";
import type { Kept } from "./kept.ts";

interface Talk {
  url: string;
  tenant: string;
  admin: StandbyApi;
  people: readonly User[];
  sites: readonly FilledSite[];
  kept: Kept;
  signal: AbortSignal;
  say: (line: string) => void;
}

const everyonesTalk = [
  "The new extinguisher in the canteen hangs beside the north door",
  "Thanks. Does the map at reception know?",
  "It does since this morning",
];
const groupTitle = "First aid evening";
const groupTalk = [
  "Who brings the training dummy on Thursday?",
  "I do. Room 2.04 is free from 18:00",
  "I am there at 18:30, start without me",
];
const planTitle = "Emergency plan";
const plan = `Emergency plan

1. Raise the alarm: red button in the app, or the fire alarm.
2. The team lead puts on the yellow vest and goes to reception.
3. Evacuation marshals clear their zone and report "zone clear".
4. Everybody goes to the muster point; nobody goes back in.
5. The team lead receives the fire service at the gate.
`;

/** How long the plan may take to get there, ms. */
const patienceMs = 10_000;
const talkers = 3;

/** What people wrote to each other, and a plan that those who lead write together. What is there already stays. */
export async function fillConversations(talk: Talk): Promise<void> {
  const { admin, people, kept, url, tenant, signal, say } = talk;
  const writers = people.slice(0, talkers).flatMap(({ userId }) => {
    const token = kept.token(userId);
    return token === undefined ? [] : [{ userId, api: new StandbyApi({ baseUrl: url, tenant, token }) }];
  });
  const there = [];
  for await (const one of admin.items(routes.listConversations)) there.push(one);
  const everyone = there.find(({ kind }) => kind === "everyone");
  if (signal.aborted || writers.length === 0 || everyone === undefined) return;

  const write = async (conversationId: string, lines: readonly string[]): Promise<void> => {
    const { lastSeq } = await admin.call(routes.getConversationState, { params: { conversationId } });
    if (lastSeq > 0) return;
    // Made by its place: a run that was cut off does not write it twice.
    for (const [i, text] of lines.entries())
      await writers[i % writers.length]?.api.call(routes.sendMessage, {
        params: { conversationId },
        body: { messageId: `msg_demo-${i}`, text },
      });
  };
  await write(everyone.conversationId, everyonesTalk);
  const site = talk.sites[0];
  if (there.some(({ title }) => title === groupTitle) || site === undefined) return;
  const userIds = writers.map(({ userId }) => userId);
  const group = await admin.call(routes.createConversation, { body: { kind: "group", title: groupTitle, userIds } });
  await write(group.conversationId, groupTalk);
  const note = await admin.call(routes.createConversation, {
    body: { kind: "site", form: "note", title: planTitle, siteId: site.siteId },
  });
  const isWritten = await writePlan(admin, note.conversationId, signal);
  const empty = isWritten ? "" : ", which is empty: it could not be opened in time";
  say(`added conversations of ${writers.length} people, and the note ${planTitle}${empty}`);
}

/** @returns whether there is a plan now */
const writePlan = async (admin: StandbyApi, conversationId: string, signal: AbortSignal): Promise<boolean> => {
  const { userId } = await admin.call(routes.getMe);
  const room = new Room({ conversationId, api: admin, connect: connectWithToken(() => admin.token ?? ""), userId });
  const whole = new Promise<void>((resolve) => room.on("view", ({ isWhole }) => isWhole && resolve()));
  room.start();
  try {
    await Promise.race([whole, pause(patienceMs, signal)]);
    const text = room.doc?.getText("content");
    if (!room.view.isWhole || text === undefined) return false;
    // Somebody may have begun it on another screen.
    if (text.length === 0) text.insert(0, plan);
    return true;
  } finally {
    // What was sent arrives before the end of the line.
    await room.stop();
  }
};
