// The operations of `gateway/examples`, one tab each; the tests hold them to the schema.

// Vite reads the options of a glob from the source text, so they stand twice.
const operations = import.meta.glob("../../../gateway/examples/*.graphql", {
  query: "?raw",
  import: "default",
  eager: true,
});
const variables = import.meta.glob("../../../gateway/examples/*.variables.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

export const placeholderHeaders = `{
  // "authorization": "Bearer azat_…"
}`;

export const exampleTabs = Object.entries(operations).map(([path, query]) => ({
  query,
  variables: variables[path.replace(".graphql", ".variables.json")],
  headers: placeholderHeaders,
}));
