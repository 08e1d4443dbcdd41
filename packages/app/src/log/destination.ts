/**
 * Where the lines go. Lines are written together, a tenth of a second after they
 * were given at the latest, by one write at a time that nobody waits for: neither
 * a full disk nor a reader that has stopped reading holds up a request. What
 * cannot be written is dropped and counted; standard error is told once, and the
 * log itself as soon as it takes lines again.
 */
import { close, fstatSync, write, writeSync } from "node:fs";

export type Destination = {
  /** Takes one line, with its end; returns at once and never throws. */
  write(line: string): void;
  /** Writes what is left without waiting for the event loop; for a process that is about to die. */
  flushNow(): void;
  /** Writes what is left, for as long as that takes within reason, and closes. */
  close(): Promise<void>;
};

/** What a destination is made of. */
export type DestinationParts = {
  /** A descriptor to append to; tried again after a failure when there was none to be had. */
  readonly open: () => number;
  /** Whether what `open` threw can pass while the process runs, so that it need not wait for it. */
  readonly canPass: (error: unknown) => boolean;
  /** Where the destination is, in words, for what standard error is told. */
  readonly name: string;
  /** Told once, when lines begin to be dropped. */
  readonly complain: (text: string) => void;
  /** A line of the log that says how many are missing. */
  readonly missing: (count: number) => string;
};

const flushMilliseconds = 100;
const flushCharacters = 8 * 1024;
/** More than this waits only where nothing is written any more. */
const mostWaitingCharacters = 1024 * 1024;
const tryAgainMilliseconds = 1000;
const longestCloseMilliseconds = 500;

type Writer = DestinationParts & {
  descriptor: number | undefined;
  waiting: string[];
  waitingCharacters: number;
  /** Bytes handed to the system and not yet taken by it. */
  rest: Buffer | undefined;
  writing: boolean;
  dropped: number;
  /** Whether a line was cut off in the middle by what was dropped. */
  torn: boolean;
  /** Whether the last attempt failed. */
  failing: boolean;
  complained: boolean;
  timer: NodeJS.Timeout | undefined;
  onIdle: (() => void) | undefined;
};

/**
 * Opens a destination.
 *
 * @throws what `open` throws, unless that can pass.
 */
export function openDestination(parts: DestinationParts): Destination {
  const writer: Writer = {
    ...parts,
    descriptor: undefined,
    waiting: [],
    waitingCharacters: 0,
    rest: undefined,
    writing: false,
    dropped: 0,
    torn: false,
    failing: false,
    complained: false,
    timer: undefined,
    onIdle: undefined,
  };
  try {
    writer.descriptor = parts.open();
  } catch (error) {
    if (!parts.canPass(error)) throw error;
    drop(writer, error);
  }
  return {
    write: (line) => take(writer, line),
    flushNow: () => flushNow(writer),
    close: () => finish(writer),
  };
}

function take(writer: Writer, line: string): void {
  if (writer.waitingCharacters + line.length > mostWaitingCharacters) {
    writer.dropped += 1;
    complainOnce(writer, "it does not take them fast enough");
    return;
  }
  writer.waiting.push(line);
  writer.waitingCharacters += line.length;
  if (writer.failing) later(writer, tryAgainMilliseconds);
  else if (isMuch(writer)) flush(writer);
  else later(writer, flushMilliseconds);
}

function later(writer: Writer, milliseconds: number): void {
  if (writer.timer !== undefined || writer.writing) return;
  writer.timer = setTimeout(() => flush(writer), milliseconds);
  writer.timer.unref();
}

function flush(writer: Writer): void {
  if (writer.writing) return;
  clearTimeout(writer.timer);
  writer.timer = undefined;
  writer.rest ??= nextBytes(writer);
  if (writer.rest === undefined) writer.onIdle?.();
  else append(writer, writer.rest);
}

function append(writer: Writer, bytes: Buffer): void {
  try {
    writer.descriptor ??= writer.open();
  } catch (error) {
    failed(writer, error);
    return;
  }
  writer.writing = true;
  write(writer.descriptor, bytes, (error, count) => {
    writer.writing = false;
    if (error === null) written(writer, bytes.subarray(count));
    // The other end reads slowly: what was not taken is offered again.
    else if (error.code === "EAGAIN") later(writer, flushMilliseconds);
    else failed(writer, error);
  });
}

function written(writer: Writer, rest: Buffer): void {
  writer.torn = rest.length > 0;
  writer.rest = writer.torn ? rest : undefined;
  writer.failing = false;
  if (writer.torn || writer.onIdle !== undefined || isMuch(writer)) flush(writer);
  // Not at once: while events come one by one that would be a write, and a thread that wakes, for every other line.
  else if (writer.waiting.length > 0) later(writer, flushMilliseconds);
}

function isMuch({ waitingCharacters }: Writer): boolean {
  return waitingCharacters >= flushCharacters;
}

function failed(writer: Writer, error: unknown): void {
  drop(writer, error);
  writer.onIdle?.();
}

/** Gives up what waits. The next attempt opens anew: the volume may be another one by then. */
function drop(writer: Writer, error: unknown): void {
  writer.dropped += writer.waiting.length + linesIn(writer.rest);
  writer.waiting = [];
  writer.waitingCharacters = 0;
  writer.rest = undefined;
  writer.failing = true;
  closeOwn(writer);
  complainOnce(writer, (error as NodeJS.ErrnoException).code ?? String(error));
}

function complainOnce(writer: Writer, reason: string): void {
  if (writer.complained) return;
  writer.complained = true;
  const where = `The log ${writer.name} takes no more lines (${reason})`;
  writer.complain(`${where}; they are dropped until it does. The app goes on.\n`);
}

function linesIn(bytes: Buffer | undefined): number {
  return bytes === undefined ? 0 : bytes.toString("latin1").split("\n").length - 1;
}

function nextBytes(writer: Writer): Buffer | undefined {
  if (writer.waiting.length === 0) return undefined;
  const { dropped, torn, waiting } = writer;
  const lines = [torn ? "\n" : "", dropped === 0 ? "" : writer.missing(dropped), ...waiting];
  writer.torn = false;
  writer.dropped = 0;
  writer.waiting = [];
  writer.waitingCharacters = 0;
  return Buffer.from(lines.join(""));
}

function flushNow(writer: Writer): void {
  const bytes = Buffer.concat([writer.rest ?? Buffer.alloc(0), nextBytes(writer) ?? Buffer.alloc(0)]);
  writer.rest = undefined;
  const { descriptor } = writer;
  if (descriptor === undefined || bytes.length === 0) return;
  try {
    // A pipe that a write already waits for may never be read; a process that is dying must not wait with it.
    if (fstatSync(descriptor).isFile() || !writer.writing) writeSync(descriptor, bytes);
  } catch {
    // Nobody is left to be told.
  }
}

async function finish(writer: Writer): Promise<void> {
  await new Promise<void>((resolve) => {
    const impatient = setTimeout(resolve, longestCloseMilliseconds);
    writer.onIdle = () => {
      clearTimeout(impatient);
      resolve();
    };
    flush(writer);
  });
  writer.onIdle = undefined;
  clearTimeout(writer.timer);
  closeOwn(writer);
}

// What the process got from outside is not its own to close.
function closeOwn(writer: Writer): void {
  const { descriptor } = writer;
  writer.descriptor = undefined;
  if (descriptor !== undefined && descriptor > 2) close(descriptor, () => undefined);
}
