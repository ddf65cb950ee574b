import type { FieldsOf } from "./shapes.ts";

/**
 * The types of events that a log may hold, each with its fields. Logs are kept for ever: a field
 * that a later version adds to a type, or anywhere within, must be optional, and fields that are not named here
 * are kept and ignored.
 */
export type EventShapes<Event extends { readonly type: string }> = {
  readonly [Type in Event["type"]]: FieldsOf<Omit<Extract<Event, { readonly type: Type }>, "type">>;
};
