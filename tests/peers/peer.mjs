// How a Node.js peer is driven: names in the argument, then one load for each line of the input.
// The modules are imported before "ready"; only the load is timed.

import { createInterface } from "node:readline";

/** The names to load. A secret is a document with one key, its field. */
export const { parameters, secrets } = JSON.parse(process.argv[2]);

export const field = (name) => name.split("/").at(-1);

/** Answers with the seconds, and the value of each field as proof. */
export async function serve(load) {
  console.log("ready");
  for await (const _ of createInterface({ input: process.stdin })) {
    const start = performance.now();
    const values = await load();
    const seconds = (performance.now() - start) / 1000;
    console.log(JSON.stringify({ seconds, values }));
  }
}
