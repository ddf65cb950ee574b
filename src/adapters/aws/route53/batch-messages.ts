import { type RecordChange, recordKey } from "../../../domain/records.ts";
import { nameOf } from "./record-name.ts";

/** What Route 53 said of a batch that it didn't take, as InvalidChangeBatch. */
export interface BatchFaults {
  /** Records that are not as the change supposes, which a look at them shows. */
  readonly mismatches: readonly {
    /** Of the records in the change that are meant, as far as the message names them. */
    readonly keys: readonly string[];
    readonly reason: string;
  }[];
  /** Everything else, in Route 53's words; empty when there is nothing. */
  readonly rest: string;
}

/** A form of message that is about records at one name; the type of what stands in the way may count. */
interface Form {
  readonly pattern: RegExp;
  isSeen?(found: Groups): boolean;
  reason(found: Groups): string;
}

type Groups = Readonly<Record<string, string | undefined>>;

/** The types that a look shows. */
const SEEN_TYPES = ["A", "AAAA", "CNAME"];

/**
 * The messages are not documented. These forms are as they were reported: aws/aws-sdk-kotlin#1435 and
 * barnybug/cli53#70 (delete, create), hashicorp/terraform#9732 (CNAME), kubernetes-sigs/external-dns
 * and terraform-provider-aws (weighted beside simple).
 */
const FORMS: readonly Form[] = [
  {
    pattern:
      /Tried to delete resource record set \[name='(?<name>[^']*)', type='(?<type>\w+)'(?:, set[ -]identifier='(?<id>.*?)'?)?\] but (?<what>it was not found|the values provided do not match the current values)/g,
    reason: ({ what }) =>
      what === "it was not found" ? "is not there" : "is there with other values",
  },
  {
    pattern:
      /Tried to create resource record set \[name='(?<name>[^']*)', type='(?<type>\w+)'(?:, set[ -]identifier='(?<id>.*?)'?)?\] but it already exists/g,
    reason: () => "is there already",
  },
  {
    pattern:
      /RRSet of type\s+(?<type>\w+) with DNS name (?<name>\S+) is not permitted because a conflicting RRSet of type\s+(?<other>\w+) with the same DNS name already exists in zone \S+[^\s,\]]/g,
    isSeen: ({ other = "" }) => SEEN_TYPES.includes(other),
    reason: ({ other }) => `can't be beside the ${other} record of the same name`,
  },
  {
    pattern:
      /RRSet with DNS name (?<name>[^\s,]+), type (?<type>\w+)(?:, SetIdentifier (?<id>.*?))? cannot be created as (?<what>[^,\]]*? with the same name and type)\.?/g,
    reason: ({ what }) => `can't be added: ${what}`,
  },
  {
    pattern:
      /Tried to (?:delete|create) resource record set (?<record>(?:(?!Tried to).)*?) but (?<what>it was not found|the values provided do not match the current values|it already exists)\.?/g,
    reason: ({ record, what }) => `${record}: ${what}`,
  },
];

/** Several messages come as one text, in brackets and with commas between them. */
export function batchFaults(text: string, change: RecordChange): BatchFaults {
  const mismatches: BatchFaults["mismatches"][number][] = [];
  let rest = text;
  for (const { pattern, isSeen, reason } of FORMS) {
    rest = rest.replace(pattern, (message, ...matched) => {
      const found = matched.at(-1) as Groups;
      if (isSeen && !isSeen(found)) return message;
      const { name, type = "", id } = found;
      const keys = name === undefined ? [] : keysAt(change, nameOf(name), type, id);
      const record = name === undefined ? "" : `${nameOf(name)} ${type}${id ? ` ${id}` : ""} `;
      mismatches.push({ keys, reason: `${record}${reason(found)}` });
      return "";
    });
  }
  return { mismatches, rest: rest.replace(/^[[,\s]+|[\],\s]+$/g, "") };
}

/** Where the message doesn't tell sets apart, all at the name are meant. */
function keysAt(
  { remove, add }: RecordChange,
  name: string,
  type: string,
  id: string | undefined,
): readonly string[] {
  const meant = [...remove, ...add].filter(
    (record) =>
      record.name === name && record.type === type && (id ?? record.set?.id) === record.set?.id,
  );
  return [...new Set(meant.map(recordKey))];
}
