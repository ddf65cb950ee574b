import { existsSync } from "node:fs";
import { join } from "node:path";
import * as lambda from "aws-cdk-lib/aws-lambda";

/** The folder that holds `lambda.mjs` as the code of a function. Source maps stay behind. */
export function operatorCode(folder: string): lambda.Code {
  if (!existsSync(join(folder, "lambda.mjs"))) {
    throw new Error(
      `There is no lambda.mjs in ${folder}. Build Verdigris ("npm run build"), and give its dist/lambda folder as codePath.`,
    );
  }
  return lambda.Code.fromAsset(folder, { exclude: ["*.map"] });
}
