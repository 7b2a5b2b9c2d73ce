import type { Scenario } from "../../../protocol/scenarios.ts";
import type { StandbyApi } from "../../sdk/api.ts";
import { pause } from "../../sdk/pause.ts";
import { StandbyProblem, StandbyUnreachable } from "../../sdk/problem.ts";
import { between, pick } from "./chance.ts";

interface Exercises {
  admin: StandbyApi;
  scenarios: readonly Scenario[];
  signal: AbortSignal;
  say: (line: string) => void;
  username: string;
  password: string;
}

/** From the start, then from the end of one exercise, to the next, ms. */
const calm = { least: 60_000, most: 180_000 };
const first = { least: 5_000, most: 10_000 };
/** How long an exercise lasts, ms: everybody who comes is there by then. */
const lasts = { least: 70_000, most: 120_000 };

/** Raises an exercise now and then and ends it, until the signal. What is open at that moment is ended too. */
export async function holdExercises(exercises: Exercises): Promise<void> {
  const { scenarios, signal } = exercises;
  let wait = first;
  while (!signal.aborted) {
    await untilStopped(between(wait.least, wait.most), signal);
    wait = calm;
    const scenario = pick(scenarios);
    if (signal.aborted || scenario === undefined) return;
    try {
      await hold(exercises, scenario);
    } catch (error) {
      // The server is away or being restarted, or our session ended: the next one will do.
      if (!(error instanceof StandbyProblem || error instanceof StandbyUnreachable)) throw error;
      exercises.say(`the exercise failed: ${error.message}`);
      await logInAgain(exercises, error);
    }
  }
}

async function hold({ admin, signal, say }: Exercises, scenario: Scenario): Promise<void> {
  const { alarmId, recipients } = await admin.raiseAlarm({ scenarioId: scenario.scenarioId, kind: "exercise" });
  say(`exercise "${scenario.title}" (${scenario.name}) for ${recipients} people: ${alarmId}`);
  await untilStopped(between(lasts.least, lasts.most), signal);
  try {
    const { counts } = await admin.standDown(alarmId, { reason: "exerciseOver" });
    say(
      `exercise "${scenario.title}" is over: ${counts.received} of ${counts.recipients} received it, ` +
        `${counts.seen} saw it, ${counts.coming + counts.enRoute + counts.onScene} came`,
    );
  } catch (error) {
    // Somebody ended it on the page meanwhile.
    if (!(error instanceof StandbyProblem && error.code === "conflict")) throw error;
    say(`exercise "${scenario.title}" was ended by somebody else`);
  }
}

async function logInAgain({ admin, username, password, say }: Exercises, error: Error): Promise<void> {
  if (!(error instanceof StandbyProblem) || error.status !== 401) return;
  await admin.logIn({ username, password }).catch((thrown: Error) => say(`logging in failed: ${thrown.message}`));
}

const untilStopped = (ms: number, signal: AbortSignal): Promise<void> => pause(ms, signal).catch(() => undefined);
