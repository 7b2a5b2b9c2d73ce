/**
 * The bare floor: the least that any alarm server on workerd must do, and nothing more. One object holds every socket,
 * stores one row an alarm, sends one text frame to each socket in one loop, and writes the receipts in batches.
 * No tenants, no authentication, no recipients, no record. Whatever StandBy costs above this is StandBy's own.
 *
 * Plain JavaScript, so that workerd loads it as it stands: a bundler between the source and the measurement would
 * be one more thing to explain. It speaks the frames of the StandBy socket, so one client measures both.
 */
import { DurableObject } from "cloudflare:workers";

const RECEIPT_BATCH_MS = 100;

export class Floor extends DurableObject {
  #devices = new WeakMap();
  #receipts = [];
  #flushing = false;
  #seq;

  constructor(ctx, env) {
    super(ctx, env);
    const sql = ctx.storage.sql;
    sql.exec("CREATE TABLE IF NOT EXISTS alarm (seq INTEGER PRIMARY KEY, alarm_id TEXT NOT NULL, frame TEXT NOT NULL)");
    sql.exec(
      "CREATE TABLE IF NOT EXISTS receipt_batch (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, receipts TEXT NOT NULL)",
    );
    this.#seq = sql.exec("SELECT COALESCE(MAX(seq), 0) AS seq FROM alarm").one().seq;
  }

  async fetch(request) {
    const path = new URL(request.url).pathname;
    if (request.method === "POST" && path === "/alarm") return this.#raise(await request.json());
    if (request.method === "GET" && path === "/stored") return this.#stored();
    if (request.headers.get("Upgrade") === "websocket") return this.#open(request);
    return new Response("not found", { status: 404 });
  }

  #open(request) {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment(request.headers.get("Authorization")?.slice("Bearer ".length) ?? "");
    return new Response(null, { status: 101, webSocket: client });
  }

  #raise({ title, message }) {
    const seq = ++this.#seq;
    const alarmId = `floor-alarm-${seq}`;
    const frame = JSON.stringify({
      type: "alarm",
      seq,
      alarmId,
      kind: "test",
      urgency: "urgent",
      silent: false,
      title,
      message,
      raisedAt: new Date().toISOString(),
      raisedBy: { type: "integration", id: "floor-panel", name: "Panel" },
    });
    this.ctx.storage.sql.exec("INSERT INTO alarm (seq, alarm_id, frame) VALUES (?, ?, ?)", seq, alarmId, frame);
    const sockets = this.ctx.getWebSockets();
    for (const socket of sockets) socket.send(frame);
    return Response.json({ alarmId, recipients: sockets.length }, { status: 202 });
  }

  /** How many receipts SQLite holds: lets the measuring side check that the floor did store what it is timed for. */
  #stored() {
    const row = this.ctx.storage.sql
      .exec("SELECT COALESCE(SUM(json_array_length(receipts)), 0) AS receipts, COUNT(*) AS batches FROM receipt_batch")
      .one();
    return Response.json(row);
  }

  webSocketMessage(socket, data) {
    const frame = JSON.parse(data);
    if (frame.type === "receipt") {
      this.#receipts.push([this.#device(socket), frame.alarmId]);
      if (!this.#flushing) {
        this.#flushing = true;
        setTimeout(() => this.#flush(), RECEIPT_BATCH_MS);
      }
    } else if (frame.type === "hello") {
      socket.send(
        JSON.stringify({ type: "welcome", seq: this.#seq, serverTime: new Date().toISOString(), resumed: false }),
      );
    }
  }

  #flush() {
    this.#flushing = false;
    const receipts = JSON.stringify(this.#receipts);
    this.#receipts = [];
    this.ctx.storage.sql.exec("INSERT INTO receipt_batch (at, receipts) VALUES (?, ?)", Date.now(), receipts);
  }

  #device(socket) {
    let device = this.#devices.get(socket);
    if (device === undefined) {
      device = socket.deserializeAttachment();
      this.#devices.set(socket, device);
    }
    return device;
  }

  webSocketClose(socket, code) {
    // Hibernatable sockets are not answered by the runtime, whatever the compatibility date: a client that says goodbye would
    // wait 10 s for the answer and then report 1006. These three codes may not be sent.
    socket.close(code === 1005 || code === 1006 || code === 1015 ? 1000 : code);
  }
}

export default {
  fetch(request, env) {
    return env.FLOOR.getByName("floor").fetch(request);
  },
};
