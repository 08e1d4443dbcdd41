/** A network between a client and a server of this machine that does what a bad one does, when it is told to. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/**
 * What becomes of something the client sends: it arrives; it is lost with the connection; it arrives, and the
 * connection is lost before the answer; or the connection is lost, and it arrives all the same a moment later.
 */
export type Fate = "arrives" | "lost" | "answer-lost" | "arrives-late";

export type BadNetwork = {
  readonly port: number;
  /** Asked for each piece of what clients send. */
  onSent(decide: (sent: string) => Fate): void;
  /** Resolves when all that arrives late has arrived and was answered. */
  late(): Promise<void>;
  /** Nobody gets through until the promise resolves. */
  cut(until: Promise<void>): void;
  close(): Promise<void>;
};

const lateMilliseconds = 200;

/** @param port where it listens; any that is free unless given */
export async function startBadNetwork(serverPort: number, port = 0): Promise<BadNetwork> {
  let decide: (sent: string) => Fate = () => "arrives";
  let open: Promise<void> = Promise.resolve();
  const sockets = new Set<Socket>();
  const late: Promise<unknown>[] = [];
  const remember = (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // Ends are lost on purpose here.
    socket.on("error", () => undefined);
  };
  const join = (client: Socket) => {
    const server = connect(serverPort, "127.0.0.1");
    remember(server);
    let answersAreLost = false;
    server.on("data", (answer) => {
      if (answersAreLost) client.destroy();
      else client.write(answer);
    });
    server.on("close", () => client.destroy());
    client.on("close", () => {
      if (!answersAreLost) server.destroy();
    });
    client.on("data", (sent) => {
      const fate = decide(sent.toString("latin1"));
      answersAreLost = fate === "answer-lost" || fate === "arrives-late";
      if (fate === "lost" || fate === "arrives-late") client.destroy();
      if (fate === "arrives" || fate === "answer-lost") server.write(sent);
      if (fate !== "arrives-late") return;
      late.push(once(server, "data"));
      setTimeout(() => server.write(sent), lateMilliseconds);
    });
  };
  const listener = createServer((client) => {
    remember(client);
    void open.then(() => join(client));
  });
  listener.listen(port, "127.0.0.1");
  await once(listener, "listening");
  return {
    port: (listener.address() as AddressInfo).port,
    onSent: (decision) => {
      decide = decision;
    },
    late: async () => {
      await Promise.all(late);
    },
    cut: (until) => {
      open = until;
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, "close");
    },
  };
}
