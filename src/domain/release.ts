/** What a build made, wherever it is kept. */
export interface Artifact {
  /** `sha256:` and 64 hexadecimal digits over the content: equal content, equal digest. */
  readonly digest: string;
  /** A directory on one machine; an image reference elsewhere. */
  readonly location: string;
}
