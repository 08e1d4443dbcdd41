/**
 * What a Cloud takes of memory under a steady load: 200 calls a second, one reading of the process's memory every ten
 * seconds. `--seconds 600` is ten minutes; the last third is held against the first.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ask } from "../http/load.ts";
import type { SuiteOptions } from "../options.ts";
import { median, type Row } from "../report.ts";
import { readyPlace, throughGateway } from "./suite.ts";

const callsASecond = 200;
const connections = 20;
const everyMilliseconds = 10_000;
const kibibytesPerMegabyte = 1024;

export async function runSteadySuite({ seconds }: SuiteOptions): Promise<readonly Row[]> {
  const cloud = spawn(process.execPath, [resolve(import.meta.dirname, "cloud.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((done) => cloud.once("exit", () => done()));
  try {
    const place = await readyPlace(cloud.stdout);
    const request = throughGateway(place);
    const until = performance.now() + seconds * 1000;
    const megabytes: number[] = [];
    const caller = async (number: number) => {
      for (let call = 0; ; call += 1) {
        const due = until - seconds * 1000 + ((call * connections + number) * 1000) / callsASecond;
        if (due >= until) return;
        await pause(Math.max(0, due - performance.now()));
        const { status } = await ask(place.cloudPort, request);
        if (status !== 200) throw new Error(`A call answered ${status}.`);
      }
    };
    const reader = async () => {
      for (; performance.now() < until; await pause(everyMilliseconds)) megabytes.push(memoryOf(cloud.pid));
    };
    await Promise.all([reader(), ...Array.from({ length: connections }, (_, number) => caller(number))]);
    return [rowOf(megabytes, seconds), inAll(megabytes)];
  } finally {
    cloud.kill("SIGTERM");
    await ended;
  }
}

function rowOf(megabytes: readonly number[], seconds: number): Row {
  const third = Math.max(1, Math.floor(megabytes.length / 3));
  const before = median(megabytes.slice(0, third));
  return {
    what: `memory after ${seconds} s of ${callsASecond} calls a second`,
    against: "the first third",
    ratios: [median(megabytes.slice(-third)) / before],
    ours: megabytes.slice(-third),
    unit: "MB",
    target: { atMost: 1.1 },
    floor: { atMost: 1.25 },
  };
}

/** What `npm start` is to leave of a developer's machine: the Cloud with both of its instances. */
function inAll(megabytes: readonly number[]): Row {
  return {
    what: "memory of the Cloud, two instances",
    against: "(no ratio)",
    ratios: megabytes,
    ours: megabytes,
    unit: "MB",
    target: { atMost: 450 },
    floor: { atMost: 600 },
  };
}

/** Resident memory by the system's own account, in megabytes; Linux only. */
function memoryOf(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / kibibytesPerMegabyte;
}
