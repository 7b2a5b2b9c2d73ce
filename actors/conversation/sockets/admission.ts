import * as z from "zod";
import { Epoch } from "../../../protocol/conversation/rooms.ts";
import { Permission } from "../../../protocol/people.ts";
import type { Admitted } from "../../kernel/room-messages.ts";

/** What the edge says of an upgrade, in headers that no client can set: a person whose session was checked. */
const AdmittedHeader = z.object({
  sessionId: z.string().min(1),
  deviceId: z.string().min(1),
  expiresAt: z.number(),
  person: z.object({
    userId: z.string().min(1),
    permission: Permission,
    roleIds: z.array(z.string()),
    homeSiteId: z.string().optional(),
    enabled: z.boolean(),
  }),
});

export interface Upgrade {
  admitted: Admitted;
  /** Number and generation of the epoch whose document is asked for; the one that is written now when absent. */
  epoch?: readonly [number, number];
  answerProtocol: boolean;
}

/** Decodes an upgrade as the edge hands it on. */
export const readUpgrade = ({ headers }: Request): Upgrade | undefined => {
  const admitted = AdmittedHeader.safeParse(safeJson(headers.get("x-standby-admitted")));
  if (!admitted.success || headers.get("upgrade")?.toLowerCase() !== "websocket") return undefined;
  const epoch = headers.get("x-standby-epoch");
  const [number = Number.NaN, generation = Number.NaN] = (epoch ?? "").split(".").map(Number);
  return {
    admitted: admitted.data,
    ...(Epoch.safeParse(epoch).success ? { epoch: [number, generation] } : {}),
    answerProtocol: headers.get("x-standby-protocol") === "1",
  };
};

const safeJson = (text: string | null): unknown => {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
};
