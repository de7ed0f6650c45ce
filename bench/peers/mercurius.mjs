// Mercurius with its just-in-time compiler, as somebody would write it who knows what is asked.

import { readFileSync } from "node:fs";

import Fastify from "fastify";
import mercurius from "mercurius";

import { pool } from "./database.mjs";
import { rowSecurity, socket, viewerOf } from "./environment.mjs";
import { resolvers } from "./resolvers.mjs";
import { Transaction } from "./transaction.mjs";

const app = Fastify({ logger: false });

/** What runs a request's statements. Who has not signed in has no settings, and so needs no
 * transaction. */
function databaseFor(viewer, reply) {
  if (!rowSecurity || viewer === undefined) return pool;
  const transaction = new Transaction(viewer);
  // After the answer there is nothing left to end; before it, the client went away.
  reply.raw.once("close", () => transaction.abandon());
  return transaction;
}

app.register(mercurius, {
  schema: readFileSync(new URL("mercurius.graphql", import.meta.url), "utf8"),
  resolvers,
  jit: 1,
  // What resolvers answer is right; the compiler need not look at every value again.
  compilerOptions: { disableLeafSerialization: true },
  context(request, reply) {
    const viewer = viewerOf(request);
    return { viewer, database: databaseFor(viewer, reply), loaders: new Map() };
  },
  graphiql: false,
});

await app.ready();
if (rowSecurity) {
  app.graphql.addHook("onResolution", ({ errors }, { database }) => database.finish?.(errors));
}
app.server.listen(socket);
