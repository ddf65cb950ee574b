import { THROUGH_THE_FUNCTION } from "./support/ways.ts";
import { workflowGoes } from "./support/workflow.ts";

workflowGoes(THROUGH_THE_FUNCTION);
