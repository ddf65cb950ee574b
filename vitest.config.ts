import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const exclude = ["**/node_modules/**", "dist/**", ".verdigris/**", "examples/**"];

/** Takes the searches first: their files are small and run long, and would end alone. */
class SearchesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSearch = ({ moduleId }: TestSpecification) => moduleId.includes("/test/simulation/");
    return [...sorted.filter(isSearch), ...sorted.filter((one) => !isSearch(one))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: SearchesFirst },
    allowOnly: !process.env.CI,
    // Most tests wait for processes and sockets more than they compute.
    maxWorkers: Math.max(3, availableParallelism()),
    projects: [
      {
        test: {
          name: "unit",
          isolate: false,
          testTimeout: 30_000,
          include: ["{src,test}/**/*.test.ts"],
          exclude: [...exclude, "**/*.{int,e2e,force,aws}.test.ts"],
        },
      },
      {
        test: {
          name: "int",
          isolate: false,
          include: ["{src,test}/**/*.int.test.ts"],
          exclude,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["{src,test}/**/*.e2e.test.ts"],
          exclude,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Against an API of AWS whose address VERDIGRIS_TEST_AWS says: not part of `npm test`.
        test: {
          name: "aws",
          include: ["{src,test}/**/*.aws.test.ts"],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Minutes of kills, faults and load on real processes: not part of `npm test`.
        test: {
          name: "force",
          include: ["test/**/*.force.test.ts"],
          exclude,
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
