import { App } from "aws-cdk-lib";
import { rainbow } from "./rainbow.ts";
import { settingsFrom } from "./settings.ts";

const app = new App();
const account = process.env.CDK_DEFAULT_ACCOUNT;
const region = process.env.CDK_DEFAULT_REGION;
// With neither, as without AWS credentials, the templates fit any account and region.
rainbow(app, settingsFrom(app.node), account && region ? { env: { account, region } } : {});
