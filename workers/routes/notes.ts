import { decodeCursor, encodeCursor, wrongCursor } from "../../actors/tenant/operations/operation.ts";
import { routes } from "../../protocol/http/routes.ts";
import { pageSize } from "../../protocol/lists.ts";
import { answer, json, problem } from "../http/answers.ts";
import { roomEndpoint } from "../http/room-endpoint.ts";

/** The version that a cursor of ours says: what only looks like a number is none. */
const versionOf = (cursor: string): number | undefined => {
  const said = decodeCursor(cursor) ?? "";
  return /^[1-9][0-9]{0,14}$/.test(said) ? Number(said) : undefined;
};

/** Versions of notes; what is written in one goes over its socket. */
export const noteEndpoints = {
  listNoteVersions: roomEndpoint(routes.listNoteVersions, async ({ room, person, query }) => {
    const before = query.cursor === undefined ? Number.MAX_SAFE_INTEGER : versionOf(query.cursor);
    if (before === undefined) return problem(wrongCursor().refusal);
    return answer(await room.noteVersions(person, { before, limit: pageSize(query) }), ({ items, more }) => {
      const last = items.at(-1);
      const next = more && last !== undefined ? { nextCursor: encodeCursor(String(last.version)) } : {};
      return json(200, { items, ...next });
    });
  }),
  getNoteVersion: roomEndpoint(routes.getNoteVersion, async ({ room, person, params }) =>
    answer(await room.noteVersion(person, Number(params.version)), (value) => json(200, value)),
  ),
  restoreNoteVersion: roomEndpoint(routes.restoreNoteVersion, async ({ room, person, params, caller }) =>
    answer(await room.restoreNote(person, Number(params.version), caller.ip), (value) => json(200, value)),
  ),
};
