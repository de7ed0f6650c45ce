// What a server is told: the database, whose the tokens are, and the socket.

/** As both drivers take it; not every one of them knows addresses without a host. */
export function database() {
  const url = new URL(process.env.DATABASE_URL.replace("@/", "@127.0.0.1/"));
  return {
    host: url.searchParams.get("host") ?? url.hostname,
    port: Number(url.searchParams.get("port") ?? url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
  };
}

export const applicationName = process.env.PEER_APPLICATION;

export const poolSize = Number(process.env.PEER_POOL_SIZE);

/** Whether the role is one that row-level security is for, which must be told of the viewer. */
export const rowSecurity = process.env.PEER_ROW_SECURITY === "on";

/** By the header of a request. In memory: no peer has to ask the database who somebody is. */
const viewers = new Map(
  Object.entries(JSON.parse(process.env.PEER_VIEWERS)).map(([token, viewer]) => [
    `Bearer ${token}`,
    viewer,
  ]),
);

/** `{ userId, role }` of whom a request is from; undefined for one without a known token. */
export function viewerOf(request) {
  return viewers.get(request.headers.authorization);
}

/** The argument is its number. It listens: requests wait in it until the server is ready. */
export const socket = { fd: Number(process.argv[2]), backlog: 2048 };
