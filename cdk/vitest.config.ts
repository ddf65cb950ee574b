import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    allowOnly: !process.env.CI,
    isolate: false,
    include: ["{src,example}/**/*.test.ts"],
    globalSetup: "test/temporary-folder.ts",
    // Loading the construct library takes seconds on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
