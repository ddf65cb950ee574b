/** Record types: RFC 1035 section 3.2.2, RFC 3596, RFC 6891; query types: RFC 1035 section 3.2.3. */
export const TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  TXT: 16,
  AAAA: 28,
  OPT: 41,
  ANY: 255,
} as const;

/** 128 to 254 ask for something other than data: zone transfers and the like (RFC 6895 section 3.1). */
export function isMetaType(type: number): boolean {
  return type >= 128 && type < TYPE.ANY;
}

export const CLASS_IN = 1;

export const OPCODE_QUERY = 0;

/** RFC 1035 section 4.1.1; BADVERS, which needs the OPT record's upper bits, RFC 6891 section 9. */
export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  BADVERS: 16,
} as const;

export const HEADER_OCTETS = 12;
