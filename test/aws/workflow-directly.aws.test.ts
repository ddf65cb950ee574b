import { DIRECTLY } from "./support/ways.ts";
import { workflowGoes } from "./support/workflow.ts";

workflowGoes(DIRECTLY);
