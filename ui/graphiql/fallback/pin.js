// Writes down which files the fallback page loads from the CDN and what each must hash to. The
// CDN serves the files of the packages unchanged, so the hashes are those of the installed files.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const CDN = "https://cdn.jsdelivr.net/npm";
const PINS = "../../../gateway/static/fallback/cdn.json";
const SCRIPTS = {
  react: "umd/react.production.min.js",
  "react-dom": "umd/react-dom.production.min.js",
  graphiql: "graphiql.min.js",
  "@graphiql/plugin-explorer": "dist/index.umd.js",
};
const STYLESHEETS = {
  graphiql: "graphiql.min.css",
  "@graphiql/plugin-explorer": "dist/style.css",
};

const here = (path) => new URL(path, import.meta.url);
const { packages } = JSON.parse(readFileSync(here("package-lock.json")));

const pin = ([name, file]) => {
  const content = readFileSync(here(`node_modules/${name}/${file}`));
  const { version } = packages[`node_modules/${name}`];
  return {
    url: `${CDN}/${name}@${version}/${file}`,
    integrity: `sha384-${createHash("sha384").update(content).digest("base64")}`,
  };
};

const pins = {
  scripts: Object.entries(SCRIPTS).map(pin),
  stylesheets: Object.entries(STYLESHEETS).map(pin),
};
writeFileSync(here(PINS), `${JSON.stringify(pins, null, 2)}\n`);
