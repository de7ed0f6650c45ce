// How Azora sets GraphiQL, for the built page and the fallback alike.
const PERSIST_HEADERS = "graphiql:shouldPersistHeaders";
const HISTORIES = ["graphiql:queries", "graphiql:favorites"];

const headersPersist = () => localStorage.getItem(PERSIST_HEADERS) === "true";

const withoutHeaders = (history) =>
  JSON.stringify(JSON.parse(history), (key, value) => (key === "headers" ? undefined : value));

// GraphiQL forgets headers everywhere but in its history, which would keep every access token.
const storage = {
  get length() {
    return localStorage.length;
  },
  getItem: (name) => localStorage.getItem(name),
  removeItem: (name) => localStorage.removeItem(name),
  clear: () => localStorage.clear(),
  setItem: (name, value) => {
    const isSecret = HISTORIES.includes(name) && !headersPersist();
    localStorage.setItem(name, isSecret ? withoutHeaders(value) : value);
  },
};

export const fetcherOptions = {
  url: window.location.pathname,
  headers: { accept: "application/graphql-response+json, application/json" },
  enableIncrementalDelivery: false,
};

export const settings = {
  isHeadersEditorEnabled: true,
  // GraphiQL keeps the answer of its settings dialog but starts with the property's value.
  shouldPersistHeaders: headersPersist(),
  showPersistHeadersSettings: true,
  storage,
};
