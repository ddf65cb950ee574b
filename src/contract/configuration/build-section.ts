import { duration, shellCommand, text, urlPath } from "./scalars.ts";
import { section } from "./section.ts";

const artifact = () =>
  text(
    /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\0\r\n\\]+$/,
    "a folder of the repository; write a path relative to its root, without ..",
  );

/** Perhaps a registry with its port, then names in lower case (OCI distribution specification, "Pulling manifests"). */
const image = () =>
  text(
    /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/,
    "an image without a tag; write for example registry.example.com/acme/rainbow",
  );

/** Also the keys by which an environment departs from the app's `build`. */
export const startOverride = () =>
  shellCommand().exactOptional().meta({ description: "As in `build`, for this environment only." });

export const healthOverride = () =>
  urlPath().exactOptional().meta({ description: "As in `build`, for this environment only." });

export const buildSection = section({
  command: shellCommand().exactOptional().meta({
    description: "Fetches and compiles, for example `npm ci`. Run by `sh -c` in a fresh checkout.",
  }),
  validate: shellCommand().exactOptional().meta({
    description: "What CI must pass before a branch can be merged. Run after `command`.",
  }),
  image: image()
    .exactOptional()
    .meta({ description: "The image to build and push, without a tag. For containers only." }),
  artifact: artifact().prefault(".").meta({
    description: "The folder that is released, relative to the repository's root. One machine.",
  }),
  start: shellCommand().exactOptional().meta({
    description:
      "Starts the app: it listens on `$PORT` and ends at SIGTERM. Needed where a side runs processes.",
  }),
  health: urlPath().prefault("/").meta({
    description: "A path that answers with 200 to 399 when a task can serve.",
  }),
  timeout: duration("The longest time that each command may take.", "1s", "1d").prefault("15m"),
}).meta({
  id: "build",
  title: "build",
  description: "How a commit becomes something that runs.",
});
