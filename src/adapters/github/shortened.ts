/** GitHub takes descriptions of statuses and deployments of at most so many characters. */
const LONGEST = 140;

/** The text, or its beginning and an ellipsis. */
export function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= LONGEST ? text : `${characters.slice(0, LONGEST - 1).join("")}…`;
}
