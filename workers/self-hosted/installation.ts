import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { sqldBinary, workerdBinary } from "./binaries.ts";
import { type Build, build } from "./bundle.ts";
import { type DataLock, lockData } from "./data-lock.ts";
import type { Failure } from "./failure.ts";
import { type HistoryAccess, migrate, migrateWhenReachable } from "./migrate.ts";
import { PartRecord } from "./orphans.ts";
import { ownerOnlyFolder, writeOwnerOnly } from "./owner-only.ts";
import { assertPortFree, freePort } from "./ports.ts";
import { KeptPart, type PartDefinition } from "./process.ts";
import { keepSecrets, type Secrets } from "./secrets.ts";
import type { Settings } from "./settings.ts";
import { sqldMark, sqldPart } from "./sqld.ts";
import { workerdMark, workerdPart } from "./workerd.ts";
import { workerdConfig } from "./workerd-config.ts";
import { readWranglerFile } from "./wrangler-file.ts";

export interface InstallationOptions {
  settings: Settings;
  /** The folder with wrangler.toml and the sources. */
  projectFolder: string;
  /** For people: one sentence, or a line of a part. */
  log: (line: string) => void;
  /** Tests start with the history away; `startHistory` then brings it. */
  historyHeld?: boolean;
  signal?: AbortSignal;
}

/** A running StandBy on this machine. */
export class Installation {
  readonly settings: Settings;
  readonly dataFolder: string;
  readonly secrets: Secrets;
  /** Where this machine reaches it. */
  readonly url: string;
  readonly history: HistoryAccess;
  readonly workerd: KeptPart;
  /** Undefined when LIBSQL_URL points elsewhere. */
  readonly sqld: KeptPart | undefined;
  /** Resolves with the reason when it cannot be kept running. */
  readonly broken: Promise<Failure>;
  readonly #options: InstallationOptions;
  readonly #lock: DataLock;
  readonly #stopping = new AbortController();
  #stopped: Promise<void> | undefined;

  /**
   * Starts everything and resolves when the first request will be answered.
   * @throws Failure with the reason; whatever had been started is ended again.
   */
  static async start(options: InstallationOptions): Promise<Installation> {
    const { settings, signal } = options;
    // Whatever a person can put right is looked at before anything runs: data in use, port taken, missing program.
    const dataFolder = resolve(settings.dataFolder);
    ownerOnlyFolder(dataFolder);
    const lock = lockData(dataFolder, localUrl(settings));
    try {
      const parts = new PartRecord(dataFolder);
      const places = placesIn(dataFolder);
      const marks = { workerd: workerdMark(places.config), sqld: sqldMark(places.history) };
      for (const name of await parts.endOrphans(marks))
        options.log(`ended the ${name} of an earlier start that was killed`);
      await assertPortFree(settings.host, settings.port);
      workerdBinary();
      if (settings.libsql === undefined) sqldBinary();
      const secrets = keepSecrets(dataFolder, { ...settings, vapidPrivateKey: settings.channels.VAPID_PRIVATE_KEY });
      const built = await build(options.projectFolder, options.log, signal);
      const installation = new Installation(options, {
        dataFolder,
        lock,
        parts,
        secrets,
        built,
        sqldPort: await freePort(settings.port),
      });
      try {
        await installation.#bringUp();
      } catch (thrown) {
        await installation.stop();
        throw thrown;
      }
      return installation;
    } catch (thrown) {
      lock.release();
      throw thrown;
    }
  }

  private constructor(
    options: InstallationOptions,
    made: { dataFolder: string; lock: DataLock; parts: PartRecord; secrets: Secrets; built: Build; sqldPort: number },
  ) {
    const { settings } = options;
    this.#options = options;
    this.#lock = made.lock;
    this.settings = settings;
    this.dataFolder = made.dataFolder;
    this.secrets = made.secrets;
    this.url = localUrl(settings);
    this.history = settings.libsql ?? {
      url: `http://127.0.0.1:${made.sqldPort}`,
      authToken: made.secrets.historyToken,
    };

    const { promise, resolve: breakWith } = Promise.withResolvers<Failure>();
    this.broken = promise;
    const keep = (definition: PartDefinition) =>
      new KeptPart(definition, {
        onLine: (line) => options.log(`${definition.name}: ${line}`),
        onNews: options.log,
        onPid: (pid) => made.parts.note(definition.name, pid),
        onGivenUp: breakWith,
      });
    const places = placesIn(made.dataFolder);
    if (settings.libsql === undefined) {
      this.sqld = keep(
        sqldPart({ historyFolder: places.history, port: made.sqldPort, publicKey: made.secrets.historyPublicKey }),
      );
    }
    const variables = workerVariables(settings, made.secrets, this.history);
    this.workerd = keep(
      workerdPart({ configFile: places.config, host: settings.host, port: settings.port, variables }),
    );
    this.#configure(made.built);
  }

  /** Starts sqld, when it is ours, and brings its tables up to date. */
  async startHistory(): Promise<void> {
    if (this.sqld === undefined) return;
    await this.sqld.start();
    await migrate(this.history);
  }

  /** Builds what changed in the sources and, if it builds, goes on with that. Resolves false when nothing changed. */
  async rebuild(): Promise<boolean> {
    const built = await build(this.#options.projectFolder, this.#options.log, this.#stopping.signal);
    if (!built.changed) return false;
    await migrate(this.history);
    this.#configure(built);
    await this.workerd.killAndHold();
    await this.workerd.start();
    return true;
  }

  /** Ends the parts in order, workerd first so that what it still hands to the history arrives. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    await this.workerd.stop();
    await this.sqld?.stop();
    this.#lock.release();
  }

  async #bringUp(): Promise<void> {
    const { log, signal, historyHeld } = this.#options;
    signal?.addEventListener("abort", () => void this.stop(), { once: true });
    signal?.throwIfAborted();
    if (this.sqld === undefined) void migrateWhenReachable(this.history, log, this.#stopping.signal);
    else if (historyHeld !== true) await this.startHistory();
    signal?.throwIfAborted();
    await this.workerd.start();
  }

  #configure(built: Build): void {
    const places = placesIn(this.dataFolder);
    mkdirSync(places.objects, { recursive: true, mode: 0o700 });
    const config = workerdConfig({
      wrangler: readWranglerFile(join(this.#options.projectFolder, "wrangler.toml")),
      configFolder: this.dataFolder,
      bundle: built.bundle,
      pageFolder: built.pageFolder,
      objectsFolder: places.objects,
      host: this.settings.host,
      port: this.settings.port,
      variables: Object.keys(workerVariables(this.settings, this.secrets, this.history)),
      channelHosts: this.settings.channels.CHANNEL_PRIVATE_HOSTS !== undefined,
      calendarHosts: this.settings.calendarHosts !== undefined,
    });
    writeOwnerOnly(places.config, config);
  }
}

function placesIn(dataFolder: string): { config: string; objects: string; history: string } {
  return {
    config: join(dataFolder, "workerd.capnp"),
    objects: join(dataFolder, "objects"),
    history: join(dataFolder, "history"),
  };
}

function localUrl({ host, port }: Settings): string {
  const everywhere = ["127.0.0.1", "::1", "0.0.0.0", "::", "*"].includes(host);
  return `http://${everywhere ? "localhost" : host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** What the Worker reads from its environment. JURISDICTION is absent: the local runtime has none (I12). */
function workerVariables(settings: Settings, secrets: Secrets, history: HistoryAccess): Record<string, string> {
  return {
    OPERATOR_TOKEN: secrets.operatorToken,
    PASSWORD_PEPPER: secrets.passwordPepper,
    PUBLIC_URL: settings.publicUrl,
    LIBSQL_URL: history.url,
    ...(history.authToken === undefined ? {} : { LIBSQL_AUTH_TOKEN: history.authToken }),
    ...settings.channels,
    ...(settings.calendarHosts === undefined ? {} : { CALENDAR_PRIVATE_HOSTS: settings.calendarHosts }),
    VAPID_PUBLIC_KEY: secrets.vapid.publicKey,
    VAPID_PRIVATE_KEY: secrets.vapid.privateKey,
  };
}
