/**
 * A load generator on raw sockets: the usual clients cost more than the servers
 * measured here. Keep-alive connections, one request in flight on each, every
 * answer given to a check.
 */
import { connect, type Socket } from "node:net";

export type LoadRequest = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
};
export type LoadAnswer = { readonly status: number; readonly body: string };

export type LoadOptions = {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Ends after so many requests, whatever the time. */
  readonly atMost?: number;
  readonly next: () => LoadRequest;
  /** Called for each answer; throws when it is not what was asked for. */
  readonly check: (answer: LoadAnswer, request: LoadRequest) => void;
};

export type LoadResult = {
  readonly perSecond: number;
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
};

export async function load(options: LoadOptions): Promise<LoadResult> {
  const latencies: number[] = [];
  const started = performance.now();
  const until = started + options.seconds * 1000;
  let left = options.atMost ?? Number.POSITIVE_INFINITY;
  const goOn = () => left-- > 0 && performance.now() < until;
  await Promise.all(
    Array.from({ length: options.connections }, () => driveConnection(options, goOn, latencies)),
  );
  const elapsed = (performance.now() - started) / 1000;
  latencies.sort((left, right) => left - right);
  return {
    perSecond: latencies.length / elapsed,
    count: latencies.length,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}

/** One request, outside of a measurement. */
export async function ask(port: number, request: LoadRequest): Promise<LoadAnswer> {
  const answers: LoadAnswer[] = [];
  let asked = false;
  await driveConnection({
    port,
    connections: 1,
    seconds: 0,
    next: () => request,
    check: (answer) => answers.push(answer),
  }, () => {
    const first = !asked;
    asked = true;
    return first;
  }, []);
  const [answer] = answers;
  if (answer === undefined) throw new Error("No answer came.");
  return answer;
}

function driveConnection(options: LoadOptions, goOn: () => boolean, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: options.port, host: "127.0.0.1", noDelay: true });
    let received = "";
    let request = options.next();
    let sentAt = 0;
    const send = () => {
      if (!goOn()) {
        socket.end(() => resolve());
        return;
      }
      sentAt = performance.now();
      write(socket, request);
    };
    socket.setEncoding("latin1");
    socket.once("error", reject);
    socket.once("close", () => resolve());
    socket.once("connect", send);
    socket.on("data", (chunk: string) => {
      received += chunk;
      const answer = readAnswer(received);
      if (answer === undefined) return;
      received = "";
      latencies.push(performance.now() - sentAt);
      try {
        options.check(answer, request);
      } catch (error) {
        socket.destroy();
        reject(error);
        return;
      }
      request = options.next();
      send();
    });
  });
}

function write(socket: Socket, request: LoadRequest): void {
  const body = request.body ?? "";
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
  const token = request.token === undefined ? "" : `Authorization: Bearer ${request.token}\r\n`;
  const content =
    request.body === undefined
      ? ""
      : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  socket.write(
    `${request.method} ${request.path} HTTP/1.1\r\nHost: localhost\r\n${headers.join("")}${token}${content}\r\n${body}`,
  );
}

const lengthHeader = /\r\ncontent-length: *(\d+)/i;

/** The whole answer, or undefined while some of it is missing. Every server here sends a length or chunks that end the body. */
function readAnswer(received: string): LoadAnswer | undefined {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = received.slice(0, headEnd);
  const status = Number(head.slice(9, 12));
  const body = received.slice(headEnd + 4);
  const length = lengthHeader.exec(head)?.[1];
  if (length !== undefined) return body.length >= Number(length) ? { status, body } : undefined;
  return body.endsWith("0\r\n\r\n") ? { status, body } : undefined;
}

function percentile(sorted: readonly number[], fraction: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
}
