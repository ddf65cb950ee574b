import { THROUGH_AN_OPERATOR } from "./support/ways.ts";
import { workflowGoes } from "./support/workflow.ts";

workflowGoes(THROUGH_AN_OPERATOR);
