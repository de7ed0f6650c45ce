import "./workers.js";
import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import "../../../gateway/static/fallback/page.css";

import { explorerPlugin } from "@graphiql/plugin-explorer";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";

import { fetcherOptions, settings } from "../../../gateway/static/fallback/settings.js";
import { exampleTabs, placeholderHeaders } from "./examples.js";

const fetcher = createGraphiQLFetcher(fetcherOptions);
const plugins = [HISTORY_PLUGIN, explorerPlugin()];

createRoot(document.getElementById("graphiql")).render(
  <GraphiQL
    {...settings}
    fetcher={fetcher}
    plugins={plugins}
    defaultTabs={exampleTabs}
    defaultHeaders={placeholderHeaders}
  />,
);
