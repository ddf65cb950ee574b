import type { Operator } from "../../app/operator.ts";
import { isRefusal } from "../../domain/refusal.ts";
import type { RepositoryOf } from "./repository.ts";

/** Repositories as the apps' configurations name them now. */
export function repositoriesOf({ apps }: Pick<Operator, "apps">): RepositoryOf {
  return async (app) => {
    const found = await apps.get(app);
    return isRefusal(found) ? undefined : found.configuration?.repository;
  };
}
