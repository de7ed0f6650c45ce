// Starts the GraphiQL that the page loaded from the CDN; its scripts set these names.
/* global GraphiQL, GraphiQLPluginExplorer, React, ReactDOM */
import { fetcherOptions, settings } from "./settings.js";

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    ...settings,
    fetcher: GraphiQL.createFetcher(fetcherOptions),
    plugins: [GraphiQLPluginExplorer.explorerPlugin()],
    defaultTabs: JSON.parse(document.getElementById("examples").textContent),
  }),
);
