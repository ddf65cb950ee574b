import { createServer } from "node:http";
import { answer } from "./app.js";

/** The longest time that requests in flight may take once the process was asked to end. */
const FINISH_WITHIN_MS = 20_000;

const server = createServer((request, response) => {
  if (!server.listening) response.setHeader("connection", "close");
  answer(request, response);
});

server.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? "127.0.0.1", () => {
  console.log("listening on", server.address());
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    console.log(`${signal}: finishing what was begun`);
    server.close(() => console.log("finished"));
    setTimeout(() => server.closeAllConnections(), FINISH_WITHIN_MS).unref();
  });
}
