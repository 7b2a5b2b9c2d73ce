import { type Context, Hono } from "hono";
import { type Environment, settingsOf } from "../actors/kernel/environment.ts";
import { showAnswerPage, takeAnswerForm } from "./answer-page/serve.ts";
import { problem } from "./http/answers.ts";
import { discardBody } from "./http/discard-body.ts";
import type { EdgeRequest } from "./http/edge-request.ts";
import { guarded } from "./http/guarded.ts";
import { servePage } from "./page.ts";
import { endpoints } from "./routes/all.ts";
import { documentPaths, serveDocument } from "./routes/documents.ts";
import { openRoom, roomAsked } from "./routes/room-socket.ts";
import { openSocket, socketTenant } from "./routes/socket.ts";

const app = new Hono<{ Bindings: Environment }>();

const edgeRequest = (c: Context<{ Bindings: Environment }>): EdgeRequest => ({
  request: c.req.raw,
  env: c.env,
  settings: settingsOf(c.env),
  receivedAt: Date.now(),
  waitUntil: (work) => c.executionCtx.waitUntil(work),
  params: c.req.param(),
});

for (const { route, handle } of Object.values(endpoints)) {
  app.on(route.method, route.path.replace(/\{(\w+)\}/g, ":$1"), (c) => guarded(route.id, () => handle(edgeRequest(c))));
}

for (const path of documentPaths) {
  app.get(path, (c) => guarded("documents", async () => serveDocument(path, settingsOf(c.env).PUBLIC_URL)));
}

/** The page behind the link of a message, for people without the app at hand. Not part of the API. */
for (const [method, handle] of [
  ["GET", showAnswerPage],
  ["POST", takeAnswerForm],
] as const) {
  app.on(method, "/a/:tenant/:token", (c) => guarded("answerPage", () => handle(edgeRequest(c))));
}

app.notFound((c) => {
  const { method, path } = c.req;
  if ((method !== "GET" && method !== "HEAD") || /^\/v1(?:\/|$)/.test(path))
    return guarded("none", async () => problem({ code: "not_found" }));
  return guarded("page", () => servePage(c.req.raw, c.env.ASSETS, settingsOf(c.env)));
});

const answerBody = async (request: Request, env: Environment, context: ExecutionContext): Promise<Response> => {
  const answered = await app.fetch(request, env, context);
  if (!answered.ok) await discardBody(request);
  return answered;
};

/** Everything that arrives over HTTP. Never throws: what nobody foresaw is answered with 503. */
export const handleRequest = (
  request: Request,
  env: Environment,
  context: ExecutionContext,
): Response | Promise<Response> => {
  const tenant = socketTenant(request);
  if (tenant === undefined) {
    const room = roomAsked(request);
    if (room !== undefined) return guarded("roomSocket", () => openRoom(request, room, env, settingsOf(env)));
    return request.body === null ? app.fetch(request, env, context) : answerBody(request, env, context);
  }
  return guarded("socket", () => openSocket(request, tenant, env, settingsOf(env)));
};
