import { defineConfig } from "vite";

export default defineConfig({
  base: "/graphiql/",
  build: {
    outDir: "../../gateway/static/graphiql",
    emptyOutDir: true,
    target: "es2022",
    // Every asset is a file of the page's own origin, none a `data:` URL.
    assetsInlineLimit: 0,
    // Monaco is one large chunk by nature.
    chunkSizeWarningLimit: 4096,
    // "use client" speaks to servers that render React; there is none here.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  worker: { format: "es" },
});
