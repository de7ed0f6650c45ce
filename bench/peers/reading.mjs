// How resolvers read: only the columns that a document asks for, and related rows together.

import DataLoader from "dataloader";

const PRICE = ["price", "currency"];
const ID = ["id"];

/** Where rows are, and which columns a field needs that is not simply one of its own name. */
const TYPES = {
  Course: { table: "education.courses", needs: { price: PRICE, modules: ID } },
  Module: { table: "education.modules", needs: {} },
  Student: {
    table: "education.students",
    needs: { enrollments: ID, tutoringSessions: ID },
  },
  Enrollment: { table: "education.enrollments", needs: { price: PRICE, course: ["courseId"] } },
  User: {
    table: "auth.users",
    needs: {
      student: ID,
      wallets: ID,
      skillProfile: ID,
      recommendations: ID,
      conversations: ID,
      notifications: ID,
    },
  },
  TutoringSession: { table: "sapiens.tutoring_sessions", needs: { messages: ID } },
  TutoringMessage: { table: "sapiens.messages", needs: {} },
  Wallet: {
    table: "mint.wallets",
    needs: { balance: ["balance", "currency"], transactions: ID },
  },
  Transaction: { table: "mint.transactions", needs: { amount: ["amount", "currency"] } },
  SkillProfile: { table: "forge.skill_profiles", needs: {} },
  Recommendation: { table: "nexus.recommendations", needs: {} },
  Conversation: { table: "family.conversations", needs: { member: ["memberId"] } },
  FamilyMember: { table: "family.family_members", needs: {} },
  Notification: { table: "notifications.notifications", needs: {} },
  ServiceLog: { table: "health.logs", needs: {} },
};

const snakeCase = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const column = (name) => `${snakeCase(name)} as "${name}"`;

/** The fields in a selection, those of fragments too. */
function* fieldsOf({ selections }, fragments) {
  for (const each of selections) {
    if (each.kind === "Field") yield each;
    else {
      const fragment = each.selectionSet ? each : fragments[each.name.value];
      yield* fieldsOf(fragment.selectionSet, fragments);
    }
  }
}

function columnsOf(type, node, fragments, always) {
  const names = new Set(always);
  for (const { name } of fieldsOf(node.selectionSet, fragments)) {
    if (name.value === "__typename") continue;
    for (const each of TYPES[type].needs[name.value] ?? [name.value]) names.add(each);
  }
  // A row without columns would have no place either.
  return [...(names.size ? names : ["id"])].map(column).join(", ");
}

const known = new WeakMap();

/** What a field of a document asks for: `columns`, and of a page whether `more` follows it. */
export function asked(info, type, always = []) {
  const node = info.fieldNodes[0];
  let found = known.get(node);
  if (found === undefined) known.set(node, (found = look(info, node, type, always)));
  return found;
}

function look(info, node, type, always) {
  const parts = [...fieldsOf(node.selectionSet, info.fragments)];
  const isPage = String(info.returnType).includes("Connection");
  const more = isPage && parts.some(({ name }) => name.value === "pageInfo");
  const rows = isPage ? parts.find(({ name }) => name.value === "nodes") : node;
  const names = more ? [...always, "id"] : always;
  const columns = rows ? columnsOf(type, rows, info.fragments, names) : "id";
  return { more: Number(more), columns };
}

/** Rows as a connection. */
export function page(rows, first) {
  const hasNextPage = rows.length > first;
  const nodes = hasNextPage ? rows.slice(0, first) : rows;
  return { nodes, pageInfo: { hasNextPage, endCursor: nodes.at(-1)?.id ?? null } };
}

/** The rows of a statement that goes on after its columns as it is told. */
export async function rowsOf({ database }, info, type, rest, parameters) {
  const text = `select ${asked(info, type).columns} from ${TYPES[type].table} ${rest}`;
  return database.run(text, parameters);
}

/** A page of all rows for which the conditions hold. */
export async function pageOf(context, info, type, conditions, order, first, parameters) {
  const where = conditions.length ? `where ${conditions.join(" and ")}` : "";
  const limit = first + asked(info, type).more;
  const rest = `${where} order by ${order} limit $${parameters.length + 1}`;
  return page(await rowsOf(context, info, type, rest, [...parameters, limit]), first);
}

/** The loader of a field of a document in this request. */
function loader(context, info, load) {
  const node = info.fieldNodes[0];
  let found = context.loaders.get(node);
  if (found === undefined) context.loaders.set(node, (found = new DataLoader(load)));
  return found;
}

/** The row whose column has this value; each is read once. */
export function one(context, info, type, key, by = "id") {
  if (key === null) return null;
  return loader(context, info, async (keys) => {
    const rest = `where ${snakeCase(by)} = any($1::uuid[])`;
    const text = `select ${asked(info, type, [by]).columns} from ${TYPES[type].table} ${rest}`;
    const found = await context.database.run(text, [`{${keys}}`]);
    const rows = new Map(found.map((row) => [row[by], row]));
    return keys.map((each) => rows.get(each) ?? null);
  }).load(key);
}

/** A relation's first rows for each key: what is inside is asked for one key at a time. */
const grouped = (inner) =>
  "select keys.place::int4 - 1 as place, found.* from unnest($1::uuid[]) with ordinality" +
  ` as keys (key, place), lateral (${inner}) as found`;

/** Rows that point at a key by one of their columns. */
export const pointing = (type, by, order, ...conditions) => ({
  type,
  inner: (columns) => {
    const where = [`${by} = keys.key`, ...conditions].join(" and ");
    return `select ${columns} from ${TYPES[type].table} where ${where} order by ${order} limit $2`;
  },
});

/** As a list. */
export function many(context, info, relation, key, first) {
  return loader(context, info, async (keys) => {
    const { columns, more } = asked(info, relation.type);
    const lists = keys.map(() => []);
    const text = grouped(relation.inner(columns));
    const rows = await context.database.run(text, [`{${keys}}`, first + more]);
    for (const row of rows) lists[row.place].push(row);
    return lists;
  }).load(key);
}

/** As a connection. */
export const pages = async (context, info, relation, key, first) =>
  page(await many(context, info, relation, key, first), first);
