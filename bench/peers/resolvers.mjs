// Resolvers written by hand, with their own rules of who may see what in their statements. They
// are the same whether row-level security has such rules besides or not.

import { many, one, pageOf, pages, pointing, rowsOf } from "./reading.mjs";

const NEWEST = "id desc";

const MODULES = pointing("Module", "course_id", "position");
const ENROLLMENTS = pointing("Enrollment", "student_id", NEWEST);
const SESSIONS = pointing("TutoringSession", "student_id", NEWEST);
const MESSAGES = pointing("TutoringMessage", "session_id", "seq");
const WALLETS = pointing("Wallet", "user_id", NEWEST, "kind = 'USER'");
const RECOMMENDATIONS = pointing("Recommendation", "user_id", NEWEST);
const CONVERSATIONS = pointing("Conversation", "user_id", "updated_at desc, id desc");
const NOTIFICATIONS = pointing("Notification", "user_id", NEWEST, "deleted_at is null");

const moved = (condition) =>
  `(select * from mint.transactions where ${condition} order by id desc limit $2)`;

const TRANSACTIONS = {
  type: "Transaction",
  inner: (columns) =>
    `select ${columns} from (${moved("from_id = keys.key")} union all` +
    ` ${moved("to_id = keys.key and from_id is distinct from keys.key")}) as moved` +
    " order by id desc limit $2",
};

const MARK_READ = `
  update notifications.notifications set read_at = coalesce(read_at, now())
  where id = $1 and user_id = $2 and deleted_at is null
  returning id, read_at as "readAt"`;

const isAdmin = ({ viewer }) => viewer?.role === "admin";

/** Drafts are for admins; who else may see one does not come this way. */
const coursesFor = (context) => (isAdmin(context) ? [] : ["published_at is not null"]);

function requireAdmin(context) {
  if (!isAdmin(context)) throw new Error("This is for admins.");
}

const GROUPINGS = { CATEGORY: "category", LEVEL: "level" };

async function courseStats(_root, { by }, context) {
  const keys = [...by.map((each) => GROUPINGS[each]), "currency"].join(", ");
  const where = coursesFor(context).map((each) => `where ${each}`).join();
  const rows = await context.database.run(
    `select ${keys}, count(*)::int4 as count, sum(price), round(avg(price), 8) as average,
       min(price), max(price), round(avg(duration_hours), 8) as hours
     from education.courses ${where} group by ${keys} order by ${keys} limit 100`,
    [],
  );
  return rows.map((row) => ({ ...row, price: row, durationHours: { average: row.hours } }));
}

async function enrollments(_root, { first, after, where, orderBy }, context, info) {
  requireAdmin(context);
  const isDown = orderBy === "NEWEST";
  const parameters = [];
  const conditions = [];
  if (where?.status) {
    parameters.push(where.status.toLowerCase());
    conditions.push(`status = $${parameters.length}::education.enrollment_status`);
  }
  if (after) {
    parameters.push(after);
    conditions.push(`id ${isDown ? "<" : ">"} $${parameters.length}::uuid`);
  }
  return pageOf(context, info, "Enrollment", conditions, isDown ? NEWEST : "id", first, parameters);
}

async function course(_root, { id }, context, info) {
  const rest = `where ${["id = $1", ...coursesFor(context)].join(" and ")}`;
  return (await rowsOf(context, info, "Course", rest, [id]))[0] ?? null;
}

async function courses(_root, { first, where }, context, info) {
  const category = where?.category ?? null;
  const asked = category === null ? [] : ["category = $1"];
  const conditions = [...asked, ...coursesFor(context)];
  const parameters = category === null ? [] : [category];
  return pageOf(context, info, "Course", conditions, NEWEST, first, parameters);
}

async function viewer(_root, _arguments, context, info) {
  if (context.viewer === undefined) return null;
  const rest = "where id = $1 and deleted_at is null";
  return (await rowsOf(context, info, "User", rest, [context.viewer.userId]))[0] ?? null;
}

async function notificationMarkRead(_root, { input }, { viewer, database }) {
  if (viewer === undefined) throw new Error("Nobody is signed in.");
  const [notification] = await database.change(MARK_READ, [input.id, viewer.userId]);
  const userErrors = notification ? [] : [{ message: "There is no such notification." }];
  return { notification: notification ?? null, userErrors };
}

const NO_ROWS = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };

const related = (relation) => (row, { first }, context, info) =>
  pages(context, info, relation, row.id, first);

const money = (name) => (row) => ({ amount: row[name], currency: row.currency });

export const resolvers = {
  Query: {
    viewer,
    course,
    courses,
    enrollments,
    courseStats,
    students(_root, { first }, context, info) {
      requireAdmin(context);
      return pageOf(context, info, "Student", [], NEWEST, first, []);
    },
    serviceLogs: (_root, { first }, context, info) =>
      isAdmin(context) ? pageOf(context, info, "ServiceLog", [], NEWEST, first, []) : NO_ROWS,
  },
  Mutation: { notificationMarkRead },
  User: {
    student: (user, _arguments, context, info) => one(context, info, "Student", user.id, "userId"),
    skillProfile: (user, _arguments, context, info) =>
      one(context, info, "SkillProfile", user.id, "userId"),
    wallets: related(WALLETS),
    recommendations: related(RECOMMENDATIONS),
    conversations: related(CONVERSATIONS),
    notifications: related(NOTIFICATIONS),
  },
  Course: {
    price: money("price"),
    modules: (row, { first }, context, info) => many(context, info, MODULES, row.id, first),
  },
  Student: { enrollments: related(ENROLLMENTS), tutoringSessions: related(SESSIONS) },
  Enrollment: {
    price: money("price"),
    course: (row, _arguments, context, info) => one(context, info, "Course", row.courseId),
  },
  TutoringSession: { messages: related(MESSAGES) },
  Wallet: { balance: money("balance"), transactions: related(TRANSACTIONS) },
  Transaction: { amount: money("amount") },
  Conversation: {
    member: (row, _arguments, context, info) => one(context, info, "FamilyMember", row.memberId),
  },
};
