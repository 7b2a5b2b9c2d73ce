/**
 * Proves issue 6, Proof (I1, I4, I8, P3): workerd is killed with SIGKILL in the midst of a burst of 2,000 messages by eighty people, five
 * times. Every message that was accepted is there under the number that was said, nothing was shown that is not there, numbers
 * have no gaps, everybody heard the same order, and the history has each message once. Does not prove anything about power loss.
 */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Message } from "../../protocol/conversation/rooms.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { RoomClient } from "./room-client.ts";
import { enrol, makeOrganisation, type WireOrganisation } from "./wire-organisation.ts";

const people = 80;
const each = 25;
const kills = 5;

let standby: InstallationUnderTest;
let org: WireOrganisation;
let conversationId: string;
let clients: RoomClient[];

beforeAll(async () => {
  standby = await startInstallation();
  org = await makeOrganisation(standby.url, standby.operatorToken, { people, sites: 1 });
  const owners = org.people.map(({ userId }) => userId);
  const tokens = await enrol(org, owners);
  const { body } = await org.call("GET", "/conversations");
  conversationId = body.items.find(({ kind }: { kind: string }) => kind === "everyone").conversationId;
  clients = tokens.map((token, i) => new RoomClient(standby.url, org.tenant, conversationId, token, owners[i] ?? ""));
  await Promise.all(clients.map((client) => client.connect()));
}, 180_000);

afterAll(async () => {
  for (const client of clients) client.close();
  await standby.stop();
});

const allMessages = async (): Promise<Message[]> => {
  const all: Message[] = [];
  for (let more = true; more; ) {
    const { body } = await org.call(
      "GET",
      `/conversations/${conversationId}/messages?limit=200&after=${all.at(-1)?.seq ?? 0}`,
    );
    all.push(...(body.items as Message[]));
    more = body.more;
  }
  return all;
};

test("I1, I4: SIGKILL during a burst of 2,000 messages loses none that was accepted", {
  timeout: 240_000,
}, async () => {
  let sent = 0;
  let unanswered = 0;
  const burst = (async () => {
    for (let n = 0; n < each; n++) {
      for (const [i, client] of clients.entries()) {
        client.send(`msg_of${String(i).padStart(3, "0")}_${String(n).padStart(3, "0")}`, `${n} by person ${i}`);
        sent += 1;
      }
      await pause(60);
    }
  })();
  for (let kill = 0; kill < kills; kill++) {
    await expect.poll(() => sent, { timeout: 60_000 }).toBeGreaterThan(((kill + 0.4) * people * each) / kills);
    await standby.killWorkerd();
    unanswered += clients.reduce((sum, client) => sum + client.owed, 0);
    await standby.startWorkerd();
    await Promise.all(clients.map((client) => client.connect()));
  }
  await burst;
  // What was said into a line that was gone is said again, as the SDK does.
  await expect
    .poll(
      async () => {
        const waiting = clients.filter(({ owed }) => owed > 0);
        await Promise.all(waiting.map((client) => client.connect()));
        return waiting.length;
      },
      { timeout: 60_000, interval: 500 },
    )
    .toBe(0);
  expect(unanswered, "kills came between a message and its answer").toBeGreaterThan(0);

  const messages = await allMessages();
  expect(messages.length).toBe(people * each);
  expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, i) => i + 1));
  const byId = new Map(messages.map((message) => [message.messageId, message]));
  for (const client of clients) {
    expect(client.accepted.size).toBe(each);
    for (const [messageId, seq] of client.accepted) expect(byId.get(messageId)?.seq, messageId).toBe(seq);
    for (const heard of client.heard.values()) expect(byId.get(heard.messageId)).toEqual(heard);
  }
});

test("I8: the history has every message once", { timeout: 120_000 }, async () => {
  const { url, authToken } = standby.history;
  const count = async () => {
    const response = await fetch(`${url}/v2/pipeline`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(authToken === undefined ? {} : { authorization: `Bearer ${authToken}` }),
      },
      body: JSON.stringify({
        requests: [
          {
            type: "execute",
            stmt: {
              sql: "SELECT count(*), count(DISTINCT seq) FROM messages WHERE conversation_id = ?",
              args: [{ type: "text", value: conversationId }],
            },
          },
        ],
      }),
    });
    const body = (await response.json()) as { results: { response: { result: { rows: { value: string }[][] } } }[] };
    return body.results[0]?.response.result.rows[0]?.map(({ value }) => Number(value));
  };
  await expect.poll(count, { timeout: 90_000, interval: 1_000 }).toEqual([people * each, people * each]);
});
