/** What a proxy allows its clients and upstreams. Times are in milliseconds. */
export interface ProxyLimits {
  /** Octets of the header section of a request or a response. */
  readonly headerOctets: number;
  /** How long a client may take over the header section of a request. */
  readonly requestHeaderMs: number;
  /** How long a client's idle connection is kept. Above the 60 s of AWS's load balancers, which may stand in front. */
  readonly clientKeepAliveMs: number;
  /** Connections of clients open at once; more are closed as they arrive. */
  readonly clientConnections: number;
  readonly connectMs: number;
  /** How long an upstream that has the whole request may take to begin its response. */
  readonly responseHeaderMs: number;
  /** How long a request or a response may stand still before it is cut. */
  readonly bodyIdleMs: number;
  /**
   * How long an idle connection to an upstream is kept; a shorter Keep-Alive hint of the upstream wins.
   * Below the 5 s after which Node's servers close theirs, so that they don't close one as it is used.
   */
  readonly upstreamKeepAliveMs: number;
  /** Requests and upgraded connections open on one upstream at once. There is no queue behind it. */
  readonly openPerUpstream: number;
  /** How long the rest of a request that was answered early is read and dropped, so that the client sees the answer. */
  readonly lingerMs: number;
}

export const DEFAULT_LIMITS: ProxyLimits = {
  headerOctets: 16_384,
  requestHeaderMs: 60_000,
  clientKeepAliveMs: 65_000,
  clientConnections: 10_000,
  connectMs: 3_000,
  responseHeaderMs: 60_000,
  bodyIdleMs: 300_000,
  upstreamKeepAliveMs: 4_000,
  openPerUpstream: 1_024,
  lingerMs: 5_000,
};
