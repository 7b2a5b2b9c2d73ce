import { Photo } from "../../../protocol/conversation/rooms.ts";
import { routes } from "../../../protocol/http/routes.ts";
import { limits } from "../../../protocol/limits.ts";
import { readProblem, StandbyUnreachable } from "../../sdk/problem.ts";

/** The picture is no picture. */
export class NoPicture extends Error {
  override readonly name = "NoPicture";
}

const qualities = [0.82, 0.7, 0.55, 0.4];

/**
 * Makes a photo small on the device, before it goes anywhere: a phone's is many times what the server takes, and what it says of
 * where it was taken stays behind.
 *
 * @throws NoPicture
 */
export const shrink = async (file: Blob): Promise<Blob> => {
  const picture = await createImageBitmap(file).catch(() => {
    throw new NoPicture();
  });
  const scale = Math.min(1, limits.photoPixels / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  if (context === null) throw new NoPicture();
  // JPEG has no transparency: without this it would be black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  for (const quality of qualities) {
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    if (made !== null && made.size <= limits.photoBytes) return made;
  }
  throw new NoPicture();
};

const addressOf = (path: string, values: Record<string, string>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));

/** A photo's address: the browser asks for it with the session's cookie. */
export const photoAddress = (tenant: string, conversationId: string, photoId: string): string =>
  addressOf(routes.getPhoto.path, { tenant, conversationId, photoId });

/** Puts a photo into a conversation, for a message to take. @throws StandbyProblem, StandbyUnreachable */
export const upload = async (tenant: string, conversationId: string, photo: Blob): Promise<Photo> => {
  // Not by the SDK's `call`: that sends JSON.
  const answer = await fetch(addressOf(routes.addPhoto.path, { tenant, conversationId }), {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": photo.type },
    body: photo,
  }).catch((error: unknown) => {
    throw new StandbyUnreachable("addPhoto: no answer", { cause: error });
  });
  const text = await answer.text();
  if (!answer.ok) throw readProblem(answer.status, text);
  return Photo.strip().parse(JSON.parse(text));
};
