/** What a build made, wherever it is kept. */
export interface Artifact {
  /** `sha256:` and 64 hexadecimal digits over the content: equal content, equal digest. */
  readonly digest: string;
  /** A directory on one machine; an image reference elsewhere. */
  readonly location: string;
}

/** An immutable build of one commit. */
export interface Release {
  /** The first seven digits of the commit, and `.2`, `.3` for further builds of it: `3f2a9c1`. */
  readonly id: string;
  readonly app: string;
  readonly commit: string;
  readonly artifact: Artifact;
  /** The commit's author. */
  readonly author: { readonly name: string; readonly email: string };
  readonly subject: string;
  /** Who had it built: a key's name, or `run 12`. */
  readonly builtBy: string;
  readonly run?: number;
}
