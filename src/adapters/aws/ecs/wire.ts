import type {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";

/**
 * The SDK's serializers write and read the members that they know and drop all others without a word
 * (`JsonShapeSerializer2.writeStruct`, `JsonShapeDeserializer2._readStruct` of @smithy/core). ECS gets
 * new members several times a year, and one that a task definition has must not be lost because this
 * program was built before it. So the body of the request is the JSON of the input, signed as ever.
 */
export function keepUnknownInput(command: RegisterTaskDefinitionCommand): void {
  command.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { body: unknown };
      request.body = JSON.stringify(args.input);
      return next(args);
    },
    // After the serializer, before the content's length is counted and the request is signed.
    { step: "serialize", name: "keepUnknownInput", priority: "low" },
  );
}

/** Puts the task definition as it came over the wire into the output; times in it are numbers. */
export function keepUnknownOutput(command: DescribeTaskDefinitionCommand): void {
  let text = "";
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { statusCode: number; body: unknown };
      if (response.statusCode < 300) {
        const bytes = await read(response.body as AsyncIterable<Uint8Array>);
        text = bytes.toString("utf8");
        response.body = new Uint8Array(bytes);
      }
      return result;
    },
    { step: "deserialize", name: "readBody", priority: "low" },
  );
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { taskDefinition } = JSON.parse(text) as { taskDefinition?: object };
      if (taskDefinition) Object.assign(result.output, { taskDefinition });
      return result;
    },
    { step: "initialize", name: "keepUnknownOutput", priority: "low" },
  );
}

/**
 * Hands out when ECS answered by its own clock, in epoch milliseconds: what is compared with times
 * that ECS gives must not hang on how this machine's clock is set.
 */
export function noteAnsweredAt(command: DescribeServicesCommand, note: (at: number) => void): void {
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: { readonly date?: string } };
      const at = Date.parse(headers?.date ?? "");
      if (Number.isFinite(at)) note(at);
      return result;
    },
    { step: "deserialize", name: "noteAnsweredAt", priority: "low" },
  );
}

async function read(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
