import WebSocket from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import type { WireOrganisation } from "./wire-organisation.ts";

/** An unmodified y-websocket provider on a note, with the session that a program sends in a header, and what it heard. */
export class StockWriter {
  readonly doc = new Y.Doc();
  readonly provider: WebsocketProvider;
  /** Updates as they came from the server: those it stored and relayed. */
  readonly heard: Uint8Array[] = [];
  /** The number of a close after which it does not come back by itself. */
  closedWith: number | undefined;

  constructor(url: string, { tenant }: Pick<WireOrganisation, "tenant">, conversationId: string, token: string) {
    const address = `${url.replace("http", "ws")}/v1/${tenant}/conversations/${conversationId}`;
    class WithSession extends WebSocket {
      constructor(to: string) {
        super(to, { headers: { authorization: `Bearer ${token}` } });
      }
    }
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin === this.provider) this.heard.push(update);
    });
    this.provider = new WebsocketProvider(address, "sync", this.doc, {
      disableBc: true,
      // SAFETY: ws has what the provider uses of a browser's WebSocket: send, close, readyState and the four handlers.
      WebSocketPolyfill: WithSession as unknown as typeof globalThis.WebSocket,
    });
    this.provider.on("closed", ({ code }) => {
      this.closedWith = code;
    });
  }

  get text(): string {
    return this.doc.getText("content").toString();
  }

  get story(): string {
    return this.doc.getXmlFragment("story").toString();
  }

  write(text: string, at = this.doc.getText("content").length): void {
    this.doc.getText("content").insert(at, text);
  }

  tell(line: string): void {
    const paragraph = new Y.XmlElement("p");
    paragraph.insert(0, [new Y.XmlText(line)]);
    this.doc.getXmlFragment("story").push([paragraph]);
  }

  /** Whether everything of these updates is in the document, what they take away as well. */
  holds(updates: readonly Uint8Array[]): boolean {
    const snapshot = Y.snapshot(this.doc);
    return updates.every((update) => Y.snapshotContainsUpdate(snapshot, update));
  }

  /** Equal down to the structs and what was taken away. */
  equals(other: StockWriter): boolean {
    return Y.equalSnapshots(Y.snapshot(this.doc), Y.snapshot(other.doc));
  }

  offline(): void {
    this.provider.disconnect();
  }

  online(): void {
    this.provider.connect();
  }

  end(): void {
    this.provider.destroy();
    this.doc.destroy();
  }
}
