import { cpSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DockerImage } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";

/**
 * The folder that holds `lambda.js` as the code of a function. Source maps stay behind. A
 * package.json says that the code is made of ES modules, which Lambda, like Node, tells by it or by
 * the ending `.mjs` (Lambda Developer Guide, "Designating a function handler as an ES module").
 */
export function operatorCode(folder: string): lambda.Code {
  if (!existsSync(join(folder, "lambda.js"))) {
    throw new Error(
      `There is no lambda.js in ${folder}. Build Verdigris ("npm run build"), and give its dist folder as codePath.`,
    );
  }
  return lambda.Code.fromAsset(folder, {
    bundling: {
      // Never used: the bundler below always does the work.
      image: DockerImage.fromRegistry("scratch"),
      local: {
        tryBundle(output: string): boolean {
          cpSync(folder, output, { recursive: true, filter: (source) => !source.endsWith(".map") });
          writeFileSync(join(output, "package.json"), `${JSON.stringify({ type: "module" })}\n`);
          return true;
        },
      },
    },
  });
}
