import fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryMemory } from "../../clients/sdk/socket/memory.ts";
import { startDevice } from "./sdk-device.ts";
import { FakeServer } from "./sdk-fake-server.ts";
import { ManualClock, settle } from "./sdk-manual-clock.ts";

/**
 * I3, I4. Any mixture of alarms, stand-downs, re-alarms, re-openings, answers, repeats, frames that overtake each other, cut lines, an unreachable server and
 * restarts of the device's program. What it does not prove: anything about the real server; FakeServer is the wire as written.
 */
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("raise" as const), gap: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("standDown" as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("callAgain" as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("repeat" as const), pick: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("swap" as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("flow" as const), frames: fc.integer({ min: 1, max: 6 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("respond" as const),
      pick: fc.nat(),
      response: fc.constantFrom("coming" as const, "notComing" as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("cut" as const), code: fc.constantFrom(1006, 1012, 4403, 4429) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("down" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("up" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("mute" as const), on: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 20_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
);

/** Receipts the device put on its lines, whether or not the line then lost them. */
const receiptsSent = (server: FakeServer): string[] =>
  server.lines.flatMap((line) =>
    line.sent
      .map((text) => JSON.parse(text))
      .filter(({ type }) => type === "receipt")
      .map(({ alarmId }) => alarmId),
  );

test("every call is shown once, the newest holds, every arrival receipted, every answer accepted, and lastSeq never goes back", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 80, size: "max" }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      async (actions, randoms) => {
        const server = new FakeServer();
        const clock = new ManualClock();
        const memory = temporaryMemory();
        const random = () => randoms.next().value ?? 0;
        const shown: string[] = [];
        const calls: { seq: number; alarmId: string }[] = [];
        const ended: { seq: number; alarmId: string }[] = [];
        /** Whether an alarm is over, as the device has told it. */
        const over = new Map<string, boolean>();
        const wanted = new Map<string, string>();
        const overtaken = new Set<number | undefined>();
        let answer = 0;
        let highest = -1;

        const start = () => {
          const device = startDevice({ server, clock, memory, random });
          device.socket.on("alarm", ({ alarmId, seq, ended: isOver }) => {
            shown.push(alarmId);
            calls.push({ alarmId, seq });
            over.set(alarmId, isOver);
          });
          device.socket.on("standDown", ({ alarmId, seq }) => {
            ended.push({ alarmId, seq });
            over.set(alarmId, true);
          });
          return device.socket;
        };
        let socket = start();

        const flow = (frames?: number) => {
          server.open();
          server.flow(frames);
        };

        for (const step of actions) {
          const open = server.log.filter((item) => !item.ends);
          switch (step.do) {
            case "raise":
              server.raise(step.gap);
              break;
            case "standDown": {
              const still = open.filter((item) => !server.hasEnded(item.alarmId));
              const item = still[step.pick % still.length];
              if (item !== undefined) server.standDown(item.alarmId);
              break;
            }
            case "callAgain": {
              const item = open[step.pick % open.length];
              if (item !== undefined) server.callAgain(item.alarmId);
              break;
            }
            case "repeat":
              server.repeat(step.pick % Math.max(1, server.log.length));
              break;
            case "swap":
              overtaken.add(server.swap());
              break;
            case "flow":
              flow(step.frames);
              break;
            case "respond": {
              const alarmId = shown[step.pick % shown.length];
              if (alarmId === undefined) break;
              wanted.set(alarmId, `${step.response} ${++answer}`);
              void socket.respond(alarmId, step.response, { text: String(answer) });
              break;
            }
            case "cut":
              server.cut(step.code);
              break;
            case "down":
              server.reachable = false;
              server.cut();
              break;
            case "up":
              server.reachable = true;
              break;
            case "mute":
              if (step.on) server.mute.add("respond");
              else server.mute.clear();
              break;
            case "wait":
              await clock.advance(step.ms);
              break;
            case "restart":
              await socket.stop();
              server.line = undefined;
              socket = start();
              break;
          }
          await settle();
          expect(socket.lastSeq ?? -1).toBeGreaterThanOrEqual(socket.status === "connecting" ? -1 : highest);
          highest = Math.max(highest, socket.lastSeq ?? -1);
        }

        // The server is back for good.
        server.reachable = true;
        server.mute.clear();
        for (let n = 0; n < 40; n++) {
          await clock.advance(1_000);
          flow();
          await settle();
        }

        for (const told of [calls, ended]) {
          const numbers = told.map(({ alarmId, seq }) => `${alarmId} ${seq}`);
          expect(new Set(numbers).size).toBe(numbers.length);
        }
        for (const { alarmId, ends, seq } of server.standing()) {
          // What a later frame overtook and the line then lost is behind `lastSeq`: the wire sends it again only while the
          // alarm is open. So a server must not let a person's frames overtake each other.
          if (server.log.some((item) => item.alarmId === alarmId && overtaken.has(item.seq))) continue;
          const isTold = (ends ? ended : calls).some((told) => told.alarmId === alarmId && told.seq === seq);
          const isFirst = server.log.find((item) => item.alarmId === alarmId)?.seq === seq;
          // Somebody who has answered is not alarmed again; everybody hears of the first call and of the end.
          if (ends || isFirst || !wanted.has(alarmId)) expect(isTold).toBe(true);
          expect(over.get(alarmId)).toBe(server.hasEnded(alarmId));
        }
        for (const [alarmId, text] of wanted) {
          const stored = server.answers.findLast((frame) => frame.alarmId === alarmId);
          expect(`${stored?.response} ${stored?.text}`).toBe(text);
        }
        expect(socket.unconfirmed).toEqual([]);
        expect(socket.status).toBe("online");
        expect(receiptsSent(server)).toEqual(server.lines.flatMap((line) => line.arrivals));
        await socket.stop();
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);
