import type { User } from "../../../protocol/people.ts";
import { AlarmSocket } from "../../sdk/alarm-socket.ts";
import { StandbyApi } from "../../sdk/api.ts";
import { StandbyUnreachable } from "../../sdk/problem.ts";
import { connectWithToken } from "./connect.ts";
import type { Kept } from "./kept.ts";

export interface Device {
  user: User;
  socket: AlarmSocket;
}

interface Opening {
  admin: StandbyApi;
  url: string;
  tenant: string;
  people: readonly User[];
  kept: Kept;
  signal: AbortSignal;
  say: (line: string) => void;
}

/** A device for each person: the one of the former run, or one that is enrolled now. Their sockets are not started. */
export async function openDevices(opening: Opening): Promise<Device[]> {
  const { admin, people, kept, signal, say } = opening;
  const missing = people.filter((user) => kept.token(user.userId) === undefined);
  if (missing.length > 0) {
    const { enrolments } = await admin.createEnrolments(missing.map((user) => user.userId));
    for (const { userId, code } of enrolments) {
      if (signal.aborted) return [];
      kept.setToken(userId, await enrol(opening, code));
    }
    say(`enrolled ${missing.length} devices`);
  }
  return people.map((user) => openDevice(opening, user));
}

function openDevice(opening: Opening, user: User): Device {
  const { admin, kept, say, signal } = opening;
  const socket = new AlarmSocket({
    url: admin.socketUrl,
    connect: connectWithToken(() => kept.token(user.userId) ?? ""),
  });
  // The session of a kept device was ended (logged out, or another installation in the same folder): enrolled anew.
  const renew = async (): Promise<void> => {
    const [enrolment] = (await admin.createEnrolments([user.userId])).enrolments;
    if (enrolment === undefined) return;
    kept.setToken(user.userId, await enrol(opening, enrolment.code));
    if (!signal.aborted) socket.start();
  };
  socket.on("status", (status) => {
    if (status !== "ended") return;
    renew().catch((error: unknown) => {
      say(`${user.firstName} ${user.lastName} is logged out and stays away: ${(error as Error).message}`);
    });
  });
  return { user, socket };
}

async function enrol({ url, tenant }: Opening, code: string): Promise<string> {
  const api = new StandbyApi({ baseUrl: url, tenant });
  await api.createDeviceSession({ code, device: { name: "Simulated phone", platform: "demo" } });
  if (api.token === undefined) throw new StandbyUnreachable("a device was enrolled without a token");
  return api.token;
}
