import type { RoomAddress } from "./reader.ts";

/** A message as all three servers carry it. */
export interface ChatMessage {
  messageId: string;
  text: string;
}

/** Something that has rooms, to be measured. */
export interface RoomServer {
  name: string;
  pid: number;
  /** Of its database beside it, which the others do not have. */
  storePid?: number;
  /** Names of so many rooms, made if need be. */
  rooms(count: number): Promise<string[]>;
  /** @param reader which of the readers asks: servers that know people need one for each. @param epoch one of `epochs` */
  address(room: string, reader?: number, epoch?: string): RoomAddress;
  write(room: string, message: ChatMessage): Promise<void>;
  /** Puts many messages into a room, as a past has. */
  fill(room: string, messages: readonly ChatMessage[]): Promise<void>;
  /** The documents of a room, newest first. */
  epochs(room: string): Promise<(string | undefined)[]>;
  stop(): Promise<void>;
}
