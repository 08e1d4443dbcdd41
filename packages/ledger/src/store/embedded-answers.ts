/**
 * The engine's answers, taken apart. The rows are read here, each text as it stands: the engine's own reader leaves out
 * the mark that a text may begin with (U+FEFF, which some programs write before all they export).
 */
import { protocol } from "@electric-sql/pglite";
import { createTurns } from "../turns.ts";

/** What is used of the protocol's messages. */
export interface Message {
  readonly name: string;
}

/** A row: texts, or nothing. */
export interface DataRow extends Message {
  readonly fields: readonly (string | null)[];
}

/** A message begins with a letter and its length, which counts itself. */
const headBytes = 5;
const dataRow = "D".charCodeAt(0);
/** So many bytes are taken apart in one go: far less than others would notice. */
const bytesAtOnce = 64 * 1024;

/** The messages of an answer; a long one, of ten thousand rows, is taken apart in turns. */
export async function messagesOf(answer: Uint8Array): Promise<readonly Message[]> {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  const parser = new protocol.Parser();
  const messages: Message[] = [];
  const turn = createTurns();
  let pause = bytesAtOnce;
  for (let start = 0; start < bytes.length; ) {
    const end = start + 1 + bytes.readUInt32BE(start + 1);
    if (bytes[start] === dataRow) messages.push(rowOf(bytes, start + headBytes));
    else parser.parse(bytes.subarray(start, end), (message) => messages.push(message as unknown as Message));
    start = end;
    if (start < pause) continue;
    pause = start + bytesAtOnce;
    const others = turn();
    if (others !== false) await others;
  }
  return messages;
}

/** How many fields, then the length of each and its bytes; no bytes where the length is -1. */
function rowOf(bytes: Buffer, start: number): DataRow {
  const fields: (string | null)[] = [];
  let at = start + 2;
  for (let left = bytes.readUInt16BE(start); left > 0; left -= 1) {
    const length = bytes.readInt32BE(at);
    at += 4;
    fields.push(length === -1 ? null : bytes.toString("utf8", at, at + length));
    at += Math.max(0, length);
  }
  return { name: "dataRow", fields };
}
