import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { Failure } from "./failure.ts";

/**
 * Makes sure that the port can be listened on, before anything is started.
 * @throws Failure that names the port and the variable to change it with.
 */
export async function assertPortFree(host: string, port: number): Promise<void> {
  let problem = await listenProblem(host === "*" ? undefined : host, port);
  // `localhost` is ::1 for many programs: another one there would answer in our place. No IPv6 at all is no problem.
  if (problem === undefined && host === "127.0.0.1" && (await listenProblem("::1", port)) === "EADDRINUSE") {
    problem = "EADDRINUSE";
  }
  if (problem === undefined) return;
  if (problem === "EADDRINUSE") {
    throw new Failure(
      `port ${port} is taken by another program. End that program, or choose another port: PORT=${port + 1} npm start`,
    );
  }
  if (problem === "EACCES") {
    throw new Failure(`this user may not listen on port ${port}. Choose a port from 1024 up with the variable PORT.`);
  }
  throw new Failure(
    `it cannot listen on ${host}, port ${port} (${problem}). The variables STANDBY_HOST and PORT choose them.`,
  );
}

/**
 * A free loopback port for a part nobody else talks to. It lies below the ports that systems hand out to outgoing
 * connections (from 32768 or 49152): there, a client that dials a dead sqld could be given the very port it dials,
 * connect to itself, and so keep sqld from coming back.
 * @param taken a port that is spoken for, though nobody listens on it yet
 */
export async function freePort(taken?: number): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(20_001, 32_000);
    if (port !== taken && (await listenProblem("127.0.0.1", port)) === undefined) return port;
  }
  throw new Failure("no free port between 20001 and 32000 was found for sqld.");
}

async function listenProblem(host: string | undefined, port: number): Promise<string | undefined> {
  const server = createServer();
  server.listen({ host, port, exclusive: true });
  try {
    await once(server, "listening");
  } catch (thrown) {
    return thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);
  }
  server.close();
  await once(server, "close");
  return undefined;
}
