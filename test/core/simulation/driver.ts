import type { RaiseResult } from "../../../actors/kernel/contract.ts";
import type { AcceptedAnswer, AnswerFacts } from "../../../actors/kernel/messages.ts";
import type { Outcome } from "../../../protocol/problems.ts";
import { Channel } from "../../../protocol/terms.ts";
import { Auditor } from "./auditor.ts";
import { promise } from "./broken.ts";
import { Client } from "./client.ts";
import type { Act, Deed, Of, Plan } from "./deeds.ts";
import { Facts } from "./facts.ts";
import { at } from "./picks.ts";
import type { Providers } from "./providers.ts";
import { scenarioBody } from "./scenario-body.ts";
import type { Town } from "./town.ts";
import type { World } from "./world.ts";

/** An alarm that somebody asked for, and what they were told. */
export interface Asked {
  method: string;
  args: (acceptedAt: number) => unknown[];
  alarmId: string;
  merged: boolean;
}

/** Does what a history says, as clients, devices and fate would, and keeps what each was answered. */
export class Driver {
  readonly world: World;
  readonly town: Town;
  readonly auditor: Auditor;
  readonly asked: Asked[] = [];
  /** Answers that somebody was told are taken. */
  readonly accepted: { alarmId: string; userId: string; response: string; version: number | undefined }[] = [];
  /** When something stood in the way of delivery: a kill, an eviction, a line that was cut. */
  readonly disturbances: { at: number; object?: string }[] = [];
  /** When the process was killed, for what must happen within a time. */
  readonly kills: number[] = [];
  readonly began: number;
  #providers: Providers;
  #scenarios: string[] = [];
  #answers: AnswerFacts[] = [];
  #reports: unknown[][] = [];
  #cutUntil = new Map<string, number>();
  #silentUntil = new Map<string, number>();
  readonly client: Client;
  #facts: Facts;
  #names = 0;

  constructor(world: World, town: Town, providers: Providers) {
    this.world = world;
    this.town = town;
    this.#providers = providers;
    this.client = new Client(world);
    this.#facts = new Facts(world, town, this.client);
    const { machine, tenant } = world;
    this.began = machine.clock.now;
    this.auditor = new Auditor(machine, tenant, town);
    for (const { integrationId, targets, bearer } of world.hooks) {
      this.auditor.targets.set(integrationId, targets);
      if (bearer !== undefined) this.auditor.bearers.set(integrationId, bearer);
    }
    const heard = machine.onCall;
    machine.onCall = (name, method, args) => {
      if (name === tenant && method === "progress") this.#reports.push(args);
      heard(name, method, args);
    };
    machine.onKill = () => {
      this.kills.push(machine.clock.now);
      this.disturbances.push({ at: machine.clock.now });
    };
    machine.isCut = (name) => (this.#cutUntil.get(name) ?? 0) > machine.clock.now;
    // What devices and coordinators wait for is not silent here: they would wait, and nothing else would happen.
    machine.silence = (name, method) =>
      method === "receive" ? Math.max(0, (this.#silentUntil.get(name) ?? 0) - machine.clock.now) : 0;
  }

  get now(): number {
    return this.world.machine.clock.now;
  }

  async act(act: Act): Promise<void> {
    const { machine } = this.world;
    if (act.killedAfter !== undefined) machine.light(act.killedAfter);
    await this.#do(act);
    await machine.advance(2);
    machine.extinguish();
    this.auditor.read();
    const [failure] = machine.failures;
    if (failure !== undefined) throw failure;
  }

  mend(): void {
    this.#cutUntil.clear();
    this.#silentUntil.clear();
    this.#providers.moods.clear();
  }

  async #do(deed: Deed): Promise<void> {
    switch (deed.do) {
      case "presence":
        return this.#facts.presence(deed);
      case "availability":
        return this.#facts.availability(deed);
      case "duty":
        return this.#facts.duty(deed);
      case "certificate":
        return this.#facts.certificate(deed);
      case "enable":
        return this.#facts.enable(deed);
      case "scenario":
        return this.#scenario(deed.plan);
      case "raise":
        return this.#raise(deed);
      case "hook":
        for (let i = 0; i < deed.times; i++) await this.#hook(deed);
        return;
      case "repeat":
        return this.#repeat(deed);
      case "connect": {
        const device = at(this.world.devices, deed.device);
        if (device === undefined) return;
        device.manner = deed.manner;
        return device.connect();
      }
      case "disconnect":
        return at(this.world.devices, deed.device)?.disconnect();
      case "answer":
        return this.#answer(deed);
      case "answerAll": {
        const { length } = this.auditor.courses.get(this.#alarm(deed.alarm, true) ?? "")?.recipients ?? [];
        for (let device = 0; device < Math.min(11, length - deed.leaveOut); device++)
          await this.#answer({ ...deed, do: "answer", device, etaMinutes: undefined });
        return;
      }
      case "answerAgain": {
        const facts = at(this.#answers, deed.which);
        return facts === undefined ? undefined : this.#tell(facts);
      }
      case "reportAgain": {
        const report = at(this.#reports, deed.which);
        return report === undefined ? undefined : this.client.tenant("progress", ...report);
      }
      case "escalate":
        return this.#lead(deed.alarm, "escalate", deed.step === undefined ? {} : { step: deed.step });
      case "reAlarm":
        return this.#lead(deed.alarm, "reAlarm", { who: deed.who });
      case "standDown":
        return this.standDown(this.#alarm(deed.alarm, true));
      case "reopen":
        return this.#reopen(this.#alarm(deed.alarm, false));
      case "wait":
        return this.world.machine.advance(deed.ms);
      case "kill":
        return this.world.machine.kill();
      case "evict":
        this.disturbances.push({ at: this.now });
        return this.world.machine.evict(this.#object(deed.object));
      case "cut": {
        const object = this.#object(deed.object);
        const lines = deed.silent ? this.#silentUntil : this.#cutUntil;
        lines.set(object, this.now + deed.ms);
        for (let at = this.now; at <= this.now + deed.ms + 15_000; at += 5_000) this.disturbances.push({ at, object });
        return;
      }
      case "provider": {
        const channel = Channel.options[deed.channel];
        if (channel !== undefined) this.#providers.moods.set(channel, deed.mood);
      }
    }
  }

  #object(i: number): string {
    return at([...this.world.machine.disks.keys()], i) ?? this.world.tenant;
  }

  /** The newest first: most of what happens happens to it. Now and then one that it makes no sense for. */
  #alarm(i: number, open: boolean): string | undefined {
    const all = [...this.auditor.courses.values()].reverse();
    const fitting = i > 8 ? all : all.filter((course) => course.open === open);
    return at(fitting, i % 3)?.alarmId;
  }

  async #scenario(plan: Plan): Promise<void> {
    this.#names += 1;
    const body = scenarioBody(this.town, plan, `Scenario ${this.#names}`);
    const made = await this.client.perform<{ scenarioId: string }>("createScenario", { body });
    if (!made.ok) throw new Error(`a scenario was refused: ${JSON.stringify(made.refusal)}`);
    this.#scenarios.push(made.value.scenarioId);
    this.auditor.targets.set(made.value.scenarioId, body.targets);
  }

  // ---------------------------------------------------------------------------------- alarms

  async #raise({ by, scenario, kind, join }: Of<"raise">): Promise<void> {
    const scenarioId = at([...this.#scenarios].reverse(), scenario);
    const people = this.town.citizens.filter(
      ({ userId }) => this.world.callers.has(userId) && !this.#facts.loggedOut.has(userId),
    );
    const raiser = at(people, by);
    if (scenarioId === undefined || raiser === undefined) return;
    const leads = raiser.permission === "admin" || raiser.permission === "coordinator";
    const incidentId = join === undefined || !leads ? undefined : at(this.#incidents(), join);
    this.#names += 1;
    const input = {
      params: {},
      query: {},
      body: { scenarioId, kind, ...(incidentId === undefined ? {} : { incidentId }) },
      idempotencyKey: `key-${this.#names}`,
    };
    const caller = this.world.callers.get(raiser.userId);
    await this.#ask({
      method: "perform",
      args: (acceptedAt) => [caller, "raiseAlarm", { ...input, acceptedAt }],
    });
  }

  #incidents(): string[] {
    return this.world.machine
      .disk(this.world.tenant)
      .rows<{ id: string }>("SELECT incident_id AS id FROM incidents ORDER BY opened_at, incident_id")
      .map(({ id }) => id);
  }

  async #hook({ hook, text }: Of<"hook">): Promise<void> {
    const one = at(this.world.hooks, hook);
    if (one === undefined) return;
    this.#names += 1;
    const webhookId = `msg-${this.#names}`;
    const body = { type: "panel", data: { message: `Detector ${text}` } };
    const { integrationId } = one;
    const signal = `${integrationId}|${text}`;
    const open = this.#signals.get(signal);
    const course = open === undefined ? undefined : this.auditor.courses.get(open.alarmId);
    const repeats =
      open !== undefined &&
      course?.open === true &&
      this.now - open.at <= one.mergeSeconds * 1_000 &&
      one.mergeSeconds > 0;
    const asked = await this.#ask({
      method: "raiseFromHook",
      args: (acceptedAt) => [{ integrationId, webhookId, body, acceptedAt }],
    });
    if (asked === undefined) return;
    promise(
      asked.merged === repeats && (!repeats || asked.alarmId === open?.alarmId),
      "T18 a repeat is no alarm",
      () => ({
        signal,
        asked,
        open,
      }),
    );
    this.#signals.set(signal, { alarmId: asked.alarmId, at: this.now });
  }
  #signals = new Map<string, { alarmId: string; at: number }>();

  async #ask(wish: Pick<Asked, "method" | "args">): Promise<Asked | undefined> {
    const outcome = await this.client.tenant<Outcome<RaiseResult>>(wish.method, ...wish.args(this.now - 2));
    if (!outcome.ok) {
      promise(outcome.refusal.code === "conflict", "an alarm is refused only for its incident", () => outcome);
      return undefined;
    }
    this.auditor.read();
    const { alarmId, merged } = outcome.value.raised;
    const asked = { ...wish, alarmId, merged: merged === true };
    promise(this.auditor.courses.has(alarmId), "I1 what was accepted is there", () => outcome);
    this.asked.push(asked);
    return asked;
  }

  /** The same request again, as a client does that did not hear the answer. */
  async #repeat({ which }: Of<"repeat">): Promise<void> {
    const before = at(this.asked, which);
    if (before === undefined) return;
    const outcome = await this.client.tenant<Outcome<RaiseResult>>(before.method, ...before.args(this.now - 2));
    const unknown = !outcome.ok && outcome.refusal.code === "unauthenticated";
    promise(
      unknown || (outcome.ok && outcome.value.replayed && outcome.value.raised.alarmId === before.alarmId),
      "I5 the same key is the same alarm",
      () => ({ outcome, before: before.alarmId }),
    );
  }

  async #answer({ device, alarm, response, etaMinutes }: Of<"answer">): Promise<void> {
    const alarmId = this.#alarm(alarm, true);
    if (alarmId === undefined) return;
    const recipients = this.auditor.courses.get(alarmId)?.recipients ?? [];
    // Now and then somebody answers whom nobody asked.
    const userId = device === 11 ? this.#facts.citizen(alarm).userId : at(recipients, device);
    if (userId === undefined) return;
    const own = this.world.devices.find((one) => one.userId === userId && one.connected);
    const facts = { alarmId, response, ...(etaMinutes === undefined ? {} : { etaMinutes }) };
    this.#answers.push({ ...facts, userId, deviceId: own?.deviceId ?? "dev_elsewhere" });
    if (own === undefined) return this.#tell({ ...facts, userId, deviceId: "dev_elsewhere" });
    const before = own.frames.length;
    await own.respond(facts);
    // What the device is told is all that it knows: an answer that was lost with the line was not accepted.
    for (const { frame } of own.frames.slice(before))
      if (frame.type === "responseAccepted" && frame.alarmId === alarmId)
        this.accepted.push({ alarmId, userId, response, version: undefined });
  }

  async #tell(facts: AnswerFacts): Promise<void> {
    const [outcome] = await this.client.tenant<Outcome<AcceptedAnswer>[]>("answers", [facts]);
    const { alarmId, userId, response } = facts;
    if (outcome?.ok) this.accepted.push({ alarmId, userId, response, version: outcome.value.version });
    else if (outcome?.refusal.code === "conflict")
      promise(
        this.auditor.courses.get(alarmId)?.open === false,
        "I4 only an ended alarm takes no answers",
        () => facts,
      );
    else
      promise(
        this.auditor.courses.get(alarmId)?.recipients.includes(userId) === false,
        "I3 only strangers are not known",
        () => facts,
      );
  }

  async #lead(alarm: number, operation: string, body: object): Promise<void> {
    const alarmId = this.#alarm(alarm, true);
    if (alarmId === undefined) return;
    const open = this.auditor.courses.get(alarmId)?.open;
    const outcome = await this.client.once(operation, { params: { alarmId }, body });
    if (outcome?.ok) promise(open === true, "only an open alarm has a course", () => ({ operation, outcome }));
  }

  async standDown(alarmId: string | undefined): Promise<void> {
    if (alarmId === undefined) return;
    const kills = this.kills.length;
    const open = this.auditor.courses.get(alarmId)?.open;
    const outcome = await this.client.perform("standDown", { params: { alarmId }, body: { reason: "over" } });
    this.auditor.read();
    promise(this.auditor.courses.get(alarmId)?.open === false, "I1 what was stood down is over", () => outcome);
    promise(kills !== this.kills.length || outcome.ok === open, "I4 the first end stands", () => ({ outcome, open }));
  }

  async #reopen(alarmId: string | undefined): Promise<void> {
    if (alarmId === undefined) return;
    const kills = this.kills.length;
    const course = this.auditor.courses.get(alarmId);
    const possible = course?.endedAt !== undefined && this.now - course.endedAt <= 10 * 60_000;
    const outcome = await this.client.perform("reopenAlarm", { params: { alarmId } });
    promise(kills !== this.kills.length || outcome.ok === possible, "ten minutes to open it again", () => ({
      outcome,
      endedAt: course?.endedAt,
      now: this.now,
    }));
  }
}
