import { newId } from "../../actors/kernel/ids.ts";
import { routes } from "../../protocol/http/routes.ts";
import { limits } from "../../protocol/limits.ts";
import { refuse } from "../../protocol/problems.ts";
import { answer, common, json, problem } from "../http/answers.ts";
import { addressOf } from "../http/perform.ts";
import { readAnyBytes } from "../http/read-body.ts";
import { roomEndpoint } from "../http/room-endpoint.ts";
import { pause, turns } from "../http/turns.ts";
import { codecModules } from "../photo/codec-modules.ts";
import { encodePhoto } from "../photo/encode-photo.ts";

/** One photo at a time (T15); a slow machine takes seconds for a large one. */
const photoTurn = turns(5_000);
const breathe = () => pause(1);

/** A photo is somebody else's file: a browser shows it as a picture or not at all, and nothing in it runs. */
const photoHeaders = {
  ...common,
  "Content-Type": "image/jpeg",
  "Content-Disposition": "inline",
  "Content-Security-Policy": "default-src 'none'; sandbox",
  "Cross-Origin-Resource-Policy": "same-origin",
};

export const photoEndpoints = {
  addPhoto: roomEndpoint(routes.addPhoto, async ({ request, room, person, caller }) => {
    const type = request.headers.get("Content-Type") ?? "";
    if (!/^image\//i.test(type.trim())) return problem({ code: "unsupported_media_type", detail: "must be image/*" });
    // Whoever may not is told so before anything is read or decoded.
    const expected = await room.expectPhoto(person);
    if (!expected.ok) return problem(expected.refusal);
    const sent = await readAnyBytes(request, limits.photoBytes);
    if (!sent.ok) return problem(sent.refusal);
    const turn = await photoTurn(() => encodePhoto(sent.value, codecModules, breathe));
    const encoded = turn.ok ? turn.value : turn;
    if (!encoded.ok) return problem(encoded.refusal);
    const { width, height, bytes } = encoded.value;
    const photoId = newId("pho");
    const added = await room.addPhoto(person, { photoId, width, height, bytes }, caller.ip);
    return answer(added, () =>
      json(201, { photoId, width, height, bytes: bytes.byteLength }, addressOf(request, photoId)),
    );
  }),
  getPhoto: roomEndpoint(routes.getPhoto, async ({ room, person, params }) =>
    answer(
      params.photoId === undefined ? refuse("not_found") : await room.photo(person, params.photoId),
      (bytes) => new Response(bytes as Uint8Array<ArrayBuffer>, { headers: photoHeaders }),
    ),
  ),
};
