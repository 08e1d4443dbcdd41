/** The embedded engine on a thread of its own: what runs on the thread. It ends with the engine, whatever ends that. */
import { parentPort, workerData } from "node:worker_threads";
import { startOn } from "./embedded-engine.ts";
import { rawEngine } from "./embedded-raw.ts";
import type { Durability, EngineParts } from "./embedded-settings.ts";

/** What the thread starts. */
export interface ThreadPlan {
  readonly directory: string;
  readonly durability: Durability;
  readonly parts: EngineParts;
}

/** What is asked of it; it answers one after the other. */
export type ThreadRequest =
  | {
      readonly kind: "send";
      readonly messages: Uint8Array<ArrayBuffer>;
      readonly longestMilliseconds: number | undefined;
    }
  | { readonly kind: "close" };

const { directory, durability, parts } = workerData as ThreadPlan;
const engine = rawEngine(await startOn(directory, durability, parts));

function answer(bytes: Uint8Array<ArrayBuffer>): void {
  parentPort?.postMessage(bytes, [bytes.buffer]);
}

async function follow(request: ThreadRequest): Promise<void> {
  if (request.kind === "send")
    return answer(await engine.send(request.messages, request.longestMilliseconds));
  await engine.close();
  answer(new Uint8Array());
  parentPort?.close();
}

parentPort?.on("message", (request: ThreadRequest) => void follow(request));
answer(new Uint8Array());
