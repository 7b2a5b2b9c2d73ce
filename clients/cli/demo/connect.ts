import { WebSocket } from "ws";
import { type Connect, ConnectRefused } from "../../sdk/socket/connection.ts";

/** Opens a socket as programs do: the token in the Authorization header, asked for anew on each connect. */
export const connectWithToken =
  (token: () => string): Connect =>
  (url, protocols) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url, [...protocols], {
        headers: { authorization: `Bearer ${token()}` },
        perMessageDeflate: false,
        handshakeTimeout: 10_000,
      });
      socket.once("open", () => resolve(socket as unknown as Awaited<ReturnType<Connect>>));
      socket.on("error", reject);
      socket.once("unexpected-response", (request, response) => {
        const seconds = Number(response.headers["retry-after"]);
        reject(new ConnectRefused(response.statusCode ?? 0, Number.isFinite(seconds) ? seconds : undefined));
        request.destroy();
      });
    });
