// Rows of the database, with values as they go into answers.

import postgres from "postgres";

import { applicationName, database, poolSize } from "./environment.mjs";

const ENUMS = "select oid::int4 from pg_type where typtype = 'e'";
const NUMERIC = 1700;
const TIMESTAMPTZ = 1184;
const PREPARED = { prepare: true, simple: false };

const names = new Map();

/** An enum's value as the schema spells it. */
function nameOf(label) {
  let name = names.get(label);
  if (name === undefined) names.set(label, (name = label.toUpperCase()));
  return name;
}

async function enumTypes() {
  const connection = postgres({ ...database(), max: 1, fetch_types: false });
  const types = await connection.unsafe(ENUMS);
  await connection.end();
  return types.map(({ oid }) => oid);
}

export const sql = postgres({
  ...database(),
  max: poolSize,
  connection: {
    application_name: applicationName,
    // Limits and keys are parameters, for which Postgres would plan many statements every time.
    plan_cache_mode: "force_generic_plan",
  },
  types: {
    enums: { to: 0, from: await enumTypes(), parse: nameOf },
    numeric: { to: NUMERIC, from: [NUMERIC], parse: (text) => text },
    // The server speaks UTC. A Date would cost more, and lose digits.
    moment: {
      to: TIMESTAMPTZ,
      from: [TIMESTAMPTZ],
      serialize: (text) => text,
      parse: (text) => `${text.slice(0, 10)}T${text.slice(11)}:00`,
    },
  },
});

/** Every statement is prepared, once for each connection. */
export const prepared = (connection, text, parameters) =>
  connection.unsafe(text, parameters, PREPARED);

/** For requests that need no settings: each statement is a transaction of its own. */
export const pool = {
  run: (text, parameters) => prepared(sql, text, parameters),
  change: (text, parameters) => prepared(sql, text, parameters),
};
