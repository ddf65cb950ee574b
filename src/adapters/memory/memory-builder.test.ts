import { builderContract } from "../../ports/builder.contract.ts";
import { MemoryBuilder } from "./memory-builder.ts";
import { MemoryRepository } from "./memory-repository.ts";

builderContract("MemoryBuilder", async () => {
  const repository = new MemoryRepository();
  return {
    builder: new MemoryBuilder((app) => (app === "rainbow" ? repository : undefined)),
    app: "rainbow",
    commit: async (files) => repository.add({ branch: "master", files }),
    close: async () => undefined,
  };
});
