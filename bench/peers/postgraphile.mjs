// PostGraphile as its documentation sets it up for production: connected as the role that
// row-level security is for, which is told of the viewer by `pgSettings`.

import { createServer } from "node:http";

import { grafserv } from "grafserv/node";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

import { applicationName, database, poolSize, socket, viewerOf } from "./environment.mjs";

const SCHEMAS = [
  "education",
  "auth",
  "mint",
  "forge",
  "sapiens",
  "family",
  "nexus",
  "health",
  "notifications",
];

const pgSettings = (viewer) => ({ "azora.user_id": viewer.userId, "azora.role": viewer.role });

const preset = {
  extends: [PostGraphileAmberPreset],
  // It does not see indexes that are partial, and would leave out the relations that have such.
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  // Lists without the parts of a connection, for where Azora's own are such.
  schema: { defaultBehavior: "+list" },
  pgServices: [
    makePgService({
      schemas: SCHEMAS,
      pubsub: false,
      poolConfig: { ...database(), max: poolSize, application_name: applicationName },
    }),
  ],
  grafast: {
    explain: false,
    // Who has not signed in has no settings either, and so needs no transaction.
    context({ node }) {
      const viewer = viewerOf(node.req);
      return viewer === undefined ? {} : { pgSettings: pgSettings(viewer) };
    },
  },
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false, websockets: false },
};

const instance = postgraphile(preset);
await instance.getSchema();
const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(socket);
